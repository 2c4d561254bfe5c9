"""`--find-links`: folders, HTML pages and archives, local or remote, with pip's meaning."""

from collections.abc import Callable
from pathlib import Path

from archpip.index.described import Described
from archpip.index.errors import IndexUnavailableError
from archpip.index.model import Link
from archpip.index.page import Page
from archpip.index.reading import PageReader
from archpip.index.urls import filename_of, hashes_of, is_archive, path_of, to_file_url
from archpip.reachable import expand_home, find_obstacle, is_file, is_folder
from archpip.redaction import redact


def ignore(_: str) -> None:
    """Ignore a warning."""


class FilesPage:
    """Archives without an index's metadata: those in a folder, or a single one."""

    def __init__(self, urls: list[str], *, index_url: str) -> None:
        self.filenames = [filename_of(url) for url in urls]
        self.about: dict[str, object] = {}
        self.origin = None
        self.is_sized = False
        self.written = None
        self.fingerprint = hash(tuple(urls))
        self._urls = urls
        self._index_url = index_url

    def make_link(self, position: int) -> Link:
        """Make the link of the file at `position`."""
        address, _, fragment = self._urls[position].partition("#")
        return Link(
            url=address,
            filename=self.filenames[position],
            hashes=hashes_of(fragment),
            index_url=self._index_url,
        )

    def describe(self, position: int) -> Described:
        """Return a file's name and URL; nothing more is known."""
        address, _, fragment = self._urls[position].partition("#")
        name = self.filenames[position]
        return {"filename": name, "url": address, "hashes": dict(hashes_of(fragment))}


def read_find_links(
    location: str, reader: PageReader, warn: Callable[[str], None] = ignore
) -> tuple[Page, ...]:
    """Read all files that one location offers, for all projects at once.

    A path where there is nothing offers none, as in pip: a file of settings that several machines
    share may name one.

    A folder offers its archives and the links of its HTML files. An HTML file or a remote page
    offers its links, and an archive itself.

    Raises:
        IndexUnavailableError: It cannot be read.
    """
    path = _local_path(location)
    if path is None:
        return _read_remote(location, reader)
    shown = redact(location)
    if is_folder(path):
        entries = _list_folder(path, location)
        archives = [to_file_url(entry) for entry in entries if is_archive(entry.name)]
        html = [to_file_url(entry) for entry in entries if _is_html(entry.name)]
        pages = (reader.read(url, location=location) for url in html)
        return (FilesPage(archives, index_url=shown), *(page for page in pages if page))
    if not is_file(path):
        if obstacle := find_obstacle(path):
            raise IndexUnavailableError(url=location, reason=obstacle)
        warn(f"--find-links {shown} is passed over: there is no such file or folder")
        return ()
    if _is_html(path.name):
        page = reader.read(to_file_url(path), location=location)
        return (page,) if page else ()
    return (FilesPage([to_file_url(path)], index_url=shown),)


def _list_folder(path: Path, location: str) -> list[Path]:
    try:
        return sorted(path.iterdir())
    except OSError as error:
        reason = error.strerror or str(error)
        raise IndexUnavailableError(url=location, reason=reason) from error


def _read_remote(location: str, reader: PageReader) -> tuple[Page, ...]:
    url = location.partition("#")[0]
    if is_archive(filename_of(url)):
        return (FilesPage([location], index_url=redact(location)),)
    page = reader.read(url, location=location)
    if page is None:
        raise IndexUnavailableError(url=location, reason="there is no such page")
    return (page,)


def _local_path(location: str) -> Path | None:
    if location.startswith("file:"):
        return path_of(location)
    if "://" in location:
        return None
    return expand_home(location)


def _is_html(filename: str) -> bool:
    return filename.lower().endswith((".html", ".htm"))
