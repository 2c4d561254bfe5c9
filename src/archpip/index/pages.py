"""Pages of the simple repository API, parsed: PEP 503, 592, 629, 658/714, 691 and 700.

A page is parsed once and asked for few of its files, so parsing stops at file names: a `Link` is
made when somebody wants that file. Who passes a page on to others gets what it says of a file in
PEP 691's form, whole: also what installers do not read (PEP 708, 740, 792, and what comes next).
Fetching is not here.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar
from urllib.parse import urljoin

from archpip.index.anchors import HtmlAnchors, parse_attributes, read_anchors
from archpip.index.described import Description, is_object, link_of, parse_time
from archpip.index.entries import ABSOLUTE, UsualPage, read_usual_page
from archpip.index.errors import IndexUnavailableError
from archpip.index.model import Link
from archpip.index.urls import filename_of, hashes_of, is_well_formed, quoted

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPES = ("application/vnd.pypi.simple.v1+html", "text/html")
ACCEPT = f"{JSON_TYPE}, {HTML_TYPES[0]}; q=0.1, {HTML_TYPES[1]}; q=0.01"
"""What we ask an index for: pip's own header."""

_SUPPORTED_MAJOR_VERSION = "1"
_T = TypeVar("_T")
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


class PageSource(NamedTuple):
    """Where a page's bytes came from."""

    url: str
    """The page's own address after redirects: relative links start here."""
    index_url: str
    """The index or find-links location, redacted."""


class Page(Protocol):
    """What a page offers, whatever it was written in."""

    @property
    def filenames(self) -> Sequence[str]:
        """One per file, in page order; empty for what no installer may follow."""
        ...

    @property
    def about(self) -> Mapping[str, object]:
        """What it says of the project as a whole, in PEP 691's form, without files and versions."""
        ...

    @property
    def fingerprint(self) -> int:
        """Equal for equal bytes within this process, and else different but for a rare accident."""
        ...

    def make_link(self, position: int) -> Link:
        """Make the link of the file whose name stands at `position`."""
        ...

    def describe(self) -> Sequence[Description]:
        """Return what it says of its files, one per name in `filenames`.

        In PEP 691's form, each with an absolute URL as it was written; empty where there is no
        name.

        Raises:
            IndexUnavailableError: That cannot be understood.
        """
        ...


def parse_page(body: bytes, *, content_type: str, source: PageSource) -> Page:
    """Parse a page of the simple repository API.

    Raises:
        IndexUnavailableError: The content type is not one of the API's, the JSON is malformed, or
            the repository's major version is newer than 1 (PEP 629).
    """
    kind, _, parameters = content_type.lower().partition(";")
    if kind.strip() == JSON_TYPE:
        return _parse_json(body, source)
    if kind.strip() in HTML_TYPES:
        return _parse_html(_decode(body, parameters), source, fingerprint=hash(body))
    raise IndexUnavailableError(
        url=source.url, reason=f"it answers {kind or 'no content type'}, which is no project page"
    )


def _decode(body: bytes, parameters: str) -> str:
    _, found, charset = parameters.partition("charset=")
    try:
        return body.decode(charset.strip(" \"'") if found else "utf-8", errors="replace")
    except LookupError:
        return body.decode(errors="replace")


def _check_version(version: object, source: PageSource) -> None:
    # PEP 629: clients MUST refuse an unknown major version, and one that is absent is 1.0.
    if version is not None and str(version).partition(".")[0] != _SUPPORTED_MAJOR_VERSION:
        raise IndexUnavailableError(
            url=source.url, reason=f"it speaks version {version} of the simple repository API"
        )


# --- HTML: PEP 503, 592, 658/714 ---------------------------------------------------------------


