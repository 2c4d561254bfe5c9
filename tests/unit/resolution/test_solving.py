"""What `resolve` answers, over a world in memory. Rules that pip and uv share, and ours."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.errors import BuildError
from archpip.index import IndexUnavailableError
from archpip.resolution import (
    Fallback,
    HashesRequiredError,
    InspectScope,
    LinkKind,
    NoSolutionError,
    ProjectSelection,
    RejectionReason,
    Resolution,
    ResolutionReporter,
    ResolveOptions,
)
from archpip.verdicts import Policy, Status
from archpip.wheels import InvalidWheelError
from tests.unit.resolution.fake_world import FakeWorld, Solver, make_target

Condemn = Callable[..., None]


def files(resolution: Resolution) -> dict[str, str]:
    return {pin.name: pin.link.filename for pin in resolution.pins}


def versions(resolution: Resolution) -> dict[str, str]:
    return {pin.name: str(pin.version) for pin in resolution.pins}


# --- the graph ---------------------------------------------------------------------------------


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
    assert found.pins[0].extras == ("all", "one")
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


# --- versions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("available", "requirement", "options", "expected"),
    [
        (["1.0", "2.0a1"], "a", {}, "1.0"),
        (["1.0", "2.0a1"], "a>=2.0a0", {}, "2.0a1"),
        (["2.0a1", "2.0a2"], "a", {}, "2.0a2"),
        (["1.0", "2.0a1"], "a>1.0", {}, "2.0a1"),
        (["1.0", "2.0a1"], "a", {"first": ":all:"}, "2.0a1"),
        (["1.0", "2.0a1"], "a", {"first": "b"}, "1.0"),
        (["1.0", "1.0.post1", "1.0+local"], "a==1.0", {}, "1.0+local"),
    ],
)
def test_which_version(  # noqa: PLR0917  # a table's columns
    world: FakeWorld,
    solve: Solver,
    available: list[str],
    requirement: str,
    options: dict[str, str],
    expected: str,
) -> None:
    for version in available:
        world.add(f"a-{version}-py3-none-any.whl")
    releases = ProjectSelection()
    if "first" in options:
        releases = releases.choose_first(options["first"])

    found = solve(requirement, options=ResolveOptions(releases=releases))

    assert str(found.pins[0].version) == expected


def test_only_final_leaves_no_pre_release(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0a1-py3-none-any.whl")
    options = ResolveOptions(releases=ProjectSelection().choose_second("a"))

    with pytest.raises(NoSolutionError):
        solve("a", options=options)


def test_a_pre_release_stays_away_where_a_final_fits_by_tags_too(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-2.0a1-py3-none-any.whl")
    world.add("a-1.0-py3-none-win32.whl")

    assert files(solve("a")) == {"a": "a-2.0a1-py3-none-any.whl"}


def test_yanked_files_need_an_exact_pin(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", yanked="broken")
    world.add("a-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-1.0-py3-none-any.whl"
    assert files(solve("a==2.0"))["a"] == "a-2.0-py3-none-any.whl"
    with pytest.raises(NoSolutionError, match="it was yanked: broken"):
        solve("a>1")


def test_requires_python_of_page_and_of_metadata(world: FakeWorld, solve: Solver) -> None:
    world.add("a-3.0-py3-none-any.whl", page_requires_python=">=3.12")
    world.add("a-2.0-py3-none-any.whl", requires_python=">=3.12")
    world.add("a-1.0-py3-none-any.whl", page_requires_python=">=3.8", requires_python=">=3.8")

    found = solve("a")

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"
    assert found.pins[0].requires_python == ">=3.8"


def test_the_patch_version_counts_for_requires_python(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", page_requires_python=">=3.11.5")
    world.add("a-1.0-py3-none-any.whl", page_requires_python=">=3.11.4")

    assert files(solve("a"))["a"] == "a-1.0-py3-none-any.whl"


def test_files_that_are_too_new_do_not_exist(world: FakeWorld, solve: Solver) -> None:
    for version, day in (("1.0", 1), ("2.0", 3)):
        link = world.add(f"a-{version}-py3-none-any.whl")
        moment = datetime(2026, 1, day, tzinfo=UTC)
        world.replace(link, upload_time=moment)

    options = ResolveOptions(uploaded_before=datetime(2026, 1, 2, tzinfo=UTC))

    assert files(solve("a", options=options))["a"] == "a-1.0-py3-none-any.whl"


# --- the ladder --------------------------------------------------------------------------------


def test_exact_tags_go_before_loose_ones_and_both_before_the_sdist(
    world: FakeWorld, solve: Solver
) -> None:
    ladder = [
        "a-1.0-cp311-cp311-macosx_11_0_arm64.whl",
        "a-1.0-cp311-cp311-macosx_12_0_universal2.whl",
        "a-1.0-py3-none-any.whl",
        "a-1.0.tar.gz",
    ]
    for filename in reversed(ladder):
        world.add(filename)

    taken = []
    for filename in ladder:
        taken.append(files(solve("a"))["a"])
        world.remove(filename)

    assert taken == ladder


def test_the_greater_build_number_wins(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-2-py3-none-any.whl")
    world.add("a-1.0-10-py3-none-any.whl")
    world.add("a-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-1.0-10-py3-none-any.whl"


def test_prefer_binary_goes_to_an_older_wheel(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0.tar.gz")
    world.add("a-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-2.0.tar.gz"
    found = solve("a", options=ResolveOptions(prefer_binary=True))
    assert files(found)["a"] == "a-1.0-py3-none-any.whl"


def test_no_binary_and_only_binary(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl")
    world.add("a-1.0.tar.gz")
    world.add("b-2.0.tar.gz")
    world.add("b-1.0-py3-none-any.whl")
    formats = ProjectSelection().choose_second("a").choose_first("b")

    found = solve("a", "b", options=ResolveOptions(formats=formats))

    assert files(found) == {"a": "a-1.0.tar.gz", "b": "b-1.0-py3-none-any.whl"}
    assert found.pins[0].rejections[0].reason is RejectionReason.NO_BINARY


# --- verdicts ----------------------------------------------------------------------------------


@pytest.fixture
def uamqp(world: FakeWorld, condemn: Condemn) -> FakeWorld:
    """Build the azure-eventhub world in small: 1.6.1's fat wheel is hollow, 1.6.2 has none."""
    world.add("eventhub-5.10.1-py3-none-any.whl", requires=["uamqp>=1.6.0,<2"])
    world.add("uamqp-1.6.2.tar.gz")
    world.add("uamqp-1.6.2-cp311-cp311-macosx_10_9_x86_64.whl")
    world.add("uamqp-1.6.1.tar.gz")
    condemn(world.add("uamqp-1.6.1-cp311-cp311-macosx_10_9_universal2.whl"))
    world.add("uamqp-1.6.0-cp311-cp311-macosx_11_0_arm64.whl")
    return world


