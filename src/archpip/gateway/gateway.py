"""The gateway without HTTP: project pages, files and their metadata, for each view."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Protocol

from packaging.utils import NormalizedName

from archpip.gateway.assembling import PageAssembler
from archpip.gateway.background import BackgroundJudge
from archpip.gateway.file_finder import FileFinder
from archpip.gateway.files import FileShelf, Transfer
from archpip.gateway.judging import Deadline, WheelJudge, WheelOpener
from archpip.gateway.model import FileSettings, ProjectPage, Refusal, View
from archpip.gateway.pages_ahead import PagesAhead
from archpip.gateway.projects import ProjectReader, Projects
from archpip.gateway.refusals import RefusalLog
from archpip.gateway.rendering import SIMPLE_FORMS
from archpip.gateway.renditions import Basis, Rendition, RenditionShelf, Tally, make_rendition
from archpip.index import FileStream, Link, OncePerKey, ProjectLinks, ProjectNotFoundError

_PAGES_BYTES = 96 * 1024 * 1024
"""What rendered pages may take in memory."""

_ANSWER_SECONDS = 120.0
"""Clients give up earlier, and ask again; proxies must not be left waiting."""

_OUTAGE_SECONDS = 60.0
"""From here on it is no hiccup; pages are believed for as long, and can be read no longer."""

_PageKey = tuple[str, NormalizedName, str]
"""A view's name, a project's, and a media type."""


class Upstream(ProjectReader, Protocol):
    """The indexes behind; `archpip.index.client.IndexClient` is one. Safe for several threads."""

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA that the index offers beside a wheel."""
        ...

    def open_file(self, link: Link) -> AbstractContextManager[FileStream]:
        """Read a link's file piece by piece; the last piece comes only when all are right."""
        ...


class Gateway:
    """Answers for every view. Safe to use from several threads."""

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
        answer_seconds: float = _ANSWER_SECONDS,
    ) -> None:
        """Join the parts.

        Args:
            upstream: The indexes.
            opener: Asked for the METADATA of wheels that have none beside them.
            judge: Judges wheels.
            files: Which files go through the gateway, and where they are kept.
            clock: Seconds, from anywhere.
            fresh_seconds: How long a project's page is believed; `None` for ever.
            most_files: See `Projects`.
            background: Judges the rest of a project after a page was made of it; closed with this.
            answer_seconds: How long one answer waits for wheels to be judged.
        """
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
        """Stop judging, and passing files on."""
        self._ahead.close()
        if self._background is not None:
            self._background.close()
        self._judge.close()
        self._files.close()

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What was kept out so far, over all views, in the order in which it was found."""
        return self._refusals.all

    @property
    def outage_seconds(self) -> float:
        """For how long no index has answered; 0 where the last one that was asked did."""
        outage = self._projects.outage
        return outage.seconds if outage else 0.0

    def check_upstreams(self) -> None:
        """Look whether an index can be had, where none could for a while: ask again.

        Raises:
            IndexAccessError: None can, and that has gone on for a minute.
        """
        outage = self._projects.outage
        if outage is None or outage.seconds < _OUTAGE_SECONDS:
            return
        with suppress(ProjectNotFoundError):
            self._projects.get(outage.name)

    def peek(self, view: View, name: NormalizedName, media_type: str) -> Rendition | None:
        """Return a page that holds still, without waiting for anybody; `None` to ask `render`."""
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
        """Return a wheel's METADATA, without waiting for anybody; `None` to look for the file."""
        return self._judge.metadata_beside(view, name, key, filename)

    def render(
        self, view: View, name: NormalizedName, media_type: str, *, compressed: bool
    ) -> Rendition:
        """Return a page in one of the `SIMPLE_FORMS`, as it was made before where that holds.

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
        """Make a page, once for all who want it now."""
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
        # Where it grew old meanwhile, it is the next to ask who reads it again.
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
        """Judge what a client may be expected to take, and return what it may see.

        Raises:
            IndexAccessError: The project is unknown, or an index, or a wheel's server, does not
                answer. A page with holes is never returned in its place.
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
        """Return a file that a page offered under a gateway's address; see `FileFinder.find`."""
        deadline = Deadline(self._answer_seconds)
        with self._undisturbed():
            return self._finder.find(view, name, key, filename, deadline=deadline)

    def metadata(self, link: Link) -> bytes:
        """Return a wheel's METADATA: what its index offers, or what stands in the wheel."""
        known = self._judge.metadata(link) or self._upstream.metadata(link)
        return known if known is not None else self._opener.wheel(link, inspect=False).metadata

    def open_file(self, link: Link) -> Path | Transfer:
        """Return a file that goes through the gateway, perhaps while it still arrives.

        Raises:
            IndexAccessError: It cannot be had.
        """
        return self._files.get(link)

    def passes_on(self, url: str) -> bool:
        """Return whether a file goes through the gateway."""
        return self._file_settings.passes_on(url)

    def upstream_url(self, name: NormalizedName, key: str, filename: str) -> str | None:
        """Return the index's own address of a file that has one of ours, without credentials."""
        return self._finder.upstream_url(name, key, filename)

    def index_url(self, name: NormalizedName) -> str | None:
        """Return the index that a project's first file comes from, redacted."""
        links = self._projects.get(name)
        return next((link.index_url for version in links for link in links[version]), None)