class _HtmlPage:
    def __init__(
        self, found: HtmlAnchors, *, base_url: str, source: PageSource, fingerprint: int
    ) -> None:
        self.filenames = [_filename(href, source) for href, _ in found.anchors]
        self.fingerprint = fingerprint
        self._anchors = found.anchors
        self._statements = found.statements
        self._base_url = base_url
        self._source = source

    @property
    def about(self) -> dict[str, object]:
        return _about_html(self._statements)

    def make_link(self, position: int) -> Link:
        href, attributes = self._read(position)
        address, _, fragment = href.partition("#")
        return Link(
            url=_absolute(address, self._base_url),
            filename=self.filenames[position],
            hashes=hashes_of(fragment),
            requires_python=attributes.get("data-requires-python") or None,
            yanked=attributes.get("data-yanked"),
            metadata_hashes=_metadata_hashes(_metadata_attribute(attributes)),
            upload_time=parse_time(attributes.get("data-upload-time")),
            index_url=self._source.index_url,
        )

    def describe(self) -> list[Description]:
        return [
            self._describe(position) if filename else Description({})
            for position, filename in enumerate(self.filenames)
        ]

    def _describe(self, position: int) -> Description:
        href, attributes = self._read(position)
        address, _, fragment = href.partition("#")
        entry: dict[str, object] = {
            "filename": self.filenames[position],
            "url": address if _is_absolute(address) else urljoin(self._base_url, address),
            "hashes": dict(hashes_of(fragment)),
        }
        for attribute, key in _PASSED_ON.items():
            if attribute in attributes:
                entry[key] = attributes[attribute]
        if "data-yanked" in attributes:
            entry["yanked"] = attributes["data-yanked"] or True
        if "data-gpg-sig" in attributes:
            entry["gpg-sig"] = attributes["data-gpg-sig"] == "true"
        metadata = _metadata_hashes(_metadata_attribute(attributes))
        if metadata is not None:
            entry["core-metadata"] = entry["dist-info-metadata"] = dict(metadata) or True
        return Description(entry)

    def _read(self, position: int) -> tuple[str, dict[str, str]]:
        href, written = self._anchors[position]
        return href, parse_attributes(written)


_PASSED_ON = {
    "data-requires-python": "requires-python",
    "data-upload-time": "upload-time",
    "data-provenance": "provenance",  # PEP 740
}
"""Attributes of an anchor, and their names in JSON, where the values are the same."""


def _parse_html(text: str, source: PageSource, *, fingerprint: int) -> _HtmlPage:
    found = read_anchors(text)
    for version in found.statements.get("repository-version", [])[:1]:
        _check_version(version, source)
    # HTML's rule for a base that is no URL: the page's own address counts.
    base_href = found.base_href if found.base_href and is_well_formed(found.base_href) else ""
    return _HtmlPage(
        found,
        base_url=urljoin(source.url, base_href),
        source=source,
        fingerprint=fingerprint,
    )


def _about_html(statements: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Put the page's `<meta name="pypi:…">` into the form that JSON has for them."""
    meta: dict[str, object] = {
        "api-version": next(iter(statements.get("repository-version", ())), "1.0")
    }
    about: dict[str, object] = {"meta": meta}
    if "tracks" in statements:  # PEP 708
        meta["tracks"] = list(statements["tracks"])
    if "alternate-locations" in statements:
        about["alternate-locations"] = list(statements["alternate-locations"])
    if "project-status" in statements:  # PEP 792
        status = {"status": statements["project-status"][0]}
        if "project-status-reason" in statements:
            status["reason"] = statements["project-status-reason"][0]
        about["project-status"] = status
    return about


def _metadata_attribute(attributes: Mapping[str, str]) -> str | None:
    # PEP 714: the old name counts only where the new one is absent.
    return attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))


def _metadata_hashes(written: str | None) -> tuple[tuple[str, str], ...] | None:
    if not written or written == "false":
        return None
    return hashes_of(written)  # "true" promises a file without promising its hash


# --- JSON: PEP 691, 700 ------------------------------------------------------------------------


