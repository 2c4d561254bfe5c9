"""Fetching ahead: every answer of the world is asked for once, in the background, before its turn.

The solver is synchronous and asks `Library` for pages and wheels; mostly they are there already,
because a `Scout` walks the same graph greedily in the library's threads: page, best candidate, its
requirements, their pages. Where the scout guesses wrong, a request was wasted; it decides nothing.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.architecture import OperatingSystem
from archpip.binaries import UnboundSymbols
from archpip.errors import ArchpipError
from archpip.index import Link, ProjectNotFoundError
from archpip.resolution.demands import Demand, DemandBook
from archpip.resolution.ladders import Catalogue, Offer
from archpip.resolution.metadata import CoreMetadata, head_of, parse_metadata
from archpip.resolution.model import LinkKind
from archpip.resolution.ports import (
    ResolutionReporter,
    SourceFacts,
    SourceReference,
    WheelFacts,
    World,
)
from archpip.resolution.ranking import Ranking
from archpip.resolution.siblings import find_larger_sibling, may_have_sibling

_Fact = TypeVar("_Fact")
_Key = TypeVar("_Key")

# Requests wait for the network, not for a CPU: many threads, whatever the machine. With an index
# 55 ms away, a lock with 24 had its next page or wheel wait 40 ms for a thread, level by level.
_THREADS = 40
_ANY_MACHINE = "-any.whl"

Guessed = Callable[[NormalizedName, Version], None]
"""Hears of a version that will most likely be taken."""


class _AbandonedError(Exception):
    """Nobody waits for this answer any more. Never leaves this module."""


class Library:
    """Remembers every answer of a world as a future, and fetches in threads.

    Answers are true for every target, so several resolutions share one library. Use it as a
    context manager: leaving drops what was not begun, cuts short what was, and waits for that, so
    that nobody uses the world after its owner has closed it.
    """

    def __init__(
        self, world: World, *, reporter: ResolutionReporter, threads: int = _THREADS
    ) -> None:
        self._world = world
        self._reporter = reporter
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="archpip-fetch")
        self._lock = threading.Lock()
        self._closing = False
        self._builds = True
        self._catalogues: dict[NormalizedName, Future[Catalogue]] = {}
        self._wheels: dict[tuple[str, bool], Future[WheelFacts]] = {}
        self._sources: dict[SourceReference, Future[SourceFacts]] = {}
        self._heard: dict[str, Future[bytes]] = {}
        self._metadata: dict[str, CoreMetadata] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing = True
        # Who presses Ctrl-C waits for nothing: the world's owner closes its connections.
        interrupted = kind is not None and not issubclass(kind, Exception)
        self._pool.shutdown(wait=not interrupted, cancel_futures=True)

    def catalogue(self, name: NormalizedName) -> "Future[Catalogue]":
        """Return what the indexes offer of a project; empty where none knows it."""
        return self._once(self._catalogues, name, lambda: self._fetch_catalogue(name))

    def catalogue_at_hand(self, name: NormalizedName) -> Catalogue | None:
        """Return what the indexes offer of a project, if somebody asked for it and it is there."""
        with self._lock:
            future = self._catalogues.get(name)
        if future is None or not future.done() or future.exception() is not None:
            return None
        return future.result()

    def wheel(self, link: Link, *, inspect: bool) -> "Future[WheelFacts]":
        """Return what a wheel holds."""
        with self._lock:
            future = self._wheels.get((link.url, inspect))
            if future is None:
                heard = self._heard.setdefault(link.url, Future())
                future = self._pool.submit(self._fetch_wheel, link, inspect, heard)
                self._wheels[link.url, inspect] = future
        return future

    def wheel_metadata(self, link: Link, *, inspect: bool) -> "Future[bytes]":
        """Return a wheel's METADATA, which mostly is there before its inspection.

        Args:
            link: The wheel.
            inspect: Where nobody has asked for the wheel yet, ask for its inspection as well.
        """
        with self._lock:
            heard = self._heard.get(link.url)
        if heard is None:
            self.wheel(link, inspect=inspect)
            heard = self._heard[link.url]
        return heard

    def source(self, reference: SourceReference) -> "Future[SourceFacts]":
        """Return what a source says of itself."""
        return self._once(self._sources, reference, lambda: self._world.source(reference))

    def may_read(self, reference: SourceReference) -> bool:
        """Say whether a source may be asked for: one that is known without a build may always."""
        if self._builds or reference in self._sources:
            return True
        facts = self._world.known_source(reference)
        if facts is not None:
            self.remember_source(reference, facts)
        return facts is not None

    def stop_reading_sources(self) -> None:
        """Read no more sources that want a build: what is asked from now on is not worth one."""
        self._builds = False

    def remember_source(self, reference: SourceReference, facts: SourceFacts) -> None:
        """Take what was read of a source without its name for what it says to who names it."""
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
        found = self._metadata.get(link.url)
        if found is None:
            found = self._metadata[link.url] = parse_metadata(content)
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

    def _fetch_wheel(self, link: Link, inspect: bool, heard: "Future[bytes]") -> WheelFacts:  # noqa: FBT001  # called by the pool
        def on_metadata(metadata: bytes) -> None:
            if self._closing:
                raise _AbandonedError
            # Two fetches of one wheel, with and without inspection, may both hear it.
            with suppress(InvalidStateError):
                heard.set_result(head_of(metadata))

        try:
            facts = self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
        except BaseException as error:
            with suppress(InvalidStateError):
                heard.set_exception(error)
            raise
        on_metadata(facts.metadata)
        self._reporter.wheel_opened(link)
        return replace(facts, metadata=head_of(facts.metadata))


class Scout:
    """Walks the graph of one target ahead of its solver.

    All its thinking happens in one thread of its own, so its state needs no lock, and recursion
    through futures that are done already cannot grow a stack.
    """

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        book: DemandBook,
        constraints: Mapping[NormalizedName, tuple[Demand, ...]],
        preferences: Mapping[NormalizedName, Version],
        guessed: Guessed | None = None,
    ) -> None:
        """Take what its solver was given.

        `guessed` is told, in the scout's thread, where the version has another wheel for others.
        """
        self._library = library
        self._ranking = ranking
        self._book = book
        self._constraints = constraints
        self._preferences = preferences
        self._guessed = guessed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archpip-scout")
        self._heard_of: set[Demand] = set()
        self._wanted: dict[NormalizedName, list[Demand]] = {}
        self._extras: dict[NormalizedName, set[NormalizedName]] = {}
        self._guesses: dict[NormalizedName, Offer] = {}
        self._hopeless: set[NormalizedName] = set()
        """Of which nothing meets all that was wanted so far. That only grows, so nothing will."""
        self._followed: set[tuple[str, NormalizedName | None]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def want(self, demands: Iterable[Demand]) -> None:
        """Say what will be needed, from one thread. Returns at once."""
        # A search says the same a hundred thousand times, and waking a thread costs 50 µs.
        news = tuple(
            demand
            for demand in demands
            if demand not in self._heard_of and demand.identifier.name not in self._hopeless
        )
        if news:
            self._heard_of.update(news)
            self._later(self._want, news)

    def _later(self, step: Callable[..., None], *arguments: object) -> None:
        # Answers may arrive when the solver is done and the scout is closed: nobody wants them.
        with suppress(RuntimeError):
            self._thread.submit(step, *arguments)

    def _want(self, demands: tuple[Demand, ...]) -> None:
        for demand in demands:
            # What a proxy ties to the version that it was given says nothing of what is wanted.
            if demand.direct is None and not demand.exact and self._note(demand):
                future = self._library.catalogue(demand.identifier.name)
                future.add_done_callback(lambda done: self._later(self._on_page, done))

    def _note(self, demand: Demand) -> bool:
        """Keep a demand, and return whether it says something new."""
        name, extra, *_ = demand.identifier
        wanted = self._wanted.setdefault(name, [])
        if demand in wanted:
            return False
        wanted.append(demand)
        if extra is not None:
            self._extras.setdefault(name, set()).add(extra)
        return True

    def _on_page(self, future: "Future[Catalogue]") -> None:
        if future.cancelled() or future.exception() is not None:
            return  # The solver meets the same future and says what is wrong.
        catalogue = future.result()
        before = self._guesses.get(catalogue.name)
        offer = self._guess(catalogue)
        if offer is None or offer.kind is not LinkKind.WHEEL:
            return
        inspect = _open(self._library, self._ranking, catalogue, offer)
        self._library.wheel_metadata(offer.link, inspect=inspect).add_done_callback(
            lambda done: self._later(self._on_metadata, catalogue.name, offer, done)
        )
        if self._guessed and offer is not before and not offer.link.filename.endswith(_ANY_MACHINE):
            self._guessed(catalogue.name, offer.version)

    def _guess(self, catalogue: Catalogue) -> Offer | None:
        """Return the offer that the solver will most likely take."""
        name = catalogue.name
        wanted = [*self._wanted.get(name, ()), *self._constraints.get(name, ())]
        guess = self._guesses.get(name)
        if guess is not None and all(demand.allows(guess.version) for demand in wanted):
            return guess
        kept = self._preferences.get(name)
        for version in likely_versions(
            self._ranking.versions(catalogue, kept=kept),
            wanted,
            prereleases=bool(self._ranking.admits_prereleases(name)),
        ):
            ladder = self._ranking.ladder(catalogue, version)
            ladder = ladder.without_yanked(keep=version == kept)
            if ladder.offers:
                self._guesses[name] = ladder.offers[0]
                return ladder.offers[0]
        self._hopeless.add(name)
        return None

    def _on_metadata(self, name: NormalizedName, offer: Offer, future: "Future[bytes]") -> None:
        if future.cancelled() or future.exception() is not None:
            return
        # Bad metadata is told by the solver, which reads the same.
        with suppress(ArchpipError):
            self._follow(name, offer, self._library.metadata(offer.link, future.result()))

    def _follow(self, name: NormalizedName, offer: Offer, metadata: CoreMetadata) -> None:
        """Want what a wheel requires, once for itself and once for each extra."""
        if self._ranking.options.ignore_dependencies:
            return
        for extra in (None, *sorted(self._extras.get(name, ()))):
            if (offer.link.url, extra) in self._followed:
                continue
            self._followed.add((offer.link.url, extra))
            if extra is None:
                self._want(self._book.for_project(name, metadata.requires))
            else:
                self._want(self._book.for_extra(name, metadata.requires, extra))


def likely_versions(
    versions: Iterable[Version], wanted: Iterable[Demand], *, prereleases: bool
) -> Iterable[Version]:
    """Yield versions that all demands allow: finals, and pre-releases where they count."""
    demands = tuple(wanted)
    for version in versions:
        if (prereleases or not version.is_prerelease) and all(d.allows(version) for d in demands):
            yield version


def open_ahead(
    library: Library, ranking: Ranking, versions: Mapping[NormalizedName, Version]
) -> None:
    """Begin to open the wheels that a target will take if it takes these versions."""
    for name, version in versions.items():
        catalogue = library.catalogue_at_hand(name)
        if catalogue is not None and version in catalogue.releases:
            offers = ranking.ladder(catalogue, version).offers
            if offers and offers[0].kind is LinkKind.WHEEL:
                _open(library, ranking, catalogue, offers[0])


def _open(library: Library, ranking: Ranking, catalogue: Catalogue, offer: Offer) -> bool:
    """Begin to open a wheel and what it will be judged with; return whether it is inspected."""
    inspect = ranking.wants_inspection(offer.link)
    library.wheel(offer.link, inspect=inspect)
    if offer.fused_with is not None:
        library.wheel(offer.fused_with, inspect=inspect)
    elif inspect and ranking.target.operating_system is OperatingSystem.MACOS:
        # A thin wheel will be compared with its sibling.
        links = catalogue.releases[offer.version]
        sibling = (
            find_larger_sibling(offer.link, offer.link.size_bytes, links)
            if may_have_sibling(offer.link.filename)
            else None
        )
        if sibling is not None:
            library.wheel(sibling, inspect=True)
    return inspect
