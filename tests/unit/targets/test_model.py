"""What a target says of itself, and whether what was chosen for it runs on a machine."""

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.targets import Floors, PythonTarget, Target, parse_python, parse_target


def test_names_of_a_target(host: Target) -> None:
    target = parse_target("linux-x86_64-musl", host=host)
    assert (target.name, target.floor_name, target.architecture_name, target.is_universal) == (
        "linux-x86_64-musl",
        "musl 1.2",
        "x86_64",
        False,
    )


@pytest.mark.parametrize(
    ("text", "floor_name"),
    [
        ("macos-arm64", "macOS 13.0"),
        ("linux-aarch64", "glibc 2.28"),
        ("windows-amd64", "Windows 10.0"),
        ("android-x86_64", "Android API level 24"),
        ("ios-arm64", "iOS 13.0"),
    ],
)
def test_floor_name(host: Target, text: str, floor_name: str) -> None:
    assert parse_target(text, host=host).floor_name == floor_name


@pytest.mark.parametrize(
    ("python", "display_name"),
    [
        (PythonTarget(version=(3, 10, 4)), "CPython 3.10.4"),
        (PythonTarget(version=(3, 13, 0), free_threaded=True), "CPython 3.13.0, free-threaded"),
        (PythonTarget(version=(3, 13, 0), patch_known=False), "CPython 3.13"),
        (PythonTarget(version=(3, 15, 0), prerelease="b1"), "CPython 3.15.0b1"),
        (PythonTarget(version=(3, 10, 0), implementation="pypy"), "PyPy 3.10.0"),
    ],
)
def test_display_name(python: PythonTarget, display_name: str) -> None:
    assert python.display_name == display_name


def test_a_host_runs_what_is_chosen_for_it_or_for_an_older_system(host: Target) -> None:
    assert host.differences(host) == ()
    assert parse_target("manylinux2014_x86_64", host=host).differences(host) == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("linux-aarch64", "architecture aarch64, not x86_64"),
        ("linux-x86_64-musl", "C library musl, not glibc"),
        ("macos-arm64", "system macos, not linux"),
        ("manylinux_2_40_x86_64", "needs glibc 2.40, the machine has glibc 2.36"),
    ],
)
def test_differences_are_said(host: Target, text: str, phrase: str) -> None:
    assert phrase in parse_target(text, host=host).differences(host)


@pytest.mark.parametrize("python", ["3.12", "3.13t", "pypy3.11"])
def test_another_python_is_a_difference(host: Target, python: str) -> None:
    target = parse_target("linux-x86_64", host=host, python=parse_python(python))
    assert target.differences(host)


def test_a_universal_target_runs_on_either_mac(old_mac: Target) -> None:
    universal = parse_target("universal2", host=old_mac, floors=Floors(macos=(11, 0)))
    arm = replace(old_mac, architectures=(Architecture.ARM64,))
    assert universal.differences(old_mac) == ()
    assert universal.differences(arm) == ()
    assert arm.differences(old_mac) == ("architecture arm64, not x86_64",)


def test_the_arm64_machine_of_a_universal2_target_begins_with_macos_11(host: Target) -> None:
    both = parse_target("macos-universal2", host=host)
    old = replace(both, floor=(10, 13))
    assert [(each.name, each.floor) for each in old.machines] == [
        ("macos-arm64", (11, 0)),
        ("macos-x86_64", (10, 13)),
    ]
    new = replace(both, floor=(13, 0))
    assert [each.floor for each in new.machines] == [(13, 0), (13, 0)]