def test_the_sdist_is_taken_where_no_wheel_fits_and_the_reason_is_kept(
    uamqp: FakeWorld, solve: Solver
) -> None:
    found = solve("eventhub==5.10.1")

    pin = found.pins[1]
    assert (pin.link.filename, pin.kind) == ("uamqp-1.6.2.tar.gz", LinkKind.SDIST)
    closest = "its wheels for this Python are for macosx_10_9_x86_64"
    assert [r.message for r in pin.rejections] == [
        f"no wheel of uamqp 1.6.2 fits macos-arm64 with CPython 3.11.4: {closest}"
    ]
    assert "uamqp-1.6.2.tar.gz" not in uamqp.asked, "its sibling wheel has the metadata"


@pytest.mark.usefixtures("uamqp")
def test_a_wrong_wheel_falls_to_the_sdist_of_its_version(solve: Solver) -> None:
    found = solve("eventhub", "uamqp==1.6.1")

    pin = found.pins[1]
    assert pin.link.filename == "uamqp-1.6.1.tar.gz"
    assert [(r.reason, r.message) for r in pin.rejections] == [
        (RejectionReason.VERDICT, "AP201: its arm64 slice is hollow")
    ]


@pytest.mark.usefixtures("uamqp")
def test_fallback_older_skips_the_sdist_of_a_wrong_wheel(solve: Solver) -> None:
    found = solve("uamqp<1.6.2", options=ResolveOptions(fallback=Fallback.OLDER))

    assert files(found)["uamqp"] == "uamqp-1.6.0-cp311-cp311-macosx_11_0_arm64.whl"
    assert found.pins[0].rejections[0].reason is RejectionReason.VERDICT