class _UsualPage:
    """A page whose entries have names and addresses that count as they stand."""

    def __init__(self, page: UsualPage, *, source: PageSource, fingerprint: int) -> None:
        self.filenames = page.filenames
        self.fingerprint = fingerprint
        self._entries = page.entries
        self._source = source

    @property
    def about(self) -> dict[str, object]:
        return _about_json(self._read(self._entries.beside))

    def make_link(self, position: int) -> Link:
        entry = self._read(lambda: self._entries[position])
        return link_of(entry, index_url=self._source.index_url)

    def describe(self) -> list[Description]:
        said = self._read(self._entries.decode)
        return list(map(Description, said, map(bytes, self._entries.written)))

    def _read(self, read: Callable[[], _T]) -> _T:
        # Only names and addresses were read before: other texts may still be broken.
        try:
            return read()
        except (ValueError, RecursionError) as error:
            raise _broken(self._source, error) from None


class _OddPage:
    """A page whose entries may say anything, if only they have an address."""

    def __init__(self, data: dict[str, object], *, source: PageSource, fingerprint: int) -> None:
        files = data.get("files")
        if not isinstance(files, list):
            raise _without_files(source)
        usable = [file for file in files if is_object(file) and isinstance(file.get("url"), str)]
        self.filenames = [_json_filename(file, source) for file in usable]
        self.about = _about_json(data)
        self.fingerprint = fingerprint
        self._files = usable
        self._source = source

    def make_link(self, position: int) -> Link:
        return link_of(self._correct(position), index_url=self._source.index_url)

    def describe(self) -> list[Description]:
        return [Description(self._correct(position)) for position in range(len(self._files))]

    def _correct(self, position: int) -> dict[str, object]:
        """Return an entry with the name and the address that count."""
        file = self._files[position]
        url = str(file["url"])
        return {
            **file,
            "filename": self.filenames[position],
            "url": url if _is_absolute(url) else urljoin(self._source.url, url),
        }


def _json_filename(file: Mapping[str, object], source: PageSource) -> str:
    name = file.get("filename")
    from_url = _filename(str(file["url"]), source)
    # A name that holds a folder is not the name of a file; the URL's own end then counts.
    return name if from_url and isinstance(name, str) and name and "/" not in name else from_url


def _parse_json(body: bytes, source: PageSource) -> Page:
    usual = read_usual_page(body)
    if usual is not None:
        _check_meta(usual.meta, source)
        return _UsualPage(usual, source=source, fingerprint=hash(body))
    try:
        data: object = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _broken(source, error) from None
    if not is_object(data):
        raise _without_files(source)
    _check_meta(data.get("meta"), source)
    return _OddPage(data, source=source, fingerprint=hash(body))


def _check_meta(meta: object, source: PageSource) -> None:
    _check_version(meta.get("api-version") if is_object(meta) else None, source)


def _about_json(data: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in data.items() if key not in _NOT_ABOUT_THE_PROJECT}


def _without_files(source: PageSource) -> IndexUnavailableError:
    return IndexUnavailableError(url=source.url, reason="its JSON has no list of files")


def _broken(source: PageSource, error: Exception) -> IndexUnavailableError:
    """Say whose JSON it is that is broken."""
    return IndexUnavailableError(url=source.url, reason=f"its JSON is broken: {error}")


_NOT_ABOUT_THE_PROJECT = frozenset({"files", "versions", "name"})


def _refuse_constant(text: str) -> object:
    # Python's `json` knows NaN and Infinity, which JSON does not.
    raise ValueError(text)


# --- both --------------------------------------------------------------------------------------


def _absolute(address: str, base_url: str) -> str:
    # urljoin takes 5 µs, and nearly every index writes absolute addresses.
    return quoted(address if _is_absolute(address) else urljoin(base_url, address))


def _is_absolute(address: str) -> bool:
    return address.startswith(ABSOLUTE)


def _filename(address: str, source: PageSource) -> str:
    """Name the file, unless it is none of an index, or a local one that a remote page points at.

    An address that cannot be parsed names no file.
    """
    if not is_well_formed(address):
        return ""
    if not _is_absolute(address) and (scheme := _SCHEME.match(address)):
        local = scheme[1].lower() == "file" and source.url.startswith("file:")
        if not local and scheme[1].lower() not in {"http", "https"}:
            return ""
    return filename_of(address)
