import pytest

from archpip.verdicts import Status
from tests.unit.verdicts.builder import World


@pytest.mark.parametrize(
    ("system", "architecture", "expected"),
    [
        ("linux", "x86_64", {}),
        ("linux", "arm64", {"AP401": Status.WRONG}),
        ("macos", "arm64", {"AP401": Status.WRONG}),
        ("macos", "x86_64", {}),
        ("windows", "x86_64", {}),
        ("windows", "arm64", {"AP401": Status.WRONG}),
    ],
)
def test_neutral_family_needs_a_member_for_the_target(
    world: World, system: str, architecture: str, expected: dict[str, Status]
) -> None:
    wheel = world.any_wheel(
        world.member("fire/firedll.dll", "windows", "x86_64"),
        world.member("fire/libfiredll.dylib", "macos", "x86_64"),
        world.member("fire/libfiredll.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target(system, architecture)) == expected


def test_family_named_by_architecture_degrades(world: World) -> None:
    wheel = world.any_wheel(
        world.member("helper/attach_linux_amd64.so", "linux", "x86_64"),
        world.member("helper/attach_linux_x86.so", "linux", "i686"),
        world.member("helper/attach.dylib", "macos", "x86_64", "arm64"),
        world.member("helper/attach_x86_64.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP402": Status.DEGRADED}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_name_that_promises_the_target_and_lies_is_wrong(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pkg/lib_arm64.dylib", "macos", "x86_64"),
        world.member("pkg/lib_x86_64.dylib", "macos", "x86_64"),
        world.member("pkg/lib_linux.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_one_name_for_a_machine_makes_the_family_named(world: World) -> None:
    wheel = world.any_wheel(
        world.member("usb/bin/Win32/usb.dll", "windows", "i686"),
        world.member("usb/bin/x64/usb.dll", "windows", "x86_64"),
        world.member("usb/bin/linux/usb.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP402": Status.DEGRADED}


def test_folders_of_unknown_names_join_a_layout_by_machine(world: World) -> None:
    wheel = world.any_wheel(
        world.member("voice/lib/linux/x86_64/libvoice.so", "linux", "x86_64"),
        world.member("voice/lib/some-board/cortex-a53/libvoice.so", "linux", "armv7l"),
        world.member("voice/lib/mac/arm64/libvoice.dylib", "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_libraries_in_folders_by_architecture_serve_both(world: World) -> None:
    wheel = world.wheel(
        world.member("sql/libs/macos/arm64/lib/libodbc.2.dylib", "macos", "arm64"),
        world.member("sql/libs/macos/x86_64/lib/libodbc.2.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64", "x86_64")) == {}


def test_word_sizes_name_machines_as_a_pair_only(world: World) -> None:
    pair = world.any_wheel(
        world.member("xl/xl32-0.33.dll", "windows", "i686"),
        world.member("xl/xl64-0.33.dll", "windows", "x86_64"),
    )
    assert world.findings(pair, world.target("windows", "x86_64")) == {}
    assert world.findings(pair, world.target("windows", "arm64")) == {"AP402": Status.DEGRADED}
    alone = world.wheel(world.member("pkg/libsort64.dll", "windows", "x86_64"))
    assert world.findings(alone, world.target("windows", "arm64")) == {"AP401": Status.WRONG}


def test_word_sizes_of_other_systems_pair_up_where_the_code_agrees(world: World) -> None:
    lsl = world.any_wheel(
        world.member("lsl/liblsl32.so", "linux", "i686"),
        world.member("lsl/liblsl64.so", "linux", "x86_64"),
        world.member("lsl/liblsl32.dylib", "macos", "i686"),
        world.member("lsl/liblsl64.dylib", "macos", "x86_64"),
    )
    assert world.findings(lsl, world.target("linux", "x86_64")) == {}
    assert world.findings(lsl, world.target("macos", "arm64")) == {"AP402": Status.DEGRADED}
    bare = world.any_wheel(
        world.member("dw/DWDataReaderLib.so", "linux", "i686"),
        world.member("dw/DWDataReaderLib64.so", "linux", "x86_64"),
    )
    assert world.findings(bare, world.target("linux", "x86_64")) == {}
    assert world.findings(bare, world.target("linux", "arm64")) == {"AP402": Status.DEGRADED}
    sizes_of_indexes = world.any_wheel(
        world.member("pkg/libsort.so", "linux", "x86_64"),
        world.member("pkg/libsort64.so", "linux", "x86_64"),
    )
    found = world.findings(sizes_of_indexes, world.target("linux", "arm64"))
    assert found == {"AP401": Status.WRONG}
    indexes = world.any_wheel(
        world.member("pkg/libmetis32.so", "linux", "x86_64"),
        world.member("pkg/libmetis64.so", "linux", "x86_64"),
    )
    assert world.findings(indexes, world.target("linux", "arm64")) == {"AP401": Status.WRONG}


def test_folders_by_word_size_pair_up_for_each_system(world: World) -> None:
    wheel = world.any_wheel(
        world.member("spi/linux/arch32/spi.so", "linux", "i686"),
        world.member("spi/linux/arch64/spi.so", "linux", "x86_64"),
        world.member("spi/darwin/arch32/spi.so", "macos", "i686"),
        world.member("spi/darwin/arch64/spi.so", "macos", "x86_64"),
        world.member("spi/windows/arch32/spi.pyd", "windows", "i686"),
        world.member("spi/windows/arch64/spi.pyd", "windows", "x86_64"),
    )
    for system in ("linux", "macos", "windows"):
        assert world.findings(wheel, world.target(system, "x86_64")) == {}
        assert world.findings(wheel, world.target(system, "arm64")) == {"AP402": Status.DEGRADED}


def test_name_without_digits_stands_for_the_size_that_its_sibling_leaves(world: World) -> None:
    large = world.member("dev/core.dll", "windows", "x86_64")
    small = world.member("dev/core32.dll", "windows", "i686")
    pair = world.any_wheel(large, small)
    assert world.findings(pair, world.target("windows", "i686")) == {}
    assert world.findings(pair, world.target("windows", "x86_64")) == {}
    assert world.findings(pair, world.target("windows", "arm64")) == {"AP401": Status.WRONG}
    # Some libraries are called 32 whatever their code is.
    same = world.any_wheel(large, world.member("dev/core32.dll", "windows", "x86_64"))
    assert world.findings(same, world.target("windows", "arm64")) == {"AP401": Status.WRONG}
    modules = world.any_wheel(
        world.member("dev/core.pyd", "windows", "x86_64"),
        world.member("dev/core32.pyd", "windows", "i686"),
    )
    assert world.findings(modules, world.target("windows", "arm64")) == {"AP101": Status.WRONG}


def test_word_sizes_of_arm_pair_up_with_each_other_alone(world: World) -> None:
    wheel = world.any_wheel(
        world.program("pi/libpulse", "linux", "armv7l"),
        world.program("pi/libpulse64", "linux", "arm64"),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {}
    assert world.findings(wheel, world.target("linux", "armv7l")) == {}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {"AP503": Status.DEGRADED}
    indexes = world.any_wheel(
        world.member("pi/libsort.so", "linux", "i686"),
        world.member("pi/libsort64.so", "linux", "arm64"),
    )
    assert world.findings(indexes, world.target("linux", "armv7l")) == {"AP401": Status.WRONG}


def test_versions_do_not_set_apart_what_folders_name_by_machine(world: World) -> None:
    wheel = world.any_wheel(
        world.member("pco/lnx_amd64/libGenApi_gcc48_v3.so", "linux", "x86_64"),
        world.member("pco/lnx_arm64/libGenApi_gcc49_v3.so", "linux", "arm64"),
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
    assert world.findings(wheel, world.target("linux", "arm64")) == {}
    neutral = world.any_wheel(
        world.member("pkg/libcore_v1.so", "linux", "x86_64"),
        world.member("pkg/libcore_v2.so", "linux", "arm64"),
    )
    assert world.findings(neutral, world.target("linux", "x86_64")) == {"AP401": Status.WRONG}


def test_versions_are_joined_where_a_folder_of_variants_lies_beside(world: World) -> None:
    wheel = world.any_wheel(
        world.member("dnd/tkdnd/osx-x64/libtkdnd2.9.4.dylib", "macos", "x86_64"),
        world.member("dnd/tkdnd/osx-arm64/libtkdnd2.10.3.dylib", "macos", "arm64"),
        world.member("dnd/tkdnd/win-x64/libtkdnd2.10.3.dll", "windows", "x86_64"),
        world.member("dnd/tkdnd/win-x64-tcl9/libtkdnd2.10.3.dll", "windows", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}
    assert world.findings(wheel, world.target("macos", "x86_64")) == {}


def test_word_glued_to_a_name(world: World) -> None:
    wheel = world.wheel(
        world.member("sound/libportaudio32bit.dll", "windows", "i686"),
        world.member("sound/libportaudio64bit.dll", "windows", "x86_64"),
        world.member("sound/libportaudioarm64.dll", "windows", "arm64"),
        tags=["py3-none-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {}


def test_member_that_names_another_system_does_not_serve_though_it_would_load(world: World) -> None:
    wheel = world.any_wheel(
        world.member("kubo/lib/libkubo_android_arm64.so", "linux", "arm64"),
        world.member("kubo/lib/libkubo_linux_x86_64.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP402": Status.DEGRADED}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}
