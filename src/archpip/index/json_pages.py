"""Project pages in JSON: PEP 691 and 700."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

from msgspec import Raw

from archpip.index.described import Described, is_object, link_of
from archpip.index.entries import UsualPage, read_usual_page
from archpip.index.errors import IndexUnavailableError
from archpip.index.model import Link
from archpip.index.page import Page, PageSource, check_version, filename_in, is_absolute


class _UsualPage:
    """A page whose entries have file names and URLs that are used as written."""

    def __init__(self, page: UsualPage, *, source: PageSource) -> None:
        self.filenames = page.filenames
        self.origin = page.origin
        self.is_sized = page.is_sized
        self._entries = page.entries
        self._source = source

    @property
    def fingerprint(self) -> int:
        return self._entries.fingerprint

    @property
    def about(self) -> dict[str, object]:
        try:
            return _about_json(self._entries.beside())
        except (ValueError, RecursionError) as error:
            raise _broken(self._source, error) from None

    @property
    def written(self) -> Sequence[Raw]:
        return self._entries.written

    def make_link(self, position: int) -> Link:
        return link_of(self.describe(position), index_url=self._source.index_url)

    def describe(self, position: int) -> Described:
        # Only names and URLs were parsed before, so a number may still be too large.
        try:
            return self._entries[position]
        except (ValueError, RecursionError) as error:
            raise _broken(self._source, error) from None


class _OddPage:
    """A page whose entries may have any form, as long as they have a URL."""

    def __init__(self, data: dict[str, object], *, source: PageSource, fingerprint: int) -> None:
        files = data.get("files")
        if not isinstance(files, list):
            raise _without_files(source)
        usable = [file for file in files if is_object(file) and isinstance(file.get("url"), str)]
        self.filenames = [_json_filename(file, source) for file in usable]
        self.about = _about_json(data)
        self.fingerprint = fingerprint
        self.origin = None
        self.is_sized = all(isinstance(file.get("size"), int) for file in usable)
        self.written = None
        self._files = usable
        self._source = source

    def make_link(self, position: int) -> Link:
        return link_of(self.describe(position), index_url=self._source.index_url)

    def describe(self, position: int) -> Described:
        """Return an entry with the file name and URL that are used."""
        file = self._files[position]
        url = str(file["url"])
        return {
            **file,
            "filename": self.filenames[position],
            "url": url if is_absolute(url) else urljoin(self._source.url, url),
        }


def _json_filename(file: Mapping[str, object], source: PageSource) -> str:
    name = file.get("filename")
    from_url = filename_in(str(file["url"]), source)
    # A name with a folder is not a file name; the end of the URL is used instead.
    return name if from_url and isinstance(name, str) and name and "/" not in name else from_url


def parse_json(body: bytes, source: PageSource, *, packed: bytes | None = None) -> Page:
    """Parse a page; `packed` is the same gzipped, if it arrived so.

    Raises:
        IndexUnavailableError: It is not JSON, has no list of files, or its version of the API is
            too new.
    """
    usual = read_usual_page(body, packed=packed)
    if usual is not None:
        _check_meta(usual.meta, source)
        return _UsualPage(usual, source=source)
    try:
        data: object = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _broken(source, error) from None
    if not is_object(data):
        raise _without_files(source)
    _check_meta(data.get("meta"), source)
    return _OddPage(data, source=source, fingerprint=hash(body))


def _check_meta(meta: object, source: PageSource) -> None:
    check_version(meta.get("api-version") if is_object(meta) else None, source)


def _about_json(data: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in data.items() if key not in _NOT_ABOUT_THE_PROJECT}


def _without_files(source: PageSource) -> IndexUnavailableError:
    return IndexUnavailableError(url=source.url, reason="its JSON has no list of files")


def _broken(source: PageSource, error: Exception) -> IndexUnavailableError:
    """Return the error for a page with broken JSON."""
    return IndexUnavailableError(url=source.url, reason=f"its JSON is broken: {error}")


_NOT_ABOUT_THE_PROJECT = frozenset({"files", "name"})


def _refuse_constant(text: str) -> object:
    # Python's `json` accepts NaN and Infinity, which are not JSON.
    raise ValueError(text)