@pytest.mark.usefixtures("uamqp")
def test_fallback_fail_takes_nothing(solve: Solver) -> None:
    with pytest.raises(NoSolutionError, match="its arm64 slice is hollow"):
        solve("uamqp<1.6.2", options=ResolveOptions(fallback=Fallback.FAIL))


@pytest.mark.usefixtures("uamqp")
def test_only_binary_with_a_wrong_wheel_has_no_solution_and_says_why(solve: Solver) -> None:
    options = ResolveOptions(formats=ProjectSelection().choose_first(":all:"))

    with pytest.raises(NoSolutionError) as caught:
        solve("uamqp==1.6.1", options=options)

    assert str(caught.value) == (
        "There is no solution for macos-arm64.\n"
        "you asked for uamqp==1.6.1\n"
        "  uamqp 1.6.1: uamqp-1.6.1-cp311-cp311-macosx_10_9_universal2.whl is refused: "
        "AP201: its arm64 slice is hollow\n"
        "  uamqp 1.6.1: uamqp-1.6.1.tar.gz is not considered: --only-binary excludes sdists"
    )
    assert caught.value.hint == "without --only-binary for uamqp, its sdist can be taken"
    assert caught.value.exit_code == 3


def test_degraded_wheels_are_taken_unless_strict(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    condemn(world.add("a-2.0-py3-none-any.whl"), Status.DEGRADED)
    world.add("a-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-2.0-py3-none-any.whl"
    found = solve("a", policy=Policy(strict=True))
    assert files(found)["a"] == "a-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("scope", "tags", "refused"),
    [
        (InspectScope.ALL, "cp311-cp311-macosx_11_0_arm64", True),
        (InspectScope.LOOSE, "cp311-cp311-macosx_11_0_arm64", False),
        (InspectScope.LOOSE, "cp311-cp311-macosx_11_0_universal2", True),
        (InspectScope.NONE, "cp311-cp311-macosx_11_0_universal2", False),
    ],
)
def test_inspect_says_which_wheels_are_opened(
    world: FakeWorld,
    solve: Solver,
    condemn: Condemn,
    scope: InspectScope,
    tags: str,
    *,
    refused: bool,
) -> None:
    condemn(world.add(f"a-2.0-{tags}.whl"))
    world.add("a-1.0-py3-none-any.whl")

    found = solve("a", options=ResolveOptions(inspect=scope))

    assert (found.pins[0].version == Version("1.0")) is refused


def test_what_cannot_be_read_is_refused_not_trusted(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl")
    world.errors["a-2.0-py3-none-any.whl"] = InvalidWheelError(
        filename="a-2.0-py3-none-any.whl", reason="it is not a zip archive"
    )
    world.add("a-1.0-py3-none-any.whl")

    found = solve("a")

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"
    assert found.pins[0].rejections[0].reason is RejectionReason.UNREADABLE


# --- metadata ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ("Name: b\nVersion: 2.0\n", "its metadata is of b, not of a"),
        ("Name: a\nVersion: 2.1\n", "its metadata says version 2.1, its file name 2.0"),
        ("Name: a\nVersion: 2.0\nRequires-Dist: b (>1\n", "Requires-Dist: b"),
        ("Version: 2.0\n", "it has no Name field"),
    ],
)
def test_bad_metadata_is_a_rejection(
    world: FakeWorld, solve: Solver, metadata: str, message: str
) -> None:
    world.add("a-2.0-py3-none-any.whl", metadata=metadata)
    world.add("a-1.0-py3-none-any.whl")

    found = solve("a")

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"
    assert found.pins[0].rejections[0].reason is RejectionReason.METADATA
    assert message in found.pins[0].rejections[0].message


