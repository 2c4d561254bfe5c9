"""What `resolve` answers, over a world in memory: who is needed, and what it asks of the world."""

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.index import IndexUnavailableError, ProjectNotFoundError
from archpip.resolution import (
    NoSolutionError,
    ResolutionReporter,
    ResolveOptions,
)
from tests.unit.resolution.fake_world import FakeWorld, Solver, files, make_target, versions


def test_newest_versions_and_their_dependencies(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl")
    world.add("a-2.0-py3-none-any.whl", requires=["b>=1"])
    world.add("b-1.5-py3-none-any.whl")

    found = solve("a")

    assert files(found) == {"a": "a-2.0-py3-none-any.whl", "b": "b-1.5-py3-none-any.whl"}
    assert [(p.requested, p.dependencies) for p in found.pins] == [(True, ("b",)), (False, ())]


def test_backtracks_to_an_older_version(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b>=2"])
    world.add("a-1.0-py3-none-any.whl", requires=["b<2"])
    world.add("b-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-1.0-py3-none-any.whl"


def test_of_two_newest_versions_that_exclude_each_other_the_first_met_stays(
    world: FakeWorld, solve: Solver
) -> None:
    """As in uv; pip would take b 2.0 and the old a."""
    world.add("a-2.0-py3-none-any.whl")
    world.add("a-1.0-py3-none-any.whl")
    world.add("b-2.0-py3-none-any.whl", requires=["a<2"])
    world.add("b-1.0-py3-none-any.whl", requires=["a"])

    assert versions(solve("a", "b")) == {"a": "2.0", "b": "1.0"}
    assert versions(solve("b", "a")) == {"a": "1.0", "b": "2.0"}


def test_the_pin_gives_way_where_no_version_goes_with_it(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl")
    world.add("a-1.0-py3-none-any.whl")
    for minor in range(9):
        world.add(f"b-1.{minor}-py3-none-any.whl", requires=["a<2"])

    assert versions(solve("a", "b")) == {"a": "1.0", "b": "1.8"}


def test_who_is_passed_over_five_times_is_no_longer(world: FakeWorld, solve: Solver) -> None:
    """Old versions without bounds seldom work: uv's limit, too."""
    world.add("a-2.0-py3-none-any.whl")
    world.add("a-1.0-py3-none-any.whl")
    world.add("b-0.1-py3-none-any.whl", requires=["a"])
    for minor in range(9):
        world.add(f"b-1.{minor}-py3-none-any.whl", requires=["a<2"])

    assert versions(solve("a", "b")) == {"a": "1.0", "b": "1.8"}


def test_an_extra_that_opposes_a_pin_counts_for_its_project(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-2.0-py3-none-any.whl")
    world.add("a-1.0-py3-none-any.whl")
    world.add("b-2.0-py3-none-any.whl", requires=["a<2; extra == 'x'"], extras=["x"])
    world.add("b-1.0-py3-none-any.whl", requires=["a; extra == 'x'"], extras=["x"])

    assert versions(solve("a", "b[x]")) == {"a": "2.0", "b": "1.0"}


def test_requirements_of_a_version_that_gave_way_are_forgotten(
    world: FakeWorld, solve: Solver
) -> None:
    """a 2.0 bounds c and wants d; b, met later, brings a down to 1.0, which wants neither."""
    world.add("a-2.0-py3-none-any.whl", requires=["b", "c<2", "d"])
    world.add("a-1.0-py3-none-any.whl", requires=["b", "c"])
    world.add("b-1.0-py3-none-any.whl", requires=["a<2", "c"])
    world.add("c-2.0-py3-none-any.whl")
    world.add("c-1.0-py3-none-any.whl")
    world.add("d-1.0-py3-none-any.whl")

    assert versions(solve("a")) == {"a": "1.0", "b": "1.0", "c": "2.0"}


def test_extras_pull_their_requirements_and_share_the_version(
    world: FakeWorld, solve: Solver
) -> None:
    world.add(
        "a-1.0-py3-none-any.whl",
        requires=["b; extra == 'One'", "c; extra == 'two'", "a[one]; extra == 'all'"],
        extras=["one", "two", "all"],
    )
    world.add("b-1.0-py3-none-any.whl")
    world.add("c-1.0-py3-none-any.whl")

    found = solve("a[all]")

    assert sorted(files(found)) == ["a", "b"]
    assert found.pins[0].extras == ("all",)
    assert found.pins[0].dependencies == ("b",)


def test_an_extra_holds_its_project_to_one_version(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b; extra == 'x'"], extras=["x"])
    world.add("a-1.0-py3-none-any.whl", requires=["b; extra == 'x'"], extras=["x"])
    world.add("b-1.0-py3-none-any.whl")

    assert files(solve("a[x]", "a<2"))["a"] == "a-1.0-py3-none-any.whl"


def test_markers_are_those_of_the_target(world: FakeWorld, solve: Solver) -> None:
    world.add(
        "a-1.0-py3-none-any.whl",
        requires=["mac; sys_platform == 'darwin'", "win; sys_platform == 'win32'"],
    )
    world.add("mac-1.0-py3-none-any.whl")

    assert sorted(files(solve("a", "root; platform_machine == 'x86_64'"))) == ["a", "mac"]


def test_a_universal_target_needs_what_either_machine_needs(
    world: FakeWorld, solve: Solver
) -> None:
    target = make_target(OperatingSystem.MACOS, Architecture.ARM64, Architecture.X86_64)
    world.add(
        "a-1.0-py3-none-any.whl",
        requires=["arm; platform_machine == 'arm64'", "intel; platform_machine == 'x86_64'"],
    )
    world.add("arm-1.0-py3-none-any.whl")
    world.add("intel-1.0-py3-none-any.whl")

    assert sorted(files(solve("a", target=target))) == ["a", "arm", "intel"]


def test_constraints_bound_without_requiring(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["b"])
    world.add("b-1.0-py3-none-any.whl")
    world.add("b-2.0-py3-none-any.whl")

    found = solve("a", constraints=["b<2", "c==1"])

    assert files(found) == {"a": "a-1.0-py3-none-any.whl", "b": "b-1.0-py3-none-any.whl"}


def test_no_deps_takes_the_roots_alone(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["b", "c; extra == 'x'"], extras=["x"])

    found = solve("a[x]", options=ResolveOptions(ignore_dependencies=True))

    assert files(found) == {"a": "a-1.0-py3-none-any.whl"}


def test_preferred_versions_stay_while_they_fit(world: FakeWorld, solve: Solver) -> None:
    for version in ("1.0", "2.0", "3.0"):
        world.add(f"a-{version}-py3-none-any.whl")
        world.add(f"b-{version}-py3-none-any.whl")
    preferences = {canonicalize_name("a"): Version("2.0"), canonicalize_name("b"): Version("1.0")}

    found = solve("a", "b>=2", preferences=preferences)

    assert [str(pin.version) for pin in found.pins] == ["2.0", "3.0"]


def test_a_circle_of_dependencies_ends(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["b"])
    world.add("b-1.0-py3-none-any.whl", requires=["a"])

    assert sorted(files(solve("a"))) == ["a", "b"]


def test_an_index_that_fails_ends_the_resolution(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["b"])
    world.errors["b"] = IndexUnavailableError(url="https://index.example/", reason="503")

    with pytest.raises(IndexUnavailableError):
        solve("a")


def test_each_page_and_each_wheel_is_asked_for_once(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["c", "b"])
    world.add("b-1.0-py3-none-any.whl", requires=["c<2"])
    world.add("c-2.0-py3-none-any.whl")
    world.add("c-1.0-py3-none-any.whl")

    solve("a", "b", "c")

    assert sorted(world.asked) == sorted(set(world.asked))


def test_progress_is_told(world: FakeWorld, solve: Solver) -> None:
    class Recorder(ResolutionReporter):
        def __init__(self) -> None:
            self.pinned: list[str] = []

        def candidate_pinned(self, name: str, version: Version) -> None:
            self.pinned.append(f"{name} {version}")

    world.add("a-1.0-py3-none-any.whl", requires=["b"])
    world.add("b-1.0-py3-none-any.whl")
    reporter = Recorder()

    solve("a", reporter=reporter)

    assert reporter.pinned == ["a 1.0", "b 1.0"]


def test_a_project_that_is_missing_where_it_is_pinned(world: FakeWorld, solve: Solver) -> None:
    world.errors[canonicalize_name("zz")] = error = ProjectNotFoundError(
        name="zz", locations=("file:///files",), is_pinned=True, flat=("file:///files",)
    )

    with pytest.raises(NoSolutionError) as caught:
        solve("zz")

    assert caught.value.explanation.splitlines() == [
        "you asked for zz",
        "  file:///files, where alone it is looked for, does not know a project named zz",
    ]
    assert caught.value.hint == error.hint


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (["zz"], ["you asked for zz", "  no index knows a project named zz"]),
        (
            ["a>3"],
            ["you asked for a>3", "  no version satisfies that: a has 1.0, 2.0"],
        ),
        (
            ["a==2.0"],
            [
                "you asked for a==2.0",
                "a 2.0 requires b>=2",
                "  no version satisfies that: b has 1.0",
            ],
        ),
        (
            ["a==1.0", "b<1"],
            [
                "you asked for b<1",
                "  no version satisfies that: b has 1.0",
            ],
        ),
    ],
)
def test_no_solution_is_explained(
    world: FakeWorld, solve: Solver, asked: list[str], lines: list[str]
) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b>=2"])
    world.add("a-1.0-py3-none-any.whl", requires=["b<2"])
    world.add("b-1.0-py3-none-any.whl")

    with pytest.raises(NoSolutionError) as caught:
        solve(*asked)

    assert str(caught.value).splitlines()[1:] == lines


def test_an_sdist_without_a_promised_hash_is_fetched_to_be_hashed(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-1.0-cp311-cp311-win_amd64.whl")
    sdist = world.add("a-1.0.tar.gz")
    world.replace(sdist, hashes=())
    world.computed[sdist.filename] = "f" * 64

    assert solve("a").pins[0].sha256 == "f" * 64
    with pytest.raises(NoSolutionError, match="its hash is not allowed"):
        solve.with_hashes(("a==1.0", "0" * 64))
