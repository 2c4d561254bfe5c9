"""Fetching: each call to the world is made once, in the background.

Many threads wait for the network at once; the caller gets a future, which is mostly done by the
time its result is needed.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

from msgspec.structs import replace
from packaging.utils import NormalizedName

from archpip.binaries import UnboundSymbols
from archpip.errors import ArchpipError
from archpip.index import Link, ProjectNotFoundError
from archpip.resolution.ladders import Catalogue
from archpip.resolution.metadata import CoreMetadata, head_of, parse_metadata
from archpip.resolution.ports import (
    ResolutionReporter,
    SourceFacts,
    SourceReference,
    WheelFacts,
    World,
)

_Fact = TypeVar("_Fact")
_Key = TypeVar("_Key")

# Requests wait for the network, not for a CPU: many threads, whatever the machine. With an index
# 55 ms away, a lock with 24 had its next page or wheel wait 40 ms for a thread, level by level.
_THREADS = 40


class _AbandonedError(Exception):
    """The result is no longer needed. Never leaves this module."""


class Library:
    """Remembers every answer of a world as a future, and fetches in threads.

    Answers hold for every target, so several resolutions share one library. Use it as a context
    manager: on exit, pending calls are cancelled, running ones are cut short and waited for, so
    that no thread uses the world after its owner has closed it.
    """

    def __init__(
        self, world: World, *, reporter: ResolutionReporter, threads: int = _THREADS
    ) -> None:
        self._world = world
        self._reporter = reporter
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="archpip-fetch")
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archpip-source")
        self._lock = threading.Lock()
        self._closing = False
        self._builds = True
        self._catalogues: dict[NormalizedName, Future[Catalogue]] = {}
        self._wheels: dict[tuple[str, bool], Future[WheelFacts]] = {}
        self._sources: dict[SourceReference, Future[SourceFacts]] = {}
        self._heads: dict[str, Future[bytes]] = {}
        """Headers of METADATA, by the wheel's URL; mostly available before its inspection."""
        self._metadata: dict[tuple[str, bytes], CoreMetadata] = {}
        """Also by content: several projects of one repository have one URL."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing = True
        # Ctrl-C must not wait: the world's owner closes its connections.
        interrupted = kind is not None and not issubclass(kind, Exception)
        for pool in (self._ahead, self._pool):
            pool.shutdown(wait=not interrupted, cancel_futures=True)

    def catalogue(self, name: NormalizedName) -> "Future[Catalogue]":
        """Return what the indexes offer for a project; empty if no index knows it."""
        return self._once(self._catalogues, name, lambda: self._fetch_catalogue(name))

    def catalogue_at_hand(self, name: NormalizedName) -> Catalogue | None:
        """Return a project's catalogue if it was requested and has arrived, else `None`."""
        with self._lock:
            future = self._catalogues.get(name)
        if future is None or not future.done() or future.exception() is not None:
            return None
        return future.result()

    def wheel(self, link: Link, *, inspect: bool) -> "Future[WheelFacts]":
        """Return the facts read from a wheel."""
        with self._lock:
            future = self._wheels.get((link.url, inspect))
            if future is None:
                head = self._heads.setdefault(link.url, Future())
                future = self._pool.submit(self._fetch_wheel, link, inspect, head)
                self._wheels[link.url, inspect] = future
        return future

    def wheel_metadata(self, link: Link, *, inspect: bool) -> "Future[bytes]":
        """Return a wheel's METADATA, which is mostly available before its inspection.

        Args:
            link: The wheel.
            inspect: If the wheel was not requested yet, request its inspection as well.
        """
        with self._lock:
            head = self._heads.get(link.url)
        if head is None:
            self.wheel(link, inspect=inspect)
            head = self._heads[link.url]
        return head

    def source(self, reference: SourceReference) -> "Future[SourceFacts]":
        """Return the facts read from a source."""
        with self._lock:
            future = self._sources.get(reference)
            # One that was begun and still waits for others is needed now.
            if future is None or future.cancel():
                future = self._pool.submit(self._world.source, reference)
                self._sources[reference] = future
        return future

    def begin_source(self, reference: SourceReference) -> "Future[SourceFacts] | None":
        """Start reading a source that is likely needed; `None` if that may need a build too many.

        Such are read one after another: their builds share an environment, and making a second one
        at the same time takes longer than most builds.
        """
        with self._lock:
            future = self._sources.get(reference)
            if future is None and self._builds:
                future = self._ahead.submit(self._world.source, reference)
                self._sources[reference] = future
        return future

    def may_read(self, reference: SourceReference) -> bool:
        """Return whether a source may be read: always if that needs no build."""
        if self._builds or reference in self._sources:
            return True
        facts = self._world.known_source(reference)
        if facts is not None:
            self.remember_source(reference, facts)
        return facts is not None

    def stop_reading_sources(self) -> None:
        """Stop reading sources that need a build: later requests are not worth one."""
        self._builds = False
        with self._lock:
            self._sources = {
                r: future for r, future in self._sources.items() if not future.cancel()
            }

    def remember_source(self, reference: SourceReference, facts: SourceFacts) -> None:
        """Reuse the facts of a source that was read without its name for a reference with it."""
        known: Future[SourceFacts] = Future()
        known.set_result(facts)
        with self._lock:
            self._sources.setdefault(reference, known)

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Compare two thin wheels. Rarely asked, and then waited for."""
        return self._world.compare(link, sibling, paths)

    def metadata(self, link: Link, content: bytes) -> CoreMetadata:
        """Parse a file's metadata once.

        Raises:
            InvalidMetadataError: It does not say what it must.
        """
        found = self._metadata.get((link.url, content))
        if found is None:
            found = self._metadata[link.url, content] = parse_metadata(content)
        return found

    def _once(
        self, shelf: "dict[_Key, Future[_Fact]]", key: "_Key", fetch: Callable[[], _Fact]
    ) -> "Future[_Fact]":
        with self._lock:
            future = shelf.get(key)
            if future is None:
                future = shelf[key] = self._pool.submit(fetch)
        return future

    def _fetch_catalogue(self, name: NormalizedName) -> Catalogue:
        self._reporter.project_asked(name)
        try:
            return Catalogue(name=name, releases=self._world.releases(name))
        except ProjectNotFoundError as error:
            return Catalogue(name=name, releases={}, absence=error)

    def _fetch_wheel(self, link: Link, inspect: bool, head: "Future[bytes]") -> WheelFacts:  # noqa: FBT001  # called by the pool
        def on_metadata(metadata: bytes) -> None:
            if self._closing:
                raise _AbandonedError
            # Two fetches of one wheel, with and without inspection, may both set the result.
            with suppress(InvalidStateError):
                head.set_result(head_of(metadata))

        known = self._inspected_already(link) if inspect else None
        try:
            facts = known or self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
        except BaseException as error:
            with suppress(InvalidStateError):
                head.set_exception(error)
            raise
        on_metadata(facts.metadata)
        self._reporter.wheel_opened(link)
        return replace(facts, metadata=head_of(facts.metadata))

    def _inspected_already(self, link: Link) -> WheelFacts | None:
        """Return the facts of a wheel whose METADATA alone was asked for, if they are complete."""
        earlier = self._wheels.get((link.url, False))
        # A wheel for any machine rarely has binaries. It was taken up before, so no thread that it
        # needs is held here.
        if earlier is None or not link.filename.endswith("-any.whl"):
            return None
        with suppress(ArchpipError):  # it is met again, and reported, where the wheel is opened
            facts = earlier.result()
            return facts if facts.inspection is not None else None
        return None