def test_bad_metadata_of_an_extra_is_a_rejection(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b (>1 ; extra == 'x'"], extras=["x"])
    world.add("a-1.0-py3-none-any.whl", extras=["x"])

    assert files(solve("a[x]"))["a"] == "a-1.0-py3-none-any.whl"
    assert files(solve("a"))["a"] == "a-2.0-py3-none-any.whl"


def test_a_wheel_that_pip_could_not_install_by_its_name_is_refused(
    world: FakeWorld, solve: Solver
) -> None:
    good = world.add("a-2.0-py3-none-any.whl")
    world.replace(good, filename="a!-2.0-py3-none-any.whl")
    world.add("a-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-1.0-py3-none-any.whl"


def test_a_failed_build_of_metadata_goes_to_an_older_version(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-2.0.tar.gz")
    world.errors["a-2.0.tar.gz"] = BuildError("no compiler")
    world.add("a-1.0-py3-none-any.whl")

    found = solve("a")

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"
    assert found.pins[0].rejections[0].reason is RejectionReason.BUILD


# --- hashes and direct references -----------------------------------------------------------------


def test_hashes_choose_the_file(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-cp311-cp311-macosx_11_0_arm64.whl", sha256="0" * 64)
    world.add("a-1.0-py3-none-any.whl", sha256="1" * 64)

    found = solve.with_hashes(("a==1.0", "1" * 64))

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"


def test_a_requirement_with_a_hash_asks_hashes_of_all(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", sha256="0" * 64, requires=["b"])
    world.add("b-1.0-py3-none-any.whl")

    with pytest.raises(HashesRequiredError, match=r"b==1\.0"):
        solve.with_hashes(("a==1.0", "0" * 64))
    with pytest.raises(HashesRequiredError, match=r"a \(command line\), b>1"):
        solve("a", "b>1", options=ResolveOptions(require_hashes=True))


def test_a_direct_wheel_beats_the_index(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b"])
    direct = world.add("b-1.0-py3-none-any.whl")
    world.add("b-2.0-py3-none-any.whl")

    found = solve("a", f"b @ {direct.url}")

    assert files(found)["b"] == "b-1.0-py3-none-any.whl"
    assert found.pins[1].direct


def test_a_direct_wheel_for_another_machine_has_no_solution(
    world: FakeWorld, solve: Solver
) -> None:
    direct = world.add("b-1.0-cp311-cp311-win_amd64.whl")

    with pytest.raises(NoSolutionError, match="none of its tags fits"):
        solve(direct.url)


def test_a_direct_source_tells_its_name(world: FakeWorld, solve: Solver) -> None:
    link = world.add("b-1.0.tar.gz")
    world.add("a-1.0-py3-none-any.whl", requires=["b<1"])

    assert files(solve(link.url)) == {"b": "b-1.0.tar.gz"}
    with pytest.raises(NoSolutionError):
        solve("a", link.url)


# --- the world ----------------------------------------------------------------------------------


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
    world.sources[sdist.filename] = "f" * 64

    assert solve("a").pins[0].sha256 == "f" * 64
    with pytest.raises(NoSolutionError, match="its hash is not allowed"):
        solve.with_hashes(("a==1.0", "0" * 64))
