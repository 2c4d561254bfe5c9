from collections.abc import Callable

import pytest
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture, OperatingSystem
from archpip.resolution import (
    Align,
    JointResolution,
    NotAlignedError,
    ProjectSelection,
    ResolveOptions,
    resolve_together,
)
from tests.unit.resolution.fake_world import FakeWorld, PatientWorld, make_target, wanted

MACOS = make_target(OperatingSystem.MACOS, Architecture.ARM64)
LINUX = make_target(OperatingSystem.LINUX, Architecture.ARM64)
MAC_TAG = "cp311-cp311-macosx_11_0_arm64"
LINUX_TAG = "cp311-cp311-manylinux_2_17_aarch64"
WHEELS_ONLY = ResolveOptions(formats=ProjectSelection().choose_first(":all:"))


def versions(found: JointResolution) -> list[dict[str, str]]:
    return [{pin.name: str(pin.version) for pin in r.pins} for r in found.resolutions]


def test_each_target_has_its_own_files_and_markers(world: FakeWorld) -> None:
    world.add(f"a-1.0-{MAC_TAG}.whl", requires=["mac; sys_platform == 'darwin'"])
    world.add(f"a-1.0-{LINUX_TAG}.whl", requires=["mac; sys_platform == 'darwin'"])
    world.add("mac-1.0-py3-none-any.whl")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world)

    assert versions(found) == [{"a": "1.0", "mac": "1.0"}, {"a": "1.0"}]
    assert found.resolutions[1].pins[0].link.filename == f"a-1.0-{LINUX_TAG}.whl"
    assert found.differences == ()


def test_later_targets_keep_to_the_versions_of_the_first(world: FakeWorld) -> None:
    world.add(f"a-1.0-{MAC_TAG}.whl")
    world.add(f"a-1.0-{LINUX_TAG}.whl")
    world.add(f"a-2.0-{LINUX_TAG}.whl")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY)

    assert versions(found) == [{"a": "1.0"}, {"a": "1.0"}]


def test_the_first_steps_down_where_a_later_one_cannot_follow(world: FakeWorld) -> None:
    world.add(f"a-1.0-{MAC_TAG}.whl")
    world.add(f"a-1.0-{LINUX_TAG}.whl")
    world.add(f"a-2.0-{MAC_TAG}.whl")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY)

    assert versions(found) == [{"a": "1.0"}, {"a": "1.0"}]
    assert found.differences == ()


def test_a_difference_that_must_be_is_named(world: FakeWorld) -> None:
    world.add(f"a-1.0-{LINUX_TAG}.whl")
    world.add(f"a-2.0-{MAC_TAG}.whl")
    world.add("b-1.0-py3-none-any.whl")

    found = resolve_together(
        wanted("a", "b"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY
    )

    (difference,) = found.differences
    assert difference.reason == (
        "no file of 2.0 serves linux-aarch64: its wheels for this Python are for macosx_11_0_arm64"
    )
    assert str(difference).startswith("a differs: 2.0 for macos-arm64, 1.0 for linux-aarch64 (")


def test_what_keeps_a_version_from_a_target_is_named(world: FakeWorld) -> None:
    for version in ("1.0", "2.0"):
        world.add(f"a-{version}-py3-none-any.whl", requires=[f"b=={version}"])
    world.add("b-1.0-py3-none-any.whl")
    world.add(f"b-2.0-{MAC_TAG}.whl")
    world.add("c-1.0-py3-none-any.whl", requires=["b>=2; sys_platform == 'darwin'"])

    found = resolve_together(
        wanted("a", "c"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY
    )

    reasons = {str(difference.name): difference.reason for difference in found.differences}
    assert reasons["a"] == "a 2.0 asks for b==2.0, of which no file serves linux-aarch64"
    assert reasons["b"] == "a 1.0 asks for ==1.0"


def test_versions_that_a_target_cannot_have_together_are_named(world: FakeWorld) -> None:
    for version in ("1.0", "2.0"):
        world.add(f"a-{version}-py3-none-any.whl", requires=[f"b=={version}"])
        world.add(f"b-{version}-py3-none-any.whl")
    bounds = ["b>=2; sys_platform == 'darwin'", "b<2; sys_platform == 'linux'"]
    world.add("c-1.0-py3-none-any.whl", requires=bounds)

    found = resolve_together(wanted("a", "c"), targets=(MACOS, LINUX), world=world)

    reasons = {str(difference.name): difference.reason for difference in found.differences}
    assert reasons["a"] == "a 2.0 asks for b==2.0, and linux-aarch64 has 1.0"
    assert reasons["b"] == "a 1.0 asks for ==1.0"


def test_the_newest_version_for_all_is_found_below_those_for_one(world: FakeWorld) -> None:
    for tag, versions_ in ((MAC_TAG, ("4.0", "2.0", "1.0")), (LINUX_TAG, ("3.0", "2.0", "1.0"))):
        for version in versions_:
            world.add(f"a-{version}-{tag}.whl")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY)

    assert versions(found) == [{"a": "2.0"}, {"a": "2.0"}]


def test_a_version_that_is_refused_for_one_when_opened_is_left_by_all(
    world: FakeWorld, condemn: Callable[..., None]
) -> None:
    for version in ("3.0", "2.0", "1.0"):
        mac = world.add(f"a-{version}-{MAC_TAG}.whl")
        linux = world.add(f"a-{version}-{LINUX_TAG}.whl")
        if version == "3.0":
            condemn(linux)
        if version == "2.0":
            condemn(mac)

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY)

    assert versions(found) == [{"a": "1.0"}, {"a": "1.0"}]


