import pytest

from archpip.binaries import BinaryKind
from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World


def test_rosetta_serves_until_its_last_macos(world: World) -> None:
    wheel = world.wheel(
        world.program("swig/data/bin/swig", "macos", "x86_64"),
        tags=["py3-none-macosx_10_9_universal2"],
    )
    (finding,) = judge(wheel, world.target("macos", "arm64")).findings
    assert (finding.code, finding.severity) == ("AP501", Status.DEGRADED)
    assert finding.message == (
        "swig/data/bin/swig: holds x86_64 code for macOS only, and runs under Rosetta 2 "
        "(up to macOS 27) on arm64"
    )
    later = world.target("macos", "arm64", floor=(28, 0))
    assert world.findings(wheel, later) == {"AP502": Status.WRONG}


def test_nothing_runs_arm64_on_intel(world: World) -> None:
    wheel = world.wheel(
        world.program("p-1.data/scripts/lint", "macos", "arm64"),
        tags=["py3-none-macosx_11_0_universal2"],
    )
    assert world.findings(wheel, world.target("macos", "x86_64")) == {"AP502": Status.WRONG}


def test_foreign_executable_on_linux_is_wrong_where_it_is_all(world: World) -> None:
    program = world.program("tool/bin/tool", "linux", "x86_64")
    wheel = world.wheel(program, tags=["py3-none-manylinux_2_28_aarch64"])
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP502": Status.WRONG}
    beside = world.wheel(
        program,
        world.member("tool/_core.abi3.so", "linux", "arm64"),
        tags=["cp311-abi3-manylinux_2_28_aarch64"],
    )
    assert world.findings(beside, world.target("linux", "arm64")) == {"AP503": Status.DEGRADED}


@pytest.mark.parametrize(
    ("system", "architecture", "expected"),
    [
        ("linux", "x86_64", {}),
        ("linux", "arm64", {"AP503": Status.DEGRADED}),
        ("macos", "arm64", {"AP501": Status.DEGRADED}),
        ("macos", "x86_64", {}),
        ("windows", "x86_64", {}),
        ("windows", "arm64", {"AP501": Status.DEGRADED}),
    ],
)
def test_helpers_in_folders_by_system(
    world: World, system: str, architecture: str, expected: dict[str, Status]
) -> None:
    wheel = world.any_wheel(
        world.program("web/common/linux/manager", "linux", "x86_64"),
        world.program("web/common/macos/manager", "macos", "x86_64"),
        world.program("web/common/windows/manager.exe", "windows", "i686"),
    )
    assert world.findings(wheel, world.target(system, architecture)) == expected


@pytest.mark.parametrize(
    "names",
    [
        ("cli-32.exe", "cli-64.exe", "cli-arm64.exe", "cli.exe", "gui-32.exe"),
        ("t32.exe", "t64.exe", "t64-arm.exe", "w32.exe", "w64.exe", "w64-arm.exe"),
        ("cli-32.exe", "cli-64.exe"),
        ("cli-arm-32.exe",),
    ],
)
def test_launcher_templates_are_fine_everywhere(world: World, names: tuple[str, ...]) -> None:
    members = [world.program(f"setuptools/{name}", "windows", "i686") for name in names]
    wheel = world.any_wheel(*members)
    for system, architecture in (("windows", "arm64"), ("windows", "x86_64"), ("linux", "arm64")):
        assert world.findings(wheel, world.target(system, architecture)) == {}


def test_node_addon_belongs_to_its_program(world: World) -> None:
    wheel = world.wheel(
        world.member("web/driver/fsevents.node", "macos", "x86_64"),
        world.program("web/driver/node", "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP501": Status.DEGRADED}


def test_one_of_several_executables_is_a_helper(world: World) -> None:
    wheel = world.wheel(
        world.program("p-1.0.data/scripts/hint", "linux", "s390x"),
        world.program("p-1.0.data/scripts/mark", "linux", "x86_64"),
        tags=["py3-none-manylinux1_x86_64"],
    )
    assert world.findings(wheel, world.target("linux", "x86_64")) == {"AP503": Status.DEGRADED}


@pytest.mark.parametrize(
    ("held", "architecture", "expected"),
    [
        ("armel", "armv7l", {}),
        ("i686", "x86_64", {"AP501": Status.DEGRADED}),
        ("armv7l", "arm64", {"AP501": Status.DEGRADED}),
        ("x86_64", "i686", {"AP502": Status.WRONG}),
    ],
)
def test_kernels_run_32_bit_programs(
    world: World, held: str, architecture: str, expected: dict[str, Status]
) -> None:
    wheel = world.wheel(
        world.program("p-1.0.data/scripts/cli", "linux", held),
        tags=["py3-none-manylinux2014_armv7l"],
    )
    assert world.findings(wheel, world.target("linux", architecture)) == expected


@pytest.mark.parametrize(
    ("held", "architecture", "loader"),
    [
        ("i686", "x86_64", "/lib/ld-linux.so.2"),
        ("armv7l", "arm64", "/lib/ld-linux-armhf.so.3"),
    ],
)
def test_32_bit_program_with_a_loader_needs_a_32_bit_system(
    world: World, held: str, architecture: str, loader: str
) -> None:
    part = world.slice(held, kind=BinaryKind.EXECUTABLE, interpreter=loader)
    program = world.member("p-1.0.data/scripts/cli", "linux", part, executable_bit=True)
    target = world.target("linux", architecture)
    tagged = world.wheel(program, tags=["py3-none-manylinux2014_aarch64"])
    assert world.findings(tagged, target) == {"AP502": Status.WRONG}
    assert world.findings(world.any_wheel(program), target) == {"AP503": Status.DEGRADED}


@pytest.mark.parametrize("path", ["pyproject/project", "kit/bin/project", "pyconvert/convert"])
def test_program_with_the_projects_name_is_what_the_wheel_is_for(world: World, path: str) -> None:
    wheel = world.any_wheel(world.program(path, "linux", "x86_64"))
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP502": Status.WRONG}
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP502": Status.WRONG}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


def test_variant_for_another_machine_is_no_lack_where_the_plain_one_runs(world: World) -> None:
    old = world.program("app/prebuilt/main-x86_64-oldsdk", "macos", "x86_64")
    plain = world.program("app/prebuilt/main-arm64", "macos", "arm64")
    assert world.findings(world.any_wheel(old, plain), world.target("macos", "arm64")) == {}
    found = world.findings(world.any_wheel(old), world.target("macos", "arm64"))
    assert found == {"AP501": Status.DEGRADED}


def test_builds_for_two_machines_may_consist_of_other_programs(world: World) -> None:
    for_x86 = world.program("sass/linux-ia32/src/dart", "linux", "i686")
    for_arm = world.program("sass/linux-arm64/sass", "linux", "arm64")
    for_macs = world.program("sass/macos-arm64/src/dart", "macos", "arm64")
    target = world.target("linux", "arm64")
    assert world.findings(world.any_wheel(for_x86, for_macs, for_arm), target) == {}
    assert world.findings(world.any_wheel(for_x86), target) == {"AP503": Status.DEGRADED}

    both = world.program("sass/linux-ia32/sass", "linux", "i686")
    lacking = world.any_wheel(for_x86, for_arm, both)
    assert world.findings(lacking, target) == {"AP503": Status.DEGRADED}
