"""Which file of a version `resolve` takes: tags, verdicts and metadata decide."""

from collections.abc import Callable

import pytest
from packaging.version import Version

from archpip.errors import BuildError
from archpip.resolution import (
    Fallback,
    InspectScope,
    LinkKind,
    NoSolutionError,
    ProjectSelection,
    RejectionReason,
    ResolveOptions,
)
from archpip.verdicts import Policy, Status
from archpip.wheels import InvalidWheelError
from tests.unit.resolution.fake_world import FakeWorld, Solver, files

Condemn = Callable[..., None]


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
    assert caught.value.hint == (
        "Without --only-binary for uamqp, its sdist can be taken. "
        "With any version of uamqp in place of ==1.6.1 there is a solution, with uamqp 1.6.0. "
        "If you know it to work all the same, --override 'uamqp==1.6.1: REASON' takes it."
    )
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


def test_a_verdict_of_unknown_is_a_wheel_that_cannot_be_read(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    condemn(world.add("a-2.0-py3-none-any.whl"), Status.UNKNOWN)
    world.add("a-1.0-py3-none-any.whl")

    found = solve("a")

    assert found.pins[0].rejections[0].reason is RejectionReason.UNREADABLE


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


def test_of_what_could_not_be_built_and_nothing_takes_the_newest_is_told(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b"])
    world.add("a-1.0-py3-none-any.whl")
    for version in ("9.0", "10.0"):
        world.add(f"b-{version}.tar.gz", static=False)
        world.errors[f"b-{version}.tar.gz"] = BuildError("no compiler")

    found = solve("a")

    assert files(found) == {"a": "a-1.0-py3-none-any.whl"}
    assert [each.described for each in found.passed_over] == ["b-10.0.tar.gz: no compiler"]
