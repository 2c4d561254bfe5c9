import pytest

from archpip.binaries import Platform
from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


def test_module_without_the_targets_slice_is_wrong(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "x86_64"))
    verdict = judge(wheel, world.target("macos", "arm64"))
    (finding,) = verdict.findings
    assert verdict.status is Status.WRONG
    assert (finding.code, finding.member, finding.slice) == ("AP101", MODULE, "arm64")
    assert finding.message == (
        f"{MODULE}: holds x86_64 code for macOS; "
        "a Python for macos-arm64 that imports it as a module needs arm64"
    )


def test_public_module_that_a_build_leaves_out_is_a_lack_of_few(world: World) -> None:
    target = world.target("macos", "arm64")
    fat = [
        world.member(f"game/{name}.cpython-311-darwin.so", "macos", "x86_64", "arm64")
        for name in ("core", "ai", "egg", "fx", "ode", "bullet", "vision", "vrpn", "skel", "direct")
    ]
    rocket = world.member("game/rocket.cpython-311-darwin.so", "macos", "x86_64")
    assert world.findings(world.wheel(*fat, rocket), target) == {"AP101": Status.DEGRADED}
    assert world.findings(world.wheel(*fat[1:], rocket), target) == {"AP101": Status.WRONG}
    private = world.member("game/_rocket.cpython-311-darwin.so", "macos", "x86_64")
    assert world.findings(world.wheel(*fat, private), target) == {"AP101": Status.WRONG}
    needed = world.wheel(*fat, rocket, demanded=[rocket.path])
    assert world.findings(needed, target) == {"AP101": Status.WRONG}


def test_both_slices_must_be_there_for_universal2(world: World) -> None:
    wheel = world.wheel(world.member(MODULE, "macos", "x86_64"))
    verdict = judge(wheel, world.target("macos", "arm64", "x86_64"))
    assert [finding.slice for finding in verdict.findings] == ["arm64"]
    fat = world.wheel(world.member(MODULE, "macos", "x86_64", "arm64"))
    assert judge(fat, world.target("macos", "arm64", "x86_64")).findings == ()


def test_arm64e_alone_does_not_load_into_an_arm64_process(world: World) -> None:
    part = world.slice("arm64", subtype="arm64e")
    wheel = world.wheel(world.member(MODULE, "macos", part))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP101": Status.WRONG}


def test_ios_code_is_not_for_macos(world: World) -> None:
    part = world.slice("arm64", platform=Platform.IOS)
    wheel = world.wheel(world.member(MODULE, "macos", part))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP102": Status.WRONG}


def test_simulator_code_is_not_for_a_device(world: World) -> None:
    part = world.slice("arm64", platform=Platform.IOS_SIMULATOR)
    wheel = world.wheel(world.member("pkg/_core.cpython-311-iphoneos.so", "ios", part))
    assert world.findings(wheel, world.target("ios", "arm64")) == {"AP102": Status.WRONG}


def test_another_systems_code_of_the_same_machine_is_told_apart(world: World) -> None:
    library = world.member("voice/libvoice.so", "linux", "x86_64")
    wheel = world.wheel(library, tags=["py3-none-macosx_10_12_x86_64"])
    (finding,) = judge(wheel, world.target("macos", "x86_64")).findings
    assert finding.code == "AP403"
    assert finding.message.endswith(
        "is x86_64 code for Linux; a Python for macos-x86_64 that loads it by name needs x86_64 "
        "code for macOS"
    )


def test_unknown_machine_number_is_wrong(world: World) -> None:
    wheel = world.wheel(world.member("pkg/_core.abi3.so", "linux", world.slice(None)))
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP104": Status.WRONG}


