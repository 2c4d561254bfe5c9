"""Which file tells an sdist's metadata, and which are read before the search asks for them."""

import threading
from collections.abc import Iterator

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.index import Link
from archpip.resolution import (
    ResolutionReporter,
    ResolveOptions,
    SourceFacts,
    SourceReference,
    VersionOrder,
)
from archpip.resolution.allowed_hashes import AllowedHashes
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import Catalogue
from archpip.resolution.model import LinkKind
from archpip.resolution.ranking import Ranking
from archpip.resolution.sdists import Sdists
from tests.unit.resolution.fake_world import PATIENCE_SECONDS, FakeWorld, make_target

SDIST = "a-1.0.tar.gz"
MISFIT = "a-1.0-cp311-cp311-win_amd64.whl"
HASH = "7" * 64
A = canonicalize_name("a")


@pytest.fixture
def library(world: FakeWorld) -> Iterator[Library]:
    with Library(world, reporter=ResolutionReporter()) as library:
        yield library


def begin(
    world: FakeWorld,
    library: Library,
    *,
    order: VersionOrder = VersionOrder.HIGHEST,
    allowed: frozenset[tuple[str, str]] = frozenset(),
) -> list[str]:
    """Begin to read the sdist of version 1.0, and return the files that were asked for."""
    ranking = Ranking(target=make_target(), options=ResolveOptions(order=order))
    hashes = AllowedHashes(by_project={A: allowed})
    sdists = Sdists(library=library, ranking=ranking, hashes=hashes, config_settings={})
    ladder = ranking.ladder(Catalogue(name=A, releases=world.releases(A)), Version("1.0"))
    offer = next(offer for offer in ladder.offers if offer.kind is LinkKind.SDIST)
    world.asked.clear()
    future = sdists.begin(A, offer, ladder)
    if future is not None:
        future.result(PATIENCE_SECONDS)
    return world.asked


def test_an_sdist_without_wheels_is_read(world: FakeWorld, library: Library) -> None:
    world.add(SDIST)
    assert begin(world, library) == [SDIST]


@pytest.mark.parametrize("order", VersionOrder)
def test_a_wheel_for_another_system_stands_in(
    world: FakeWorld, library: Library, order: VersionOrder
) -> None:
    for filename in (SDIST, MISFIT):
        world.add(filename)
    assert begin(world, library, order=order) == [MISFIT]


def test_no_wheel_stands_in_for_an_sdist_without_a_hash(world: FakeWorld, library: Library) -> None:
    world.replace(world.add(SDIST), hashes=())
    world.add(MISFIT)
    assert begin(world, library) == [SDIST]


def test_the_lowest_version_is_not_built_before_it_must_be(
    world: FakeWorld, library: Library
) -> None:
    world.add(SDIST)
    assert begin(world, library, order=VersionOrder.LOWEST) == []


def test_an_sdist_that_the_users_hashes_refuse_is_not_read(
    world: FakeWorld, library: Library
) -> None:
    world.add(SDIST, sha256=HASH)
    assert begin(world, library, allowed=frozenset({("sha256", "8" * 64)})) == []
    assert begin(world, library, allowed=frozenset({("sha256", HASH)})) == [SDIST]


class BusyWorld(FakeWorld):
    """Is busy with the first source until told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_busy = threading.Event()
        self.go_on = threading.Event()

    def source(self, reference: SourceReference) -> SourceFacts:
        facts = super().source(reference)
        if len(self.asked) == 1:
            self.is_busy.set()
            assert self.go_on.wait(PATIENCE_SECONDS)
        return facts


def reference_to(link: Link) -> SourceReference:
    return SourceReference(link=link, kind=LinkKind.SDIST)


@pytest.fixture
def busy() -> BusyWorld:
    return BusyWorld()


@pytest.fixture
def references(busy: BusyWorld) -> list[SourceReference]:
    return [reference_to(busy.add(f"{name}-1.0.tar.gz", static=False)) for name in "abc"]


def test_sources_are_begun_one_after_another_and_read_at_once_when_needed(
    busy: BusyWorld, references: list[SourceReference]
) -> None:
    with Library(busy, reporter=ResolutionReporter()) as library:
        for reference in references:
            library.begin_source(reference)
        assert busy.is_busy.wait(PATIENCE_SECONDS)
        needed = library.source(references[2]).result(PATIENCE_SECONDS)
        asked = list(busy.asked)
        busy.go_on.set()
        for reference in references:
            library.source(reference).result(PATIENCE_SECONDS)

    assert needed.metadata
    assert asked == ["a-1.0.tar.gz", "c-1.0.tar.gz"]
    assert sorted(busy.asked) == ["a-1.0.tar.gz", "b-1.0.tar.gz", "c-1.0.tar.gz"]


def test_where_no_build_is_worth_it_what_was_not_begun_is_left_unread(
    busy: BusyWorld, references: list[SourceReference]
) -> None:
    with Library(busy, reporter=ResolutionReporter()) as library:
        for reference in references[:2]:
            library.begin_source(reference)
        assert busy.is_busy.wait(PATIENCE_SECONDS)
        library.stop_reading_sources()

        assert library.may_read(references[0])
        assert not library.may_read(references[1])
        assert library.begin_source(references[2]) is None
        busy.go_on.set()

    assert busy.asked == ["a-1.0.tar.gz"]
