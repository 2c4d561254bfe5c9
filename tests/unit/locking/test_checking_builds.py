import pytest
from msgspec.structs import replace
from packaging.pylock import Pylock
from packaging.utils import canonicalize_name

from archpip.architecture import Architecture
from archpip.builds import BuildSettings, Patch, describe_settings
from archpip.fusing import RECIPE
from archpip.locking import (
    to_pylock,
)
from archpip.resolution import (
    Half,
    Resolution,
    parse_requirement,
)
from archpip.targets import Target
from archpip.verdicts import Verdict
from tests.unit.locking.checks import check, edit, wanted
from tests.unit.locking.resolutions import (
    FOLDER,
    make_inspection,
    make_link,
    make_pin,
    make_slice,
    make_target,
)


def lock_pair(*, arm_needs: tuple[int, int, int] = (11, 0, 0)) -> Pylock:
    """Lock a pair of thin wheels for both machines."""
    arm, intel = (
        make_slice(Architecture.ARM64, arm_needs),
        make_slice(Architecture.X86_64, (10, 9, 0)),
    )
    names = [f"thin-1.0-cp311-cp311-macosx_{tag}.whl" for tag in ("11_0_arm64", "10_9_x86_64")]
    half = Half(
        link=make_link(names[1]),
        sha256="a" * 64,
        inspection=make_inspection(intel, filename=names[1]),
    )
    pin = make_pin(
        "thin",
        names[0],
        inspection=make_inspection(arm, filename=names[0]),
        verdict=Verdict(target="macos-universal2"),
        fused_with=half,
    )
    return to_pylock(Resolution(target=make_both(), pins=(pin,)), folder=FOLDER)


@pytest.fixture
def fused() -> Pylock:
    return lock_pair()


def make_both() -> Target:
    both = (Architecture.ARM64, Architecture.X86_64)
    return replace(make_target(), architectures=both)


def test_thin_wheels_that_are_to_be_fused_fit_another_floor(fused: Pylock) -> None:
    assert check(fused, target=replace(make_both(), floor=(12, 0))) == []
    # No machine with Apple's processor runs a macOS before 11.
    assert check(fused, target=replace(make_both(), floor=(10, 9))) == []
    assert check(fused, target=replace(make_both(), floor=(10, 8))) == [
        "thin: thin-1.0-cp311-cp311-macosx_10_9_x86_64.whl does not fit macOS 10.8",
        "thin: its binaries need 10.9, and macOS 10.8 is asked for",
    ]
    newer = lock_pair(arm_needs=(12, 0, 0))
    assert check(newer, target=replace(make_both(), floor=(10, 9))) == [
        "thin: its binaries need 12.0, and macOS 10.9 is asked for"
    ]


def test_another_recipe_would_make_other_bytes(fused: Pylock) -> None:
    assert check(edit(fused, "thin", fuse_recipe=999)) == [
        f"thin: its wheels are to be fused by recipe 999; this archpip has recipe {RECIPE}"
    ]


def lock_source(
    *settings: tuple[str, str], build: BuildSettings | None = None, **changes: object
) -> Pylock:
    """Lock one project that is built from source."""
    given = {"config_settings": settings, "requested": True, **changes}
    pin = make_pin("said", "said-1.0.tar.gz", **given)
    resolution = Resolution(target=make_target(), pins=(pin,))
    said = {canonicalize_name("said"): describe_settings(build)} if build else {}
    return to_pylock(resolution, folder=FOLDER, build_settings=said)


def test_a_build_that_is_said_otherwise_is_noticed() -> None:
    mode = BuildSettings(config_settings=(("mode", ("a",)),))
    pylock = lock_source(build=mode)
    said = {canonicalize_name("said"): describe_settings(mode)}
    assert check(pylock, build_settings=said) == []
    changed = "said: its build is not the one that was locked: "
    assert check(pylock) == [f"{changed}no more config-setting mode=a"]
    assert check(lock_source(), build_settings=said) == [f"{changed}new is config-setting mode=a"]


def test_the_order_of_patches_counts() -> None:
    first, second = (Patch(path=FOLDER / "p", sha256=digit * 64) for digit in "ab")
    pylock = lock_source(build=BuildSettings(patches=(first, second)))
    said = {canonicalize_name("said"): describe_settings(BuildSettings(patches=(second, first)))}
    assert "their order is now patch sha256:bb" in check(pylock, build_settings=said)[0]


def test_a_requirements_own_settings_are_compared_where_requirements_are_given() -> None:
    pylock = lock_source(("mode", "a"))
    place = make_link("a.zip", url="https://example.org/a.zip")
    settings = (("mode", "a"),)
    archive = lock_source(*settings, direct=True, link=place)
    same = parse_requirement("said", base=FOLDER, config_settings=(("mode", "a"),))
    assert check(pylock) == []
    assert check(pylock, requirements=(same,)) == []
    assert "no more mode=a" in check(pylock, requirements=wanted("said"))[0]
    nameless = parse_requirement(
        "https://example.org/a.zip", base=FOLDER, config_settings=(("mode", "a"),)
    )
    assert check(archive, requirements=(nameless,)) == []  # it may be any of them