def test_library_in_a_wheel_whose_modules_fit_is_still_needed(world: World) -> None:
    wheel = world.wheel(
        world.member(MODULE, "macos", "arm64"),
        world.member("pkg/libsort.3.0.1.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_stray_runtime_library_is_a_remark(world: World) -> None:
    wheel = world.wheel(
        world.member("qt/Qt6Core.dll", "windows", "arm64"),
        world.member("qt/msvcp140.dll", "windows", "x86_64"),
        tags=["cp39-abi3-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP703": Status.OK}


def test_copy_of_a_known_dll_is_never_loaded(world: World) -> None:
    wheel = world.any_wheel(world.member("emulator/DLLs/kernel32.dll", "windows", "i686"))
    for architecture in ("x86_64", "arm64"):
        found = world.findings(wheel, world.target("windows", architecture))
        assert found == {"AP703": Status.OK}


def test_android_passes_floating_point_as_armel_does(world: World) -> None:
    module = world.member("pkg/_core.cpython-314-arm-linux-androideabi.so", "linux", "armel")
    tags = ["cp314-cp314-android_24_armeabi_v7a"]
    android = world.target("android", "armv7l", python=(3, 14, 0))
    assert world.findings(world.wheel(module, tags=tags), android) == {}
    linux = world.member("pkg/_core.cpython-311-arm-linux-gnueabihf.so", "linux", "armel")
    tags = ["cp311-cp311-manylinux_2_28_armv7l"]
    found = world.findings(world.wheel(linux, tags=tags), world.target("linux", "armv7l"))
    assert found == {"AP101": Status.WRONG}


def test_module_of_another_system_beside_a_built_one_is_left_over(world: World) -> None:
    built = world.member("pkg/_core.abi3.so", "linux", "arm64")
    left = world.member("pkg/core.abi3.so", "macos", "arm64")
    tags = ["cp310-abi3-manylinux_2_17_aarch64"]
    target = world.target("linux", "arm64")
    assert world.findings(world.wheel(built, left, tags=tags), target) == {}
    apart = world.member("pkg/sub/core.abi3.so", "macos", "arm64")
    assert world.findings(world.wheel(built, apart, tags=tags), target) == {"AP102": Status.WRONG}


def test_library_for_a_machine_of_no_module_is_a_devices(world: World) -> None:
    kernels = world.member("mlir/lib/libkernel_module.so", "linux", "riscv64")
    module = world.member("mlir/_ops.cpython-310-x86_64-linux-gnu.so", "linux", "x86_64")
    target = world.target("linux", "x86_64")
    assert world.findings(world.any_wheel(module, kernels), target) == {"AP404": Status.DEGRADED}
    other = world.member("mlir/_ops.cpython-310-riscv64-linux-gnu.so", "linux", "riscv64")
    found = world.findings(world.any_wheel(module, other, kernels), target)
    assert found["AP401"] is Status.WRONG


def test_module_that_is_imported_only_where_others_are_missing_degrades(world: World) -> None:
    path = "torch/_dl.cpython-311-darwin.so"
    members = (
        world.member("torch/_C.cpython-311-darwin.so", "macos", "arm64"),
        world.member(path, "macos", "x86_64"),
    )
    target = world.target("macos", "arm64")
    assert world.findings(world.wheel(*members), target) == {"AP101": Status.WRONG}
    spared = world.wheel(*members, fallbacks=[path])
    assert world.findings(spared, target) == {"AP101": Status.DEGRADED}


@pytest.mark.parametrize(
    ("path", "system", "architecture", "code"),
    [
        ("pkg/_fast.so", "linux", "arm64", "AP101"),
        ("pkg/_fast.so", "macos", "x86_64", "AP102"),
        ("pkg/_fast.so", "windows", "x86_64", "AP403"),
        ("pkg/_fast.cpython-311-x86_64-linux-gnu.so", "linux", "arm64", "AP103"),
        ("pkg/_fast.cpython-311-x86_64-linux-gnu.so", "macos", "arm64", "AP103"),
    ],
)
def test_module_that_a_wheel_for_any_platform_does_without_degrades(
    world: World, path: str, system: str, architecture: str, code: str
) -> None:
    member = world.member(path, "linux", "x86_64")
    target = world.target(system, architecture)
    assert world.findings(world.any_wheel(member), target)[code] is Status.WRONG
    spared = world.any_wheel(member, guarded=[path])
    assert world.findings(spared, target) == {code: Status.DEGRADED}


def test_modules_that_are_needed_count_beside_one_that_is_not(world: World) -> None:
    guarded, needed = (world.member(f"pkg/{n}.so", "linux", "x86_64") for n in ("_fast", "core"))
    wheel = world.any_wheel(guarded, needed, guarded=[guarded.path])
    for system, code in (("macos", "AP102"), ("windows", "AP403")):
        assert world.findings(wheel, world.target(system, "x86_64"))[code] is Status.WRONG


@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_binary_that_the_rest_of_a_wheel_for_any_does_without_degrades(
    world: World, system: str
) -> None:
    member = world.member("pkg/drawing/raster_op.so", "linux", "x86_64")
    wheel = world.any_wheel(member, spared=[member.path])
    target = world.target(system, "arm64")
    assert list(world.findings(wheel, target).values()) == [Status.DEGRADED]
    assert list(world.findings(world.any_wheel(member), target).values()) == [Status.WRONG]
    needed = world.member("pkg/core.so", "linux", "x86_64")
    both = world.any_wheel(member, needed, spared=[member.path])
    assert Status.WRONG in world.findings(both, target).values()
