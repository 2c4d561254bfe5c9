"""The tags of a target, in pip's order."""

import pytest
from packaging.tags import Tag

from archpip.architecture import OperatingSystem
from archpip.targets import (
    Floors,
    Target,
    compatible_tags,
    is_platform_of,
    parse_python,
    parse_target,
    platform_tags,
)


def _accepts(target: Target, tag: str) -> bool:
    return tag in {str(found) for found in compatible_tags(target)}


def test_whole_list_for_windows(host: Target) -> None:
    target = parse_target("windows-amd64", host=host, python=parse_python("3.7"))
    assert [str(tag) for tag in compatible_tags(target)] == [
        "cp37-cp37m-win_amd64",
        "cp37-abi3-win_amd64",
        "cp37-none-win_amd64",
        *(f"cp3{minor}-abi3-win_amd64" for minor in (6, 5, 4, 3, 2)),
        "py37-none-win_amd64",
        "py3-none-win_amd64",
        *(f"py3{minor}-none-win_amd64" for minor in (6, 5, 4, 3, 2, 1, 0)),
        "cp37-none-any",
        "py37-none-any",
        "py3-none-any",
        *(f"py3{minor}-none-any" for minor in (6, 5, 4, 3, 2, 1, 0)),
    ]


def test_legacy_names_follow_their_glibc_version(host: Target) -> None:
    found = platform_tags(parse_target("manylinux_2_18_x86_64", host=host))
    assert found == (
        "linux_x86_64",
        "manylinux_2_18_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
        "manylinux_2_16_x86_64",
        "manylinux_2_15_x86_64",
        "manylinux_2_14_x86_64",
        "manylinux_2_13_x86_64",
        "manylinux_2_12_x86_64",
        "manylinux2010_x86_64",
        "manylinux_2_11_x86_64",
        "manylinux_2_10_x86_64",
        "manylinux_2_9_x86_64",
        "manylinux_2_8_x86_64",
        "manylinux_2_7_x86_64",
        "manylinux_2_6_x86_64",
        "manylinux_2_5_x86_64",
        "manylinux1_x86_64",
    )


@pytest.mark.parametrize(
    "machine", ["aarch64", "armv7l", "ppc64le", "s390x", "riscv64", "loongarch64"]
)
def test_machines_but_x86_begin_with_manylinux2014(host: Target, machine: str) -> None:
    target = parse_target(f"linux-{machine}", host=host, floors=Floors(glibc=(2, 18)))
    assert platform_tags(target) == (
        f"linux_{machine}",
        f"manylinux_2_18_{machine}",
        f"manylinux_2_17_{machine}",
        f"manylinux2014_{machine}",
    )


def test_musl_takes_no_manylinux(host: Target) -> None:
    assert platform_tags(parse_target("linux-aarch64-musl", host=host)) == (
        "linux_aarch64",
        "musllinux_1_2_aarch64",
        "musllinux_1_1_aarch64",
        "musllinux_1_0_aarch64",
    )


def test_a_glibc_older_than_any_manylinux_has_the_machines_own_tag_only(host: Target) -> None:
    target = parse_target("linux-aarch64", host=host, floors=Floors(glibc=(2, 5)))
    assert platform_tags(target) == ("linux_aarch64",)


def test_macos_arm64_takes_universal2_as_old_as_it_may_be(host: Target) -> None:
    found = platform_tags(parse_target("macosx_12_0_arm64", host=host))
    assert found[:5] == (
        "macosx_12_0_arm64",
        "macosx_12_0_universal2",
        "macosx_11_0_arm64",
        "macosx_11_0_universal2",
        "macosx_10_16_universal2",
    )
    assert found[-1] == "macosx_10_4_universal2"


@pytest.mark.parametrize("floor", [(10, 9), (10, 15), (11, 0), (13, 0), (15, 2)])
def test_universal2_takes_what_both_machines_take(host: Target, floor: tuple[int, int]) -> None:
    floors = Floors(macos=floor)
    arm, intel, both = (
        set(compatible_tags(parse_target(f"macos-{name}", host=host, floors=floors)))
        for name in ("arm64", "x86_64", "universal2")
    )
    # Below 10.4, packaging lists universal2 for arm64 only; no wheel was ever that old.
    oldest = tuple(f"macosx_10_{minor}_" for minor in range(4))
    ancient = {tag for tag in both if tag.platform.startswith(oldest)}
    assert both - ancient == arm & intel
    assert all("arm64" not in tag.platform and "x86_64" not in tag.platform for tag in both)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("ios-arm64", "ios_13_0_arm64_iphoneos"),
        ("ios-x86_64-simulator", "ios_13_0_x86_64_iphonesimulator"),
        ("android-arm64_v8a", "android_24_arm64_v8a"),
        ("android_21_x86_64", "android_21_x86_64"),
        ("windows-x86", "win32"),
        ("windows-arm64", "win_arm64"),
    ],
)
def test_first_platform(host: Target, text: str, first: str) -> None:
    assert platform_tags(parse_target(text, host=host))[0] == first


def test_free_threaded_refuses_abi3(host: Target) -> None:
    target = parse_target("linux-x86_64", host=host, python=parse_python("3.13t"))
    assert compatible_tags(target)[0] == Tag("cp313", "cp313t", "linux_x86_64")
    assert not any(tag.abi == "abi3" for tag in compatible_tags(target))
    assert not _accepts(target, "cp313-cp313-linux_x86_64")
    assert _accepts(target, "cp313-abi3t-manylinux_2_28_x86_64")


def test_pypy(host: Target) -> None:
    target = parse_target("linux-x86_64", host=host, python=parse_python("pypy3.10"))
    assert str(compatible_tags(target)[0]) == "pp310-pypy310_pp73-linux_x86_64"
    assert _accepts(target, "pp3-none-any")
    assert not any("abi3" in tag.abi for tag in compatible_tags(target))


@pytest.mark.parametrize(
    ("text", "abi"), [("linux-x86_64", "cp27mu"), ("macos-x86_64", "cp27m"), ("win-64", "cp27m")]
)
def test_python_2_says_how_wide_its_unicode_is(host: Target, text: str, abi: str) -> None:
    target = parse_target(text, host=host, python=parse_python("2.7"))
    assert compatible_tags(target)[0].abi == abi


def test_patch_and_kernel_do_not_change_tags(host: Target) -> None:
    named = parse_target("manylinux_2_36_x86_64", host=host, python=parse_python("3.11"))
    assert compatible_tags(named) == compatible_tags(host)


@pytest.mark.parametrize(
    ("platform", "system"),
    [
        ("macosx_11_0_universal2", OperatingSystem.MACOS),
        ("manylinux2014_aarch64", OperatingSystem.LINUX),
        ("musllinux_1_2_x86_64", OperatingSystem.LINUX),
        ("linux_armv6l", OperatingSystem.LINUX),
        ("win32", OperatingSystem.WINDOWS),
        ("win_arm64", OperatingSystem.WINDOWS),
        ("android_24_x86_64", OperatingSystem.ANDROID),
        ("ios_13_0_arm64_iphoneos", OperatingSystem.IOS),
        ("any", None),
    ],
)
def test_platform_tag_names_its_system(platform: str, system: OperatingSystem | None) -> None:
    assert [one for one in OperatingSystem if is_platform_of(platform, one)] == (
        [system] if system else []
    )
