"""The index client: all access to indexes and file servers.

This is the one module of the package that others import by its own name, as its dependencies take
130 ms to import: `archpip.app` does so when a command needs an index.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Self

from packaging.utils import NormalizedName

from archpip.index.downloads import (
    DownloadProgress,
    check_hashes,
    download,
    no_progress,
    open_file,
)
from archpip.index.errors import (
    AuthenticationRequiredError,
    IndexUnavailableError,
    ProjectNotFoundError,
)
from archpip.index.file_cache import FileCache
from archpip.index.findlinks import ignore, read_find_links
from archpip.index.listing import ProjectLinks
from archpip.index.locations import (
    as_url,
    find_locations,
    find_pin,
    index_urls_of,
    is_absent_folder,
    is_flat_folder,
)
from archpip.index.model import FileStream, Link
from archpip.index.older import OlderFiles
from archpip.index.once import OncePerKey
from archpip.index.options import IndexLocations, IndexTerms, SessionOptions
from archpip.index.page import Page
from archpip.index.ranges import HttpRangeReader
from archpip.index.reading import NoPageStore, PageReader, PageStore
from archpip.index.session import Session, check_status
from archpip.index.transport import Transport
from archpip.index.urls import path_of, project_url
from archpip.redaction import redact

__all__ = ["IndexClient", "PageStore"]

_NO_TERMS = IndexTerms()


class IndexClient:
    """Lists projects, reads metadata and parts of files, and downloads them.

    Thread-safe; concurrent identical requests are sent once. A project's pages are read once in the
    life of a client.
    """

    def __init__(
        self,
        locations: IndexLocations,
        options: SessionOptions | None = None,
        *,
        store: PageStore | None = None,
        files: FileCache | None = None,
        warn: Callable[[str], None] = ignore,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open a client; no request is made yet.

        Args:
            locations: The indexes and find-links locations.
            options: Options for requests.
            store: Caches pages between runs, if their server supports conditional requests, or
                if they are fresh for a while.
            files: Caches downloaded files between runs.
            warn: Called with a sentence for the user when something is passed over.
            transport: Replaces the network, in tests.
            sleep: Waits that many seconds between tries.
            clock: Returns seconds since any fixed moment.
        """
        options = options or SessionOptions()
        self._locations = locations
        self._terms = {as_url(url): terms for url, terms in locations.terms}
        pins = () if locations.no_index else locations.pins
        self._session = Session(
            options,
            index_urls=(*index_urls_of(locations), *(as_url(pin.url) for pin in pins)),
            authenticate=[(url, terms.authenticate) for url, terms in self._terms.items()],
            transport=transport,
            sleep=sleep,
        )
        self._reader = PageReader(
            self._session, store or NoPageStore(), max_age_seconds=options.max_age_seconds
        )
        self._projects: OncePerKey[NormalizedName, ProjectLinks] = OncePerKey()
        self._find_links: OncePerKey[str, tuple[Page, ...]] = OncePerKey()
        self._find_links_read: dict[str, float] = {}
        """When each location was read, in `clock`'s seconds."""
        self._absences: OncePerKey[str, None] = OncePerKey()
        """Whether each index is a folder that is not there has been looked at, and told."""
        self._clock = clock
        self._files = files
        self._warn = warn
        self.ranges = HttpRangeReader(self._session, workers=options.connections)
        """Reads parts of files; implements `archpip.wheels.RangeReader`."""

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return the links of all locations for a project, by version, newest first.

        Raises:
            ProjectNotFoundError: No location knows the project.
            IndexUnavailableError: A location does not answer, or its answer is not a page.
            AuthenticationRequiredError: An index requires other credentials.
            InsecureOriginError: An index is plain HTTP on a host that is not trusted.
        """
        return self._projects.get(name, lambda: self._read_project(name))

    def digest(self, name: NormalizedName) -> str | None:
        """Return a digest that changes whenever a project's pages do; raises what `project` does.

        Returns `None` if that is not known: files of `--find-links` come and go without a page.
        """
        find_links, index_urls = find_locations(name, self._locations)
        if find_links:
            return None
        return " ".join(self._reader.digest(project_url(url, name)) for url in index_urls)

    def keep_unread(self) -> None:
        """Store the pages of which only the digest was used: they are unchanged since last read."""
        self._reader.keep_unread()

    def forget(self, name: NormalizedName) -> None:
        """Have the next call read a project's pages again; for long-lived processes."""
        self._projects.forget(name)

    def forget_find_links(self, *, older_than_seconds: float) -> None:
        """Have the next call read `--find-links` locations again that were read too long ago."""
        read_before = self._clock() - older_than_seconds
        for location, moment in list(self._find_links_read.items()):
            if moment <= read_before:
                self._find_links.forget(location)

    def metadata(self, link: Link) -> bytes | None:
        """Return a wheel's METADATA from the file beside it; `None` if the index offers none.

        Source: PEP 658, and PEP 714 for the attribute's name.

        Raises:
            HashMismatchError: It does not have the hash that the index gives.
            IndexUnavailableError: The index offers it and it cannot be fetched.
        """
        if link.metadata_hashes is None:
            return None
        address, question, query = link.url.partition("?")
        url = f"{address}.metadata{question}{query}"
        if url.startswith("file:"):
            content = _read_local(url)
        else:
            answer = self._session.get(url)
            check_status(answer.status, url)
            content = answer.content
        check_hashes(content, link.metadata_hashes, url=url)
        return content

    def download(self, link: Link, folder: Path, progress: DownloadProgress = no_progress) -> Path:
        """Download a link's file into `folder`; see `archpip.index.downloads.download`."""
        return download(self._session, link, folder, progress, cache=self._files)

    def fetch_text(self, url: str, *, etag: str | None) -> tuple[str, str | None] | None:
        """Return a text and its ETag; `None` if `etag` is still current.

        Raises:
            IndexUnavailableError: It cannot be fetched.
        """
        answer = self._session.get(url, headers={"If-None-Match": etag} if etag else None)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return None
        check_status(answer.status, url)
        return answer.content.decode(errors="replace"), answer.header("etag")

    def open_file(self, link: Link) -> AbstractContextManager[FileStream]:
        """Stream a link's file; see `archpip.index.downloads.open_file`."""
        return open_file(self._session, link)

    def is_private(self, origin: str) -> bool:
        """Return whether an index's server, as `scheme://host`, got credentials so far."""
        return self._session.is_private(origin)

    def close(self) -> None:
        """Close every connection and stop every worker."""
        self.ranges.close()
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _read_project(self, name: NormalizedName) -> ProjectLinks:
        pages: list[Page] = []
        find_links, index_urls = find_locations(name, self._locations)
        for location in find_links:
            pages += self._find_links.get(location, partial(self._read_find_links, location))
        found = (self._read_page(url, name) for url in index_urls)
        index_pages = [page for page in found if page is not None]
        links = ProjectLinks(name, [*pages, *index_pages])
        if not links and not index_pages:
            raise ProjectNotFoundError(
                name=name,
                locations=(*find_links, *index_urls),
                is_pinned=find_pin(name, self._locations) is not None,
                flat=tuple(filter(is_flat_folder, index_urls)),
                absent=tuple(filter(is_absent_folder, index_urls)),
                is_offline=self._locations.no_index,
            )
        return links

    def _read_page(self, index_url: str, name: NormalizedName) -> Page | None:
        """Read an index's page of a project; `None` if it has no such project."""
        terms = self._terms.get(index_url, _NO_TERMS)
        try:
            page = self._reader.read(project_url(index_url, name), location=index_url)
        except (AuthenticationRequiredError, IndexUnavailableError) as error:
            if error.status in terms.ignored_statuses:
                return None
            raise
        if page is None:
            self._absences.get(index_url, partial(self._tell_absence, index_url))
            return None
        if terms.uploaded_before is None or name in terms.exempt:
            return page
        return OlderFiles(page, terms.uploaded_before)

    def _tell_absence(self, index_url: str) -> None:
        """Warn of an index that is a folder which is not there; like pip, pass it over."""
        if is_absent_folder(index_url):
            self._warn(f"the index {redact(index_url)} is passed over: there is no such folder")

    def _read_find_links(self, location: str) -> tuple[Page, ...]:
        self._find_links_read[location] = self._clock()
        return read_find_links(location, self._reader, self._warn)


def _read_local(url: str) -> bytes:
    try:
        return path_of(url).read_bytes()
    except OSError as error:
        raise IndexUnavailableError(url=url, reason=error.strerror or str(error)) from error
