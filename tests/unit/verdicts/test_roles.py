import pytest

from archpip.binaries import BinaryKind, ForeignProcessor
from archpip.verdicts import Role, Status, find_roles
from tests.unit.verdicts.builder import World


def test_managed_assembly_runs_on_any_cpu(world: World) -> None:
    part = world.slice("i686", managed=True)
    wheel = world.any_wheel(world.member("net/runtime/Python.Runtime.dll", "windows", part))
    assert world.findings(wheel, world.target("windows", "arm64")) == {}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


def test_code_for_other_processors_is_data(world: World) -> None:
    gpu = world.member("pkg/kernels.so", "linux", "x86_64")
    part = gpu.binary.slices[0]
    cubin = world.slice(None)
    foreign = type(part)(
        architecture=None,
        machine="EM_CUDA",
        foreign=ForeignProcessor.NVIDIA_GPU,
        kind=part.kind,
        bits=64,
    )
    wheel = world.any_wheel(
        world.member("pkg/kernel.cubin", "linux", foreign),
        world.member("pkg/firmware/board.elf", "linux", cubin),
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {}


def test_test_data_is_not_loaded(world: World) -> None:
    wheel = world.any_wheel(
        world.member("delocate/tests/data/liba.dylib", "macos", "x86_64"),
        world.member("delocate/tests/data/liba.so", "linux", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_what_cmake_built_to_try_the_compiler_is_not_run(world: World) -> None:
    tried = world.member(
        "jpeg/build/CMakeFiles/3.17.3/CompilerIdC/CompilerIdC.exe", "windows", "x86_64"
    )
    wheel = world.wheel(
        tried, world.member("_jpeg.pyd", "windows", "i686"), tags=["cp311-cp311-win32"]
    )
    assert world.findings(wheel, world.target("windows", "i686")) == {}


def test_elf_without_an_ending_is_a_program_whatever_its_mode(world: World) -> None:
    wheel = world.any_wheel(world.member("tool/bin/checker", "linux", "x86_64"))
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP503": Status.DEGRADED}
    framework = world.any_wheel(world.member("a/Tcl.framework/Tcl", "macos", "x86_64"))
    assert world.findings(framework, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_nobody_asks_a_loader_for_an_odd_ending(world: World) -> None:
    path = "emulator/DLLs/kernel32.ldll"
    wheel = world.any_wheel(world.member(path, "windows", "i686"))
    assert world.findings(wheel, world.target("windows", "x86_64")) == {}
    versioned = world.any_wheel(world.member("a/libfoo.so.1.2", "linux", "x86_64"))
    assert world.findings(versioned, world.target("linux", "arm64")) == {"AP401": Status.WRONG}


def test_what_compilers_link_against_is_not_loaded(world: World) -> None:
    wheel = world.wheel(
        world.member("cuda/lib/libcudart.so.12", "linux", "arm64"),
        world.member("cuda/lib/stubs/libcuda.so", "linux", "x86_64"),
        world.member("gcc/sysroot/usr/lib/libz.so.1", "linux", "mips"),
        tags=["py3-none-manylinux_2_27_aarch64"],
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {}
    module = world.wheel(
        world.member("pkg/stubs/_core.abi3.so", "linux", "x86_64"),
        tags=["cp38-abi3-manylinux_2_27_aarch64"],
    )
    assert world.findings(module, world.target("linux", "arm64")) == {"AP101": Status.WRONG}


@pytest.mark.parametrize(
    ("path", "executable_bit", "role"),
    [
        ("pkg/_core.abi3.so", False, Role.MODULE),
        ("pkg/libfoo.so.1", False, Role.LIBRARY),
        ("pkg/bin/checker", False, Role.EXECUTABLE),
        ("pkg/libfoo", False, Role.LIBRARY),
        ("pkg/model.weights", False, Role.DATA),
        ("pkg/engine.plugin", True, Role.LIBRARY),
        ("pkg/addon.node", False, Role.EXECUTABLE),
        ("p-1.data/scripts/helper.so", False, Role.EXECUTABLE),
        ("p-1.data/headers/helper.so", False, Role.DATA),
    ],
)
def test_an_elf_library_has_the_role_that_its_name_gives(
    world: World, *, path: str, executable_bit: bool, role: Role
) -> None:
    wheel = world.any_wheel(world.member(path, "linux", "x86_64", executable_bit=executable_bit))

    assert find_roles(wheel, world.target("linux", "x86_64")) == (role,)


def test_of_a_machine_in_no_table_only_what_is_named_a_library_is_one(world: World) -> None:
    unknown = world.slice(None)
    wheel = world.any_wheel(
        world.member("pkg/libfoo.so.1", "linux", unknown),
        world.member("pkg/board", "linux", unknown),
    )

    assert find_roles(wheel, world.target("linux", "x86_64")) == (Role.LIBRARY, Role.DATA)


def test_only_a_file_of_nothing_but_objects_is_data(world: World) -> None:
    objects = world.slice("arm64", kind=BinaryKind.OBJECT)
    library = world.slice("x86_64")
    wheel = world.any_wheel(
        world.member("pkg/libfoo.dylib", "macos", library, objects),
        world.member("pkg/libbar.dylib", "macos", objects),
    )

    assert find_roles(wheel, world.target("macos", "arm64")) == (Role.LIBRARY, Role.DATA)
