"""The gateway without HTTP: project pages, files and their metadata, for each view."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from threading import Thread
from typing import Protocol

from packaging.utils import NormalizedName

from archpip.gateway.assembling import PageAssembler
from archpip.gateway.background import BackgroundJudge
from archpip.gateway.file_copies import FileCopies
from archpip.gateway.file_finder import FileFinder
from archpip.gateway.files import FileShelf, Transfer
from archpip.gateway.judging import Deadline, WheelJudge
from archpip.gateway.model import FileSettings, ProjectPage, Refusal, View
from archpip.gateway.pages_ahead import PagesAhead
from archpip.gateway.projects import ProjectReader, Projects
from archpip.gateway.refusals import RefusalLog
from archpip.gateway.rendering import SIMPLE_FORMS
from archpip.gateway.renditions import Basis, Rendition, RenditionShelf, Tally, make_rendition
from archpip.index import FileStream, Link, OncePerKey, ProjectLinks, ProjectNotFoundError
from archpip.resolution import WheelOpener

_PAGES_BYTES = 96 * 1024 * 1024
"""Memory limit for rendered pages."""

_ANSWER_SECONDS = 120.0
"""Clients time out earlier and retry; proxies must not be left waiting."""

_OUTAGE_SECONDS = 60.0
"""An outage this long is no hiccup; cached pages stay valid for as long, and cannot be re-read."""

_SECONDS_TO_CLOSE = 2.0
"""With the five in which the server finishes answers, less than the ten after which `docker stop`
kills."""

_PageKey = tuple[str, NormalizedName, str]
"""A view's name, a project's, and a media type."""


class Upstream(ProjectReader, Protocol):
    """The upstream indexes, as `archpip.index.client.IndexClient` reads them. Thread-safe."""

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA that the index offers beside a wheel."""
        ...

    def open_file(self, link: Link) -> AbstractContextManager[FileStream]:
        """Read a link's file in chunks; the last chunk comes only once the hash matched."""
        ...


