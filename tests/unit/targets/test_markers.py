"""The complete marker environment, of no machine but the target."""

import typing

import pytest
from packaging.markers import Environment, Marker

from archpip.targets import (
    Target,
    marker_environment,
    marker_environments,
    parse_python,
    parse_target,
)


def test_every_key_of_the_specification_is_there(host: Target) -> None:
    target = parse_target("macos-arm64", host=host)
    assert set(marker_environment(target)) == set(typing.get_type_hints(Environment))


def test_whole_environment(host: Target) -> None:
    target = parse_target("macos-arm64", host=host, python=parse_python("3.10"))
    assert dict(marker_environment(target)) == {
        "implementation_name": "cpython",
        "implementation_version": "3.10.0",
        "os_name": "posix",
        "platform_machine": "arm64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Darwin",
        "platform_version": "",
        "python_full_version": "3.10.0",
        "python_version": "3.10",
        "sys_platform": "darwin",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux-x86_64", ("posix", "linux", "Linux", "x86_64")),
        ("linux-aarch64-musl", ("posix", "linux", "Linux", "aarch64")),
        ("windows-amd64", ("nt", "win32", "Windows", "AMD64")),
        ("windows-arm64", ("nt", "win32", "Windows", "ARM64")),
        ("windows-x86", ("nt", "win32", "Windows", "x86")),
        ("macos-x86_64", ("posix", "darwin", "Darwin", "x86_64")),
        ("android-arm64_v8a", ("posix", "android", "Android", "aarch64")),
        ("ios-arm64-simulator", ("posix", "ios", "iOS", "arm64")),
    ],
)
def test_system_and_machine(host: Target, text: str, expected: tuple[str, ...]) -> None:
    found = marker_environment(parse_target(text, host=host))
    keys = ("os_name", "sys_platform", "platform_system", "platform_machine")
    assert tuple(found[key] for key in keys) == expected


def test_pypy_has_two_versions(host: Target) -> None:
    found = marker_environment(
        parse_target("linux-x86_64", host=host, python=parse_python("pp310"))
    )
    assert found["implementation_version"] == "7.3.0"
    assert found["python_full_version"] == "3.10.0"
    assert found["platform_python_implementation"] == "PyPy"


def test_the_hosts_kernel_is_known_to_the_host_alone(host: Target) -> None:
    assert marker_environment(host)["platform_release"] == "6.1.0"


def test_universal2_has_an_environment_for_each_machine(host: Target) -> None:
    found = marker_environments(parse_target("macos-universal2", host=host))
    assert [environment["platform_machine"] for environment in found] == ["arm64", "x86_64"]


def test_markers_are_evaluated_for_the_target(host: Target) -> None:
    # appnope is what pip's own cross resolve drops from a macOS lock.
    marker = Marker('platform_system == "Darwin" and python_version >= "3.10"')
    mac = marker_environment(parse_target("macos-arm64", host=host))
    assert marker.evaluate(dict(mac)) is True
    assert marker.evaluate(dict(marker_environment(host))) is False


def test_a_marker_that_names_a_pre_release_means_it(host: Target) -> None:
    """coverage wants tomli up to an alpha of 3.11; uv 0.13 takes that for 3.11.0."""
    target = parse_target("linux-x86_64", host=host, python=parse_python("3.11"))
    marker = Marker('python_full_version <= "3.11.0a6"')

    assert not marker.evaluate(dict(marker_environment(target)))


def test_python_2_calls_linux_by_its_old_name(host: Target) -> None:
    target = parse_target("linux-x86_64", host=host, python=parse_python("2.7"))
    assert marker_environment(target)["sys_platform"] == "linux2"
