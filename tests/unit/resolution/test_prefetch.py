"""The library asks once; the scout asks early. Threads are real, so tests wait for events."""

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import pytest
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.errors import IndexAccessError
from archpip.index import Link, ProjectNotFoundError
from archpip.resolution import ResolutionReporter, ResolveOptions, WheelFacts
from archpip.resolution.allowed_hashes import AllowedHashes
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.fetching import Library
from archpip.resolution.ladders import Catalogue
from archpip.resolution.prefetch import Scout, likely_versions
from archpip.resolution.ranking import Ranking
from archpip.resolution.sdists import Sdists
from archpip.targets import marker_environments
from tests.unit.resolution.fake_world import (
    PATIENCE_SECONDS,
    FakeWorld,
    ignore,
    make_target,
)


class WatchedWorld(FakeWorld):
    """Tells when a wheel was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: dict[str, threading.Event] = {}

    def event(self, filename: str) -> threading.Event:
        return self.opened.setdefault(filename, threading.Event())

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        try:
            return super().wheel(link, inspect=inspect, on_metadata=on_metadata)
        finally:
            self.event(link.filename).set()


def sdists_of(library: Library, ranking: Ranking) -> Sdists:
    return Sdists(
        library=library,
        ranking=ranking,
        hashes=AllowedHashes(by_project={}),
        config_settings={},
    )


def run_scout(
    world: WatchedWorld,
    awaited: str,
    *,
    constraints: Mapping[NormalizedName, str] | None = None,
    preferences: Mapping[NormalizedName, Version] | None = None,
    opened: Mapping[NormalizedName, Version] | None = None,
    options: ResolveOptions | None = None,
) -> list[str]:
    """Want `a`, wait until a file was opened, and return what was asked."""
    target = make_target()
    book = DemandBook(marker_environments(target))

    def demand(name: NormalizedName, specifier: str) -> Demand:
        return book.demand(Identifier(name), SpecifierSet(specifier))

    bounds = {name: (demand(name, text),) for name, text in (constraints or {}).items()}
    ranking = Ranking(target=target, options=options or ResolveOptions())
    with (
        Library(world, reporter=ResolutionReporter()) as library,
        Scout(
            library=library,
            ranking=ranking,
            book=book,
            sdists=sdists_of(library, ranking),
            constraints=bounds,
            preferences=preferences or {},
            opened=opened,
        ) as scout,
    ):
        scout.want([demand(canonicalize_name("a"), "")])
        assert world.event(awaited).wait(PATIENCE_SECONDS)
    return world.asked


@pytest.fixture
def watched() -> WatchedWorld:
    return WatchedWorld()


def test_the_whole_graph_is_walked_from_one_requirement(watched: WatchedWorld) -> None:
    watched.add("a-1.0-py3-none-any.whl", requires=["b", "z; sys_platform == 'win32'"])
    watched.add("b-1.0-py3-none-any.whl", requires=["c[x]>=2"])
    watched.add("c-2.0-py3-none-any.whl", requires=["d; extra == 'x'"], extras=["x"])
    watched.add("d-1.0-py3-none-any.whl")

    asked = run_scout(watched, "d-1.0-py3-none-any.whl")

    assert "z" not in asked


def test_what_an_sdist_requires_is_wanted_too(watched: WatchedWorld) -> None:
    watched.add("a-1.0.tar.gz", requires=["b"])
    watched.add("b-1.0-py3-none-any.whl")

    run_scout(watched, "b-1.0-py3-none-any.whl")


def test_a_prerelease_is_guessed_where_no_final_release_is_allowed(watched: WatchedWorld) -> None:
    watched.add("a-1.0-py3-none-any.whl", requires=["b==2.0b2"])
    for version in ("1.0", "2.0b1", "2.0b2"):
        watched.add(f"b-{version}-py3-none-any.whl")

    run_scout(watched, "b-2.0b2-py3-none-any.whl")


@pytest.mark.parametrize(
    ("prereleases", "likely"),
    [(None, ["2.0", "3.0rc1", "2.0b1"]), (True, ["3.0rc1", "2.0", "2.0b1"]), (False, ["2.0"])],
)
def test_prereleases_are_likely_as_far_as_the_user_takes_them(
    prereleases: bool | None,  # noqa: FBT001  # a parameter of the test
    likely: list[str],
) -> None:
    book = DemandBook(marker_environments(make_target()))
    wanted = [book.demand(Identifier(canonicalize_name("a")), SpecifierSet(">1.0"))]
    versions = map(Version, ("3.0rc1", "2.0", "2.0b1", "1.0", "1.0b1"))

    assert [*map(str, likely_versions(versions, wanted, prereleases=prereleases))] == likely


def test_constraints_and_preferences_guide_the_guess(watched: WatchedWorld) -> None:
    for version in ("1.0", "2.0", "3.0"):
        watched.add(f"a-{version}-py3-none-any.whl", requires=["b"])
        watched.add(f"b-{version}-py3-none-any.whl")

    asked = run_scout(
        watched,
        "b-2.0-py3-none-any.whl",
        constraints={canonicalize_name("a"): "<2"},
        preferences={canonicalize_name("b"): Version("2.0")},
    )

    assert "a-3.0-py3-none-any.whl" not in asked
    assert "b-3.0-py3-none-any.whl" not in asked


def test_what_was_opened_before_is_fetched_again_only_where_another_version_is_wanted(
    watched: WatchedWorld,
) -> None:
    watched.add("a-1.0-py3-none-any.whl", requires=["b", "c<2"])
    for version in ("1.0", "2.0"):
        watched.add(f"b-{version}-py3-none-any.whl")
        watched.add(f"c-{version}-py3-none-any.whl")
    names = map(canonicalize_name, ("b", "c"))

    asked = run_scout(
        watched, "c-1.0-py3-none-any.whl", opened=dict.fromkeys(names, Version("2.0"))
    )

    assert "b" not in asked


def test_without_dependencies_nothing_more_is_wanted(watched: WatchedWorld) -> None:
    watched.add("a-1.0-py3-none-any.whl", requires=["b"])

    asked = run_scout(
        watched, "a-1.0-py3-none-any.whl", options=ResolveOptions(ignore_dependencies=True)
    )

    assert asked == ["a", "a-1.0-py3-none-any.whl"]


class WatchedRanking(Ranking):
    """Tells whose versions were looked at."""

    def __init__(self) -> None:
        super().__init__(target=make_target(), options=ResolveOptions())
        self.looked: list[NormalizedName] = []

    def versions(self, catalogue: Catalogue, *, kept: Version | None) -> Iterable[Version]:
        self.looked.append(catalogue.name)
        return super().versions(catalogue, kept=kept)


def test_what_no_version_meets_is_not_guessed_at_again(watched: WatchedWorld) -> None:
    """No version of `a` meets what is required; others change after they were looked at."""
    names = [canonicalize_name(name) for name in ("a", "b", "c")]
    for name in names:
        watched.add(f"{name}-1.0-py3-none-any.whl")
    ranking = WatchedRanking()
    book = DemandBook(marker_environments(make_target()))
    library = Library(watched, reporter=ResolutionReporter())
    scout = Scout(
        library=library,
        ranking=ranking,
        book=book,
        sdists=sdists_of(library, ranking),
        constraints={},
        preferences={},
    )
    with library, scout:
        for name in names:
            library.catalogue(name).result()
        for bound, other in ((">=2", names[1]), (">=3", names[2])):
            scout.want([book.demand(Identifier(names[0]), SpecifierSet(bound))])
            scout.want([book.demand(Identifier(other), SpecifierSet())])
            assert watched.event(f"{other}-1.0-py3-none-any.whl").wait(PATIENCE_SECONDS)

    assert ranking.looked == names


def test_a_wheel_that_cannot_be_read_stops_nothing(watched: WatchedWorld) -> None:
    watched.add("a-1.0-py3-none-any.whl", requires=["b", "c"])
    watched.add("b-1.0-py3-none-any.whl")
    watched.errors["b-1.0-py3-none-any.whl"] = RuntimeError("boom")
    watched.add("c-1.0-py3-none-any.whl")

    run_scout(watched, "c-1.0-py3-none-any.whl")


@pytest.mark.parametrize("kind", ["catalogue", "wheel"])
def test_the_library_keeps_answers_and_errors(watched: WatchedWorld, kind: str) -> None:
    link = watched.add("a-1.0-py3-none-any.whl")
    name = canonicalize_name("a")
    with Library(watched, reporter=ResolutionReporter()) as library:
        ask: Callable[[], object] = (
            (lambda: library.catalogue(name).result())
            if kind == "catalogue"
            else (lambda: library.wheel(link, inspect=True).result())
        )
        assert ask() is ask()
    assert len(watched.asked) == 1


class CompleteWorld(FakeWorld):
    """Returns all facts of a wheel where METADATA alone is asked for, if nothing fails first."""

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        failure = self.errors.pop(link.filename, None)
        facts = super().wheel(link, inspect=inspect or failure is None, on_metadata=on_metadata)
        if failure is not None:
            raise failure
        return facts


@pytest.mark.parametrize(
    ("filename", "fails", "times"),
    [
        pytest.param("a-1.0-py3-none-any.whl", False, 1, id="complete"),
        pytest.param("a-1.0-py3-none-any.whl", True, 2, id="failed"),
        pytest.param("a-1.0-cp311-cp311-macosx_11_0_arm64.whl", False, 2, id="native"),
    ],
)
def test_a_wheel_whose_metadata_was_read_is_opened_again_if_there_is_more_to_read(
    filename: str, *, fails: bool, times: int
) -> None:
    world = CompleteWorld()
    link = world.add(filename)
    if fails:
        world.errors[filename] = IndexAccessError(f"{filename} was cut off")
    with Library(world, reporter=ResolutionReporter()) as library:
        with suppress(IndexAccessError):
            library.wheel(link, inspect=False).result()
        facts = library.wheel(link, inspect=True).result()

    assert facts.inspection is not None
    assert world.asked == [filename] * times


def test_a_project_that_no_index_knows_has_an_empty_catalogue(watched: WatchedWorld) -> None:
    with Library(watched, reporter=ResolutionReporter()) as library:
        found = library.catalogue(canonicalize_name("a")).result()

    assert isinstance(found.absence, ProjectNotFoundError)
    assert list(found.versions) == []


def test_leaving_waits_for_what_was_begun_and_cuts_it_short(
    watched: WatchedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = watched.add("a-1.0-py3-none-any.whl")
    begun, leaving, inspected = threading.Event(), threading.Event(), threading.Event()

    class SlowWorld(FakeWorld):
        def wheel(
            self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
        ) -> WheelFacts:
            begun.set()
            assert leaving.wait(PATIENCE_SECONDS)
            on_metadata(b"")
            inspected.set()
            raise AssertionError(link, inspect)

    with Library(SlowWorld(), reporter=ResolutionReporter()) as library:
        future = library.wheel(link, inspect=True)
        assert begun.wait(PATIENCE_SECONDS)
        shut_down = library._pool.shutdown

        def shut_down_now(*, wait: bool, cancel_futures: bool) -> None:
            leaving.set()
            shut_down(wait=wait, cancel_futures=cancel_futures)

        monkeypatch.setattr(library._pool, "shutdown", shut_down_now)

    assert future.done()
    assert not inspected.is_set()