class Gateway:
    """Serves pages and files for every view. Safe to use from several threads."""

    def __init__(
        self,
        *,
        upstream: Upstream,
        opener: WheelOpener,
        judge: WheelJudge,
        files: FileSettings,
        clock: Callable[[], float] = time.monotonic,
        fresh_seconds: float | None = None,
        most_files: int | None = None,
        background: BackgroundJudge | None = None,
        copies: FileCopies | None = None,
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        """Join the parts.

        Args:
            upstream: The indexes.
            opener: Reads the METADATA of wheels whose index offers none (PEP 658).
            judge: Judges wheels.
            files: Which files the gateway proxies, and where they are cached.
            clock: Returns seconds since any fixed point in time.
            fresh_seconds: How long a project's page stays fresh; `None` for ever.
            most_files: See `Projects`.
            background: Judges the rest of a project after its page was made; closed with this.
            copies: Copies of pages that are sent often; closed with this.
            answer_seconds: How long one response waits for wheels to be judged.
        """
        self.copies = copies
        """Used by the server's thread alone."""
        self._upstream = upstream
        self._opener = opener
        self._judge = judge
        self._background = background
        self._answer_seconds = answer_seconds
        self._file_settings = files
        self._files = FileShelf(
            files.folder, open_file=upstream.open_file, most_bytes=files.most_bytes
        )
        self._projects = Projects(
            upstream, clock=clock, fresh_seconds=fresh_seconds, most_files=most_files
        )
        self._shelf = RenditionShelf(most_bytes=_PAGES_BYTES)
        self._under_way: OncePerKey[_PageKey, Rendition] = OncePerKey()
        self._refusals = RefusalLog()
        self._assembler = PageAssembler(judge=judge, files=files, refusals=self._refusals)
        self._ahead = PagesAhead(self._make)
        self._finder = FileFinder(projects=self._projects, judge=judge, refusals=self._refusals)

    def close(self) -> None:
        """Stop judging wheels and proxying files."""
        self._ahead.close()
        if self._background is not None:
            self._background.close()
        self._judge.close()
        self._files.close()
        if self.copies is not None:
            self.copies.close()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """The latest refusals over all views, in the order they were made."""
        return self._refusals.latest

    @property
    def refusal_counts(self) -> Mapping[str, int]:
        """How many refusals there were so far, by code."""
        return self._refusals.counts

    @property
    def outage_seconds(self) -> float:
        """Seconds since which no index has responded; 0 if the last one requested did."""
        outage = self._projects.outage
        return outage.seconds if outage else 0.0

    def check_upstreams(self) -> None:
        """Check, after a failure, whether an index responds again.

        Raises:
            IndexAccessError: None does, and that has gone on for a minute.
        """
        outage = self._projects.outage
        if outage is None or outage.seconds < _OUTAGE_SECONDS:
            return
        with suppress(ProjectNotFoundError):
            self._projects.get(outage.name)

    def peek(self, view: View, name: NormalizedName, media_type: str) -> Rendition | None:
        """Return a page that is still valid, without waiting; `None` means: call `render`."""
        self._ahead.asked(view, name, media_type)
        return self._peek(view, name, media_type)

    def _peek(self, view: View, name: NormalizedName, media_type: str) -> Rendition | None:
        reading = self._projects.peek(name)
        rendition = self._shelf.get((view.name, name, media_type)) if reading else None
        if reading is None or rendition is None or rendition.basis is None:
            return None
        holds = rendition.basis.holds(reading, self._judge.tally(view, name))
        return rendition if holds else None

    def peek_metadata(
        self, view: View, name: NormalizedName, key: str, filename: str
    ) -> bytes | None:
        """Return a wheel's METADATA, without waiting; `None` means: call `find_file`."""
        return self._judge.metadata_beside(view, name, key, filename)

    def render(
        self, view: View, name: NormalizedName, media_type: str, *, compressed: bool
    ) -> Rendition:
        """Return a page in one of the `SIMPLE_FORMS`, from the cache if it is still valid.

        Raises:
            IndexAccessError: As `page` does.
        """
        self._ahead.asked(view, name, media_type)
        key = (view.name, name, media_type)
        made = self._make(view, name, media_type)
        if made.serves(compressed=compressed):
            return made
        prepared = made.with_compressed() if compressed else made.with_plain()
        self._shelf.put(key, prepared)
        return prepared

    def _make(self, view: View, name: NormalizedName, media_type: str) -> Rendition:
        """Make a page, once for all concurrent requests."""
        key = (view.name, name, media_type)
        with self._undisturbed():
            try:
                return self._under_way.get(key, lambda: self._render(view, name, media_type))
            finally:
                self._under_way.forget(key)

    def _undisturbed(self) -> AbstractContextManager[None]:
        return self._background.held() if self._background is not None else nullcontext()

    def _render(self, view: View, name: NormalizedName, media_type: str) -> Rendition:
        links = self._projects.get(name)
        # If the page went stale meanwhile, the next request reads it again.
        reading = self._projects.peek(name)
        known = self._peek(view, name, media_type)
        if known is not None:
            return known
        page, tally = self._assemble(links, view)
        if page.undecided and self._background is not None:
            self._background.add(view, links)
        body = SIMPLE_FORMS[media_type](page)
        basis = Basis(reading=reading, tally=tally) if reading else None
        rendition = make_rendition(body, media_type, basis)
        if basis is not None:
            self._shelf.put((view.name, name, media_type), rendition)
        return rendition

    def page(self, view: View, name: NormalizedName) -> ProjectPage:
        """Judge the wheels that a client is likely to choose, and return the page for the view.

        Raises:
            IndexAccessError: The project is unknown, or an index or a wheel's server does not
                respond. An incomplete page is never returned instead.
        """
        return self._assemble(self._projects.get(name), view)[0]

    def _assemble(self, links: ProjectLinks, view: View) -> tuple[ProjectPage, Tally]:
        deadline = Deadline(self._answer_seconds)
        return self._assembler.assemble(
            links,
            view,
            deadline=deadline,
            on_metadata=lambda metadata: self._ahead.opened(view, links.name, metadata),
        )

    def find_file(self, view: View, name: NormalizedName, key: str, filename: str) -> Link:
        """Return a file that a page listed under a gateway URL; see `FileFinder.find`."""
        deadline = Deadline(self._answer_seconds)
        with self._undisturbed():
            return self._finder.find(view, name, key, filename, deadline=deadline)

    def metadata(self, link: Link) -> bytes:
        """Return a wheel's METADATA, from its index or from the wheel itself."""
        known = self._judge.metadata(link) or self._upstream.metadata(link)
        return known if known is not None else self._opener.wheel(link, inspect=False).metadata

    def open_file(self, link: Link) -> Path | Transfer:
        """Return a file that the gateway proxies, perhaps while it is still being downloaded.

        Raises:
            IndexAccessError: It cannot be fetched.
        """
        return self._files.get(link)

    def passes_on(self, url: str) -> bool:
        """Return whether the gateway proxies a file."""
        return self._file_settings.passes_on(url)

    def upstream_url(self, name: NormalizedName, key: str, filename: str) -> str | None:
        """Return the index's own URL of a file listed under a gateway URL, without credentials."""
        return self._finder.upstream_url(name, key, filename)

    def index_url(self, name: NormalizedName) -> str | None:
        """Return the URL of the index that a project's first file comes from, redacted."""
        links = self._projects.get(name)
        return next((link.index_url for version in links for link in links[version]), None)


def close_in_time(gateways: Sequence[Gateway]) -> None:
    """Close gateways at the end of the process, without waiting long for what nobody waits for.

    A thread that reads from an index which has fallen silent cannot be interrupted, and may go on
    for minutes; the process is to end without it.
    """
    closing = [Thread(target=gateway.close, daemon=True) for gateway in gateways]
    for each in closing:
        each.start()
    until = time.monotonic() + _SECONDS_TO_CLOSE
    for each in closing:
        each.join(max(0.0, until - time.monotonic()))