def test_each_alone_takes_its_newest(world: FakeWorld) -> None:
    world.add(f"a-1.0-{MAC_TAG}.whl")
    world.add(f"a-1.0-{LINUX_TAG}.whl")
    world.add(f"a-2.0-{MAC_TAG}.whl")

    found = resolve_together(
        wanted("a"), targets=(MACOS, LINUX), world=world, options=WHEELS_ONLY, align=Align.NONE
    )

    assert versions(found) == [{"a": "2.0"}, {"a": "1.0"}]


def test_strict_alignment_says_what_differs_and_why(world: FakeWorld) -> None:
    world.add("a-1.0-py3-none-any.whl")
    world.add("a-2.0-py3-none-any.whl")
    bounds = ["a<2; sys_platform == 'linux'", "a>=2; sys_platform == 'darwin'"]
    world.add("b-1.0-py3-none-any.whl", requires=bounds)

    with pytest.raises(NotAlignedError) as caught:
        resolve_together(wanted("a", "b"), targets=(MACOS, LINUX), world=world, align=Align.STRICT)

    assert "a differs: 2.0 for macos-arm64, 1.0 for linux-aarch64 (b 1.0 asks for <2)" in str(
        caught.value
    )


def test_strict_alignment_is_content_where_nothing_differs(world: FakeWorld) -> None:
    world.add("a-1.0-py3-none-any.whl")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, align=Align.STRICT)

    assert versions(found) == [{"a": "1.0"}, {"a": "1.0"}]


def test_an_sdist_keeps_both_on_the_newest(world: FakeWorld) -> None:
    world.add(f"a-1.0-{LINUX_TAG}.whl")
    world.add(f"a-2.0-{MAC_TAG}.whl")
    world.add("a-2.0.tar.gz")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world)

    assert [r.pins[0].link.filename for r in found.resolutions] == [
        f"a-2.0-{MAC_TAG}.whl",
        "a-2.0.tar.gz",
    ]


def test_pages_and_wheels_are_asked_for_once_for_all_targets(world: FakeWorld) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["b"])
    world.add("b-1.0-py3-none-any.whl")

    resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world)

    assert sorted(world.asked) == ["a", "a-1.0-py3-none-any.whl", "b", "b-1.0-py3-none-any.whl"]


def locked_before(**versions_: dict[str, str]) -> dict[str, dict[NormalizedName, Version]]:
    """Return what each target had; a target's name is written with underscores here."""
    return {
        target.replace("_", "-"): {canonicalize_name(n): Version(v) for n, v in pins.items()}
        for target, pins in versions_.items()
    }


def test_each_target_keeps_what_it_had_itself(world: FakeWorld) -> None:
    for version in ("1.0", "2.0", "3.0"):
        world.add(f"a-{version}-py3-none-any.whl")
    before = locked_before(macos_arm64={"a": "2.0"}, linux_aarch64={"a": "1.0"})

    found = resolve_together(
        wanted("a"), targets=(MACOS, LINUX), world=world, preferences=before, align=Align.NONE
    )

    assert versions(found) == [{"a": "2.0"}, {"a": "1.0"}]


def test_a_target_that_had_nothing_takes_what_another_kept(world: FakeWorld) -> None:
    for version in ("1.0", "2.0"):
        world.add(f"a-{version}-py3-none-any.whl")
    before = locked_before(macos_arm64={"a": "1.0"})

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, preferences=before)

    assert versions(found) == [{"a": "1.0"}, {"a": "1.0"}]


def test_of_versions_kept_apart_all_are_given_the_newer(world: FakeWorld) -> None:
    for version in ("1.0", "2.0", "3.0"):
        world.add(f"a-{version}-py3-none-any.whl")
    before = locked_before(macos_arm64={"a": "1.0"}, linux_aarch64={"a": "2.0"})

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world, preferences=before)

    assert versions(found) == [{"a": "2.0"}, {"a": "2.0"}]


@pytest.mark.parametrize(
    ("held", "until"),
    [
        # Only what the held wheel says would tell that the other is needed.
        pytest.param(f"a-1.0-{LINUX_TAG}.whl", f"b-1.0-{LINUX_TAG}.whl", id="before required"),
        pytest.param(f"b-1.0-{MAC_TAG}.whl", f"a-1.0-{LINUX_TAG}.whl", id="beside the first's"),
    ],
)
def test_wheels_of_later_targets_are_opened_early(held: str, until: str) -> None:
    world = PatientWorld(held, until=until)
    for tag in (MAC_TAG, LINUX_TAG):
        world.add(f"a-1.0-{tag}.whl", requires=["b"])
        world.add(f"b-1.0-{tag}.whl")

    found = resolve_together(wanted("a"), targets=(MACOS, LINUX), world=world)

    assert world.was_in_time
    assert versions(found) == [{"a": "1.0", "b": "1.0"}] * 2


def test_what_the_first_target_has_from_elsewhere_is_not_asked_of_the_index(
    world: FakeWorld,
) -> None:
    world.add("c-1.0-py3-none-any.whl")
    direct = "b @ https://files.example/b-1.0-py3-none-any.whl"
    world.add("b-1.0-py3-none-any.whl")
    resolve_together(wanted(direct, "c"), targets=(MACOS, LINUX), world=world)
    assert "b" not in world.asked
