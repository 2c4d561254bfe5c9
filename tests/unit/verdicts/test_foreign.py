"""Wheels without anything for the system that they are tagged or meant for."""

from collections.abc import Callable

import pytest

from archpip.binaries import Platform
from archpip.verdicts import Status, judge
from archpip.wheels import BinaryMember
from tests.unit.verdicts.builder import World

TAGS = {
    "windows": "py3-none-win_amd64",
    "linux": "py3-none-manylinux2014_x86_64",
    "macos": "py3-none-macosx_11_0_x86_64",
}


@pytest.mark.parametrize(
    ("system", "path", "held", "code"),
    [
        ("windows", "pkg/libfoo.so", "linux", "AP403"),
        ("windows", "pkg/libfoo.dylib", "macos", "AP403"),
        ("windows", "pkg/_core.so", "linux", "AP403"),
        ("windows", "pkg/_core.pyd", "linux", "AP102"),
        ("linux", "pkg/libfoo.dylib", "macos", "AP403"),
        ("linux", "pkg/foo.dll", "windows", "AP403"),
        ("linux", "pkg/_core.pyd", "windows", "AP403"),
        ("macos", "pkg/foo.dll", "windows", "AP403"),
        ("macos", "pkg/libfoo.so", "linux", "AP403"),
        ("macos", "pkg/_core.so", "linux", "AP102"),
    ],
)
def test_wheel_for_one_system_with_nothing_but_anothers(
    world: World, system: str, path: str, held: str, code: str
) -> None:
    wheel = world.wheel(world.member(path, held, "x86_64"), tags=[TAGS[system]])
    (finding,) = judge(wheel, world.target(system, "x86_64")).findings
    assert (finding.code, finding.severity, finding.member) == (code, Status.WRONG, path)


def test_what_is_installed_must_suit_the_target_whatever_its_tags_say(world: World) -> None:
    stable = world.member("pkg/_rust.pyd", "windows", "x86_64")
    wheel = world.wheel(stable, tags=["cp311-abi3-win_amd64"])
    target = world.target("linux", "x86_64")

    (finding,) = judge(wheel, target, installed=True).findings

    assert (finding.code, finding.member) == ("AP403", "pkg/_rust.pyd")
    assert not judge(wheel, target).findings


def test_what_is_installed_may_have_source_instead(world: World) -> None:
    module = world.member("pkg/_fast.pyd", "windows", "x86_64")
    wheel = world.wheel(module, tags=["cp311-abi3-win_amd64"], import_roots=["pkg/_fast.py"])
    assert not judge(wheel, world.target("linux", "x86_64"), installed=True).findings


def test_program_of_another_system_in_a_wheel_for_one(world: World) -> None:
    program = world.program("tool/bin/lint", "linux", "x86_64")
    wheel = world.wheel(program, tags=[TAGS["windows"], TAGS["macos"]])
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP502": Status.WRONG}
    assert world.findings(wheel, world.target("macos", "x86_64")) == {"AP502": Status.WRONG}


def _names_its_system(world: World) -> BinaryMember:
    return world.member("pkg/agents/linux/agent.so", "linux", "x86_64")


def _is_for_phones(world: World) -> BinaryMember:
    part = world.slice("arm64", platform=Platform.ANDROID)
    return world.member("pkg/gadget.so", "linux", part)


def _is_test_data(world: World) -> BinaryMember:
    return world.member("pkg/tests/data/libfoo.so", "linux", "x86_64")


@pytest.mark.parametrize("make", [_names_its_system, _is_for_phones, _is_test_data])
def test_what_is_sent_elsewhere_is_no_mistake(
    world: World, make: Callable[[World], BinaryMember]
) -> None:
    wheel = world.wheel(make(world), tags=[TAGS["windows"]])
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}


def test_foreign_code_beside_the_systems_own_is_no_mistake(world: World) -> None:
    wheel = world.wheel(
        world.member("pkg/libfoo.so", "linux", "x86_64"),
        world.program("pkg/foo.exe", "windows", "x86_64"),
        tags=[TAGS["windows"]],
    )
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}


def test_tag_that_does_not_name_the_system_promises_it_nothing(world: World) -> None:
    wheel = world.wheel(world.member("pkg/foo.dll", "windows", "x86_64"), tags=[TAGS["macos"]])
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


def test_library_named_so_is_what_a_wheel_for_any_has_whatever_its_format(world: World) -> None:
    wheel = world.any_wheel(world.member("db/libdb5.so", "macos", "x86_64"))
    assert world.findings(wheel, world.target("windows", "x86_64")) == {"AP403": Status.WRONG}
    extra = world.any_wheel(world.member("db/libdb5.dylib", "macos", "x86_64"))
    assert world.findings(extra, world.target("windows", "x86_64")) == {}


def test_windows_loads_a_library_named_so_that_is_its_own(world: World) -> None:
    wheel = world.any_wheel(world.member("physis/test.so", "windows", "x86_64"))
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP403": Status.WRONG}


@pytest.mark.parametrize(
    ("system", "architecture", "expected"),
    [
        ("macos", "arm64", {}),
        ("macos", "x86_64", {"AP502": Status.WRONG}),
        ("linux", "x86_64", {"AP502": Status.WRONG}),
        ("windows", "arm64", {}),
        ("windows", "x86_64", {"AP502": Status.WRONG}),
    ],
)
def test_program_with_the_wheels_name_is_what_it_is_for(
    world: World, system: str, architecture: str, expected: dict[str, Status]
) -> None:
    wheel = world.any_wheel(
        world.program("fisher/bin/fisher", "macos", "arm64"),
        world.program("fisher/bin/fisher.exe", "windows", "arm64"),
    )
    assert world.findings(wheel, world.target(system, architecture)) == expected


def test_program_with_another_name_is_a_helper(world: World) -> None:
    wheel = world.any_wheel(world.program("fisher/bin/core", "linux", "x86_64"))
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP503": Status.DEGRADED}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}
    for_windows = world.any_wheel(world.program("fisher/fisher.exe", "windows", "x86_64"))
    assert world.findings(for_windows, world.target("linux", "x86_64")) == {}


def test_library_of_the_wheels_own_name_for_macos_alone_is_missed_elsewhere(world: World) -> None:
    own = world.member("pyaec/libaec.dylib", "macos", "arm64")
    linux, windows = world.target("linux", "x86_64"), world.target("windows", "x86_64")
    for target in (linux, windows):
        assert world.findings(world.any_wheel(own), target) == {"AP403": Status.WRONG}
    extra = world.member("pyaec/libecho.dylib", "macos", "arm64")
    apart = world.member("pyaec/macos/libaec.dylib", "macos", "arm64")
    beside = world.member("pyaec/aec.dll", "windows", "x86_64")
    for members in ([extra], [apart], [own, beside]):
        assert world.findings(world.any_wheel(*members), linux) == {}


def test_module_for_windows_alone_that_the_package_imports_everywhere_is_missed(
    world: World,
) -> None:
    path = "keys/keys.pyd"
    module = world.member(path, "windows", "x86_64")
    target = world.target("linux", "x86_64")
    demanded = world.any_wheel(module, demanded=[path])
    assert world.findings(demanded, target) == {"AP102": Status.WRONG}
    assert world.findings(demanded, world.target("windows", "x86_64")) == {}
    assert world.findings(world.any_wheel(module), target) == {}
    for_linux = world.member("keys/keys.abi3.so", "linux", "x86_64")
    assert world.findings(world.any_wheel(module, for_linux, demanded=[path]), target) == {}
