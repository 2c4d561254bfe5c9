"""Project pages in HTML: PEP 503, 592, 629 and 658/714."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from archpip.index.anchors import HtmlAnchors, parse_attributes, read_anchors
from archpip.index.described import Described, parse_time
from archpip.index.errors import IndexUnavailableError
from archpip.index.model import Link
from archpip.index.page import PageSource, check_version, filename_in, is_absolute
from archpip.index.urls import hashes_of, is_archive, is_well_formed, quoted

_MOST_OPEN = 1000
"""Characters `<` without a `>`. At each, Python's parser searches the whole rest of the page
(CVE-2025-6069, mended in part in Python 3.11.14, 3.12.12 and 3.13.6)."""
_PASSWORD = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?password", re.IGNORECASE)


class _HtmlPage:
    def __init__(
        self, found: HtmlAnchors, *, base_url: str, source: PageSource, fingerprint: int
    ) -> None:
        self.filenames = [filename_in(href, source) for href, _ in found.anchors]
        self.fingerprint = fingerprint
        self.origin = None
        self.is_sized = False
        self.written = None
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

    def describe(self, position: int) -> Described:
        if not self.filenames[position]:
            return {}
        href, attributes = self._read(position)
        address, _, fragment = href.partition("#")
        entry: dict[str, object] = {
            "filename": self.filenames[position],
            "url": address if is_absolute(address) else urljoin(self._base_url, address),
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
            # Not under the older name as well, which pip 22.3 to 23.0 cannot read (PEP 714).
            entry["core-metadata"] = dict(metadata) or True
        return entry

    def _read(self, position: int) -> tuple[str, dict[str, str]]:
        href, written = self._anchors[position]
        return href, parse_attributes(written)


_PASSED_ON = {
    "data-requires-python": "requires-python",
    "data-upload-time": "upload-time",
    "data-provenance": "provenance",  # PEP 740
}
"""Attributes of an anchor, and their keys in JSON; for those whose values are the same."""


def parse_html(text: str, source: PageSource, *, fingerprint: int) -> "_HtmlPage":
    """Parse a page.

    Raises:
        IndexUnavailableError: Its version of the API is too new, it is a page to log in at, or one
            of tags that do not end.
    """
    if text.count("<") > text.count(">") + _MOST_OPEN:
        raise IndexUnavailableError(url=source.url, reason="it is no HTML: its tags do not end")
    found = read_anchors(text)
    for version in found.statements.get("repository-version", [])[:1]:
        check_version(version, source)
    # HTML's rule for a base that is not a URL: the page's own URL is used.
    base_href = found.base_href if found.base_href and is_well_formed(found.base_href) else ""
    page = _HtmlPage(
        found,
        base_url=urljoin(source.url, base_href),
        source=source,
        fingerprint=fingerprint,
    )
    if not any(map(is_archive, page.filenames)) and _is_to_log_in(text, source):
        raise IndexUnavailableError(
            url=source.url, reason="it answers a page to log in at, which is no project page"
        )
    return page


def _is_to_log_in(text: str, source: PageSource) -> bool:
    """Return whether a page without files is likely a proxy's, and not a project's that has none.

    Proxies and single sign-on answer it with status 200, often on a host of their own. Taken for an
    empty project, it would make other indexes, or older answers, count in place of this one.
    """
    hosts = {urlsplit(url).hostname for url in (source.url, source.index_url)}
    is_elsewhere = is_absolute(source.url) and len(hosts) > 1
    return is_elsewhere or _PASSWORD.search(text) is not None


def _about_html(statements: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """Convert the page's `<meta name="pypi:…">` to their form in JSON."""
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
    return hashes_of(written)  # "true" says that there is a file, without its hash


def _absolute(address: str, base_url: str) -> str:
    # urljoin takes 5 µs, and nearly every index writes absolute URLs.
    return quoted(address if is_absolute(address) else urljoin(base_url, address))
