"""Every spelling of a target, and the one error for the rest."""

import pytest

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets import (
    KNOWN_NAMES,
    OTHER_NAMES,
    Floors,
    InvalidTargetError,
    PythonTarget,
    Target,
    looks_like_target,
    parse_python,
    parse_target,
)


@pytest.mark.parametrize(
    ("text", "name", "floor"),
    [
        # archpip's own
        ("macos-arm64", "macos-arm64", (13, 0)),
        ("macos-universal2", "macos-universal2", (13, 0)),
        ("linux-aarch64", "linux-aarch64", (2, 28)),
        ("linux-arm64", "linux-aarch64", (2, 28)),
        ("linux-x86_64-musl", "linux-x86_64-musl", (1, 2)),
        ("linux-musl-x86_64", "linux-x86_64-musl", (1, 2)),
        ("linux-riscv64", "linux-riscv64", (2, 39)),
        ("windows-x86_64", "windows-amd64", (10, 0)),
        ("Windows-ARM64", "windows-arm64", (10, 0)),
        ("windows-i686", "windows-x86", (10, 0)),
        ("android-arm64-v8a", "android-arm64_v8a", (24, 0)),
        ("android-armeabi-v7a", "android-armeabi_v7a", (24, 0)),
        ("ios-arm64", "ios-arm64", (13, 0)),
        ("ios-arm64-simulator", "ios-arm64-simulator", (13, 0)),
        # Docker's TARGETPLATFORM
        ("linux/arm64/v8", "linux-aarch64", (2, 28)),
        ("linux/amd64", "linux-x86_64", (2, 28)),
        ("linux/amd64/v2", "linux-x86_64", (2, 28)),
        ("linux/arm/v7", "linux-armv7l", (2, 28)),
        ("linux/386", "linux-i686", (2, 28)),
        ("linux/s390x", "linux-s390x", (2, 28)),
        ("windows/amd64", "windows-amd64", (10, 0)),
        # conda's subdirs
        ("osx-64", "macos-x86_64", (13, 0)),
        ("osx-arm64", "macos-arm64", (13, 0)),
        ("linux-64", "linux-x86_64", (2, 28)),
        ("linux-ppc64le", "linux-ppc64le", (2, 28)),
        ("win-64", "windows-amd64", (10, 0)),
        ("win-arm64", "windows-arm64", (10, 0)),
        # uv's --python-platform, Rust's and GNU's triples
        ("linux", "linux-x86_64", (2, 28)),
        ("macos", "macos-arm64", (13, 0)),
        ("windows", "windows-amd64", (10, 0)),
        ("aarch64-apple-darwin", "macos-arm64", (13, 0)),
        ("x86_64-unknown-linux-gnu", "linux-x86_64", (2, 28)),
        ("aarch64-unknown-linux-musl", "linux-aarch64-musl", (1, 2)),
        ("x86_64-manylinux_2_31", "linux-x86_64", (2, 31)),
        ("aarch64-manylinux2014", "linux-aarch64", (2, 17)),
        ("x86_64-pc-windows-msvc", "windows-amd64", (10, 0)),
        ("x86_64-pc-windows-gnu", "windows-amd64", (10, 0)),
        ("aarch64-linux-android", "android-arm64_v8a", (24, 0)),
        ("arm64-apple-ios-simulator", "ios-arm64-simulator", (13, 0)),
        ("riscv64-unknown-linux", "linux-riscv64", (2, 39)),
        ("x86_64-linux-gnu", "linux-x86_64", (2, 28)),
        ("armv7-unknown-linux-gnueabihf", "linux-armv7l", (2, 28)),
        # pip's platform tags
        ("macosx_11_0_arm64", "macos-arm64", (11, 0)),
        ("macosx_10_9_universal2", "macos-universal2", (10, 9)),
        ("manylinux2014_aarch64", "linux-aarch64", (2, 17)),
        ("manylinux_2_34_x86_64", "linux-x86_64", (2, 34)),
        ("musllinux_1_1_aarch64", "linux-aarch64-musl", (1, 1)),
        ("linux_x86_64", "linux-x86_64", (2, 28)),
        ("win_amd64", "windows-amd64", (10, 0)),
        ("win32", "windows-x86", (10, 0)),
        ("android_21_arm64_v8a", "android-arm64_v8a", (21, 0)),
        ("ios_17_4_x86_64_iphonesimulator", "ios-x86_64-simulator", (17, 4)),
    ],
)
def test_spelling(host: Target, text: str, name: str, floor: tuple[int, int]) -> None:
    target = parse_target(text, host=host)
    assert (target.name, target.floor) == (name, floor)


@pytest.mark.parametrize("name", [n for n in KNOWN_NAMES if not n.startswith("lambda")])
def test_a_known_name_is_the_name_of_its_target(host: Target, name: str) -> None:
    assert parse_target(name, host=host).name == name


@pytest.mark.parametrize("name", [*KNOWN_NAMES, *OTHER_NAMES])
def test_a_target_is_read_back_from_its_name(host: Target, name: str) -> None:
    target = parse_target(name, host=host)
    assert parse_target(target.name, host=host).name == target.name
    assert "." not in target.name


