"""Prefetching: request early what the solver will most likely need.

The solver is synchronous and gets pages and wheels from a `Library`; mostly they have arrived by
then, because a `Scout` walks the same graph greedily in the library's threads: page, best
candidate, its requirements, their pages. A wrong guess wastes a request; the scout decides nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Self

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.architecture import OperatingSystem
from archpip.errors import ArchpipError
from archpip.resolution.demands import Demand, DemandBook
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import Catalogue, Offer
from archpip.resolution.metadata import CoreMetadata
from archpip.resolution.model import LinkKind
from archpip.resolution.ports import SourceFacts
from archpip.resolution.ranking import Ranking
from archpip.resolution.sdists import Sdists
from archpip.resolution.siblings import find_larger_sibling, may_have_sibling

_ANY_MACHINE = "-any.whl"

Guessed = Callable[[NormalizedName, Version], None]
"""Called with a version that will most likely be taken."""


class Scout:
    """Walks the graph of one target ahead of its solver.

    It works in one thread of its own, so its state needs no lock, and callbacks of futures that are
    already done cannot recurse.
    """

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        book: DemandBook,
        sdists: Sdists,
        constraints: Mapping[NormalizedName, tuple[Demand, ...]],
        preferences: Mapping[NormalizedName, Version],
        opened: Mapping[NormalizedName, Version] | None = None,
        guessed: Guessed | None = None,
    ) -> None:
        """Take the same parts as its solver.

        Args:
            library: Where answers are fetched.
            ranking: Orders candidates.
            book: Reads requirements as the target does.
            sdists: Says what to read for an sdist.
            constraints: Bounds on versions.
            preferences: Versions to guess first.
            opened: Versions whose wheels were requested before; see `open_ahead`.
            guessed: Called in the scout's thread, if other targets need another wheel of a version.
        """
        self._library = library
        self._ranking = ranking
        self._book = book
        self._sdists = sdists
        self._constraints = constraints
        self._preferences = preferences
        self._opened = opened or {}
        self._guessed = guessed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="archpip-scout")
        self._known_demands: set[Demand] = set()
        self._wanted: dict[NormalizedName, list[Demand]] = {}
        self._extras: dict[NormalizedName, set[NormalizedName]] = {}
        self._guesses: dict[NormalizedName, Offer] = {}
        self._hopeless: set[NormalizedName] = set()
        """Projects without a version that meets all demands so far. Demands only grow in number."""
        self._followed: set[tuple[str, NormalizedName | None]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def want(self, demands: Iterable[Demand]) -> None:
        """Register demands to fetch for; call from one thread. Returns at once."""
        # A search repeats the same a hundred thousand times, and waking a thread costs 50 µs.
        news = tuple(
            demand
            for demand in demands
            if demand not in self._known_demands
            and demand.identifier.name not in self._hopeless
            and not self._is_met_by_opened(demand)
        )
        if news:
            self._known_demands.update(news)
            self._later(self._want, news)

    def _is_met_by_opened(self, demand: Demand) -> bool:
        version = self._opened.get(demand.identifier.name)
        return version is not None and demand.allows(version)

    def _later(self, step: Callable[..., None], *arguments: object) -> None:
        # Answers that arrive when the solver is done and the scout is closed are dropped.
        with suppress(RuntimeError):
            self._thread.submit(step, *arguments)

    def _want(self, demands: tuple[Demand, ...]) -> None:
        for demand in demands:
            # A proxy's demand on its own version follows from a choice, so it guides no guess.
            if demand.direct is not None or demand.exact or self._is_met_by_opened(demand):
                continue
            if self._note(demand):
                future = self._library.catalogue(demand.identifier.name)
                future.add_done_callback(lambda done: self._later(self._on_page, done))

    def _note(self, demand: Demand) -> bool:
        """Keep a demand, and return whether it is new."""
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
            return  # The solver gets the same future and reports the error.
        catalogue = future.result()
        before = self._guesses.get(catalogue.name)
        offer = self._guess(catalogue)
        if offer is None:
            return
        if offer.kind is LinkKind.SDIST:
            self._begin_sdist(catalogue, offer)
            return
        inspect = _open(self._library, self._ranking, catalogue, offer)
        self._library.wheel_metadata(offer.link, inspect=inspect).add_done_callback(
            lambda done: self._later(self._on_metadata, catalogue.name, offer, done)
        )
        if self._guessed and offer is not before and not offer.link.filename.endswith(_ANY_MACHINE):
            self._guessed(catalogue.name, offer.version)

    def _begin_sdist(self, catalogue: Catalogue, offer: Offer) -> None:
        ladder = self._ranking.ladder(catalogue, offer.version)
        future = self._sdists.begin(catalogue.name, offer, ladder)
        if future is not None:
            future.add_done_callback(
                lambda done: self._later(self._on_metadata, catalogue.name, offer, done)
            )

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
            prereleases=self._ranking.admits_prereleases(name),
        ):
            ladder = self._ranking.ladder(catalogue, version)
            ladder = ladder.without_yanked(keep=version == kept)
            if ladder.offers:
                self._guesses[name] = ladder.offers[0]
                return ladder.offers[0]
        self._hopeless.add(name)
        return None

    def _on_metadata(
        self, name: NormalizedName, offer: Offer, future: "Future[bytes] | Future[SourceFacts]"
    ) -> None:
        if future.cancelled() or future.exception() is not None:
            return
        found = future.result()
        content = found if isinstance(found, bytes) else found.metadata
        # The solver reads the same metadata, and reports errors in it.
        with suppress(ArchpipError):
            self._follow(name, offer, self._library.metadata(offer.link, content))

    def _follow(self, name: NormalizedName, offer: Offer, metadata: CoreMetadata) -> None:
        """Register a wheel's requirements, once without extras and once for each extra."""
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
    versions: Iterable[Version], wanted: Iterable[Demand], *, prereleases: bool | None
) -> Iterator[Version]:
    """Yield the versions that all demands allow; pre-releases last where the user does not say."""
    demands = tuple(wanted)
    held_back = []
    for version in versions:
        if version.is_prerelease and not prereleases:
            held_back.append(version)
        elif all(demand.allows(version) for demand in demands):
            yield version
    if prereleases is None:
        yield from (v for v in held_back if all(demand.allows(v) for demand in demands))


def open_ahead(
    library: Library, ranking: Ranking, versions: Mapping[NormalizedName, Version]
) -> dict[NormalizedName, Version]:
    """Start opening the wheels that a target needs if it takes these versions.

    Returns:
        Those of the versions that have one.
    """
    opened = {}
    for name, version in versions.items():
        catalogue = library.catalogue_at_hand(name)
        if catalogue is not None and version in catalogue.releases:
            offers = ranking.ladder(catalogue, version).offers
            if offers and offers[0].kind is LinkKind.WHEEL:
                _open(library, ranking, catalogue, offers[0])
                opened[name] = version
    return opened


def _open(library: Library, ranking: Ranking, catalogue: Catalogue, offer: Offer) -> bool:
    """Start opening a wheel and its half or sibling; return whether it is inspected."""
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