def test_a_whole_target_is_as_described(host: Target) -> None:
    assert parse_target("macos-universal2", host=host) == Target(
        operating_system=OperatingSystem.MACOS,
        architectures=(Architecture.ARM64, Architecture.X86_64),
        floor=(13, 0),
        python=PythonTarget(version=(3, 11, 7)),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [("arm64", "linux-aarch64"), ("aarch64", "linux-aarch64"), ("i386", "linux-i686")],
)
def test_an_architecture_alone_keeps_the_hosts_system(host: Target, text: str, name: str) -> None:
    assert parse_target(text, host=host).name == name


def test_an_architecture_alone_keeps_the_hosts_libc(host: Target) -> None:
    alpine = parse_target("linux-x86_64-musl", host=host)
    assert parse_target("arm64", host=alpine).name == "linux-aarch64-musl"


def test_an_architecture_alone_asks_for_no_newer_system_than_the_hosts(old_mac: Target) -> None:
    assert parse_target("arm64", host=old_mac).floor == (12, 7)
    assert parse_target("macos-arm64", host=old_mac).floor == (13, 0)


def test_universal2_alone_means_macos(host: Target) -> None:
    assert parse_target("universal2", host=host).name == "macos-universal2"


def test_host_is_the_host_itself(host: Target) -> None:
    assert parse_target("host", host=host) == host


def test_a_named_target_has_nothing_of_the_hosts_kernel(host: Target) -> None:
    target = parse_target("linux-x86_64", host=host)
    assert (target.platform_release, target.platform_version) == ("", "")


@pytest.mark.parametrize(
    ("python", "floor"),
    [
        ("3.7", (2, 17)),
        ("3.8", (2, 26)),
        ("3.11", (2, 26)),
        ("3.12", (2, 34)),
        ("3.14", (2, 34)),
    ],
)
def test_lambda_means_the_system_that_its_runtime_has(
    host: Target, python: str, floor: tuple[int, int]
) -> None:
    target = parse_target("lambda-arm64", host=host, python=parse_python(python))
    assert (target.name, target.floor) == ("linux-aarch64", floor)


def test_each_target_takes_the_floor_of_its_own_system(host: Target) -> None:
    floors = Floors(macos=(11, 0), glibc=(2, 17), musl=(1, 1), android=(33, 0), ios=(17, 0))
    names = ("macos-arm64", "linux-x86_64", "linux-x86_64-musl", "android-x86_64", "ios-arm64")
    found = [parse_target(name, host=host, floors=floors).floor for name in names]
    assert found == [(11, 0), (2, 17), (1, 1), (33, 0), (17, 0)]
    assert parse_target("windows-amd64", host=host, floors=floors).floor == (10, 0)


def test_a_floor_asked_for_beats_the_tags(host: Target) -> None:
    target = parse_target("manylinux2014_x86_64", host=host, floors=Floors(glibc=(2, 28)))
    assert target.floor == (2, 28)


def test_a_musl_floor_alone_means_musl(host: Target) -> None:
    musl = parse_target("linux-x86_64", host=host, floors=Floors(musl=(1, 1)))
    both = parse_target("linux-x86_64", host=host, floors=Floors(musl=(1, 1), glibc=(2, 31)))
    assert (musl.libc, both.libc) == (Libc.MUSL, Libc.GLIBC)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("macos-arm46", "macos-arm64"),
        ("linux-aarch46", "linux-aarch64"),
        ("win-amd46", "windows-amd64"),
        ("linux/arm64/v9", "linux/arm64/v8"),
        ("lamda-arm64", "lambda-arm64"),
        ("aarch64-aple-darwin", "aarch64-apple-darwin"),
        ("macos-s390x", "macos-arm64"),
        ("ios-x86_64", "ios-x86_64-simulator"),
        ("windows-universal2", "macos-universal2"),
    ],
)
def test_a_wrong_target_lists_near_matches(host: Target, text: str, near: str) -> None:
    with pytest.raises(InvalidTargetError) as caught:
        parse_target(text, host=host)
    assert near in caught.value.near
    assert near in (caught.value.hint or "")
    assert text in str(caught.value)


@pytest.mark.parametrize(
    "text", ["build/arm64", "./arm64", "/opt/layer", "..\\out", "~/x", "out/linux/arm64"]
)
def test_a_folder_is_answered_with_its_flag(host: Target, text: str) -> None:
    with pytest.raises(InvalidTargetError) as caught:
        parse_target(text, host=host)
    assert f"--target {text}" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "musl",
        "simulator",
        "linux-macos-arm64",
        "linux-arm64-x86_64",
        "linux-gnu-musl-x86_64",
        "macos-arm64-simulator",
        "linux-sparc64",
        "linux-universal2",
        "macosx_11_0_",
        "manylinux_2_17_riscv1",
        "manylinux_2_5000000_x86_64",
        "x86_64-manylinux_2_5000",
        "musllinux_1_5000_x86_64",
        "macosx_5000_0_arm64",
        "android_5000_x86_64",
        "ios_13_5000_arm64_iphoneos",
    ],
)
def test_contradictions_and_gaps_are_refused(host: Target, text: str) -> None:
    with pytest.raises(InvalidTargetError):
        parse_target(text, host=host)


def test_a_hopeless_text_is_told_the_form(host: Target) -> None:
    with pytest.raises(InvalidTargetError, match="'qqqqqq' is not a target") as caught:
        parse_target("qqqqqq", host=host)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("Write it like macos-arm64")


@pytest.mark.parametrize(
    ("text", "claim"),
    [("macos-arm64", True), ("lambda-arm64", True), ("build", False), ("dist/arm64", False)],
)
def test_looks_like_target(text: str, *, claim: bool) -> None:
    assert looks_like_target(text) is claim
