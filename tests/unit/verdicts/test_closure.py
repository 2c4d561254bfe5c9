import pytest

from archpip.binaries import BinaryKind
from archpip.verdicts import Status, judge
from tests.unit.verdicts.builder import World

MODULE = "pkg/_core.cpython-311-darwin.so"


@pytest.mark.parametrize(
    ("needed", "run_paths"),
    [
        ("@loader_path/.dylibs/libsum.1.dylib", ()),
        ("@rpath/libsum.1.dylib", ("@loader_path/.dylibs",)),
        ("@rpath/libsum.1.dylib", ("/opt/lib", "@loader_path/../pkg/.dylibs/")),
        ("libsum.1.dylib", ()),
    ],
)
def test_linked_library_must_serve_the_slice_that_links_it(
    world: World, needed: str, run_paths: tuple[str, ...]
) -> None:
    module = world.slice("arm64", needed=[needed], run_paths=run_paths)
    wheel = world.wheel(
        world.member(MODULE, "macos", module),
        world.member("pkg/.dylibs/libsum.1.dylib", "macos", "x86_64"),
    )
    (finding,) = judge(wheel, world.target("macos", "arm64")).findings
    assert (finding.code, finding.member) == ("AP301", "pkg/.dylibs/libsum.1.dylib")
    assert finding.message == (
        "pkg/.dylibs/libsum.1.dylib: holds x86_64 code for macOS, but the arm64 slice of "
        f"{MODULE} links it"
    )


def test_each_slice_may_link_a_thin_library_of_its_own(world: World) -> None:
    wheel = world.wheel(
        world.member(
            MODULE,
            "macos",
            world.slice("x86_64", needed=["@loader_path/.dylibs/libgfortran.3.dylib"]),
            world.slice("arm64", needed=["@loader_path/.dylibs/libgfortran.5.dylib"]),
        ),
        world.member("pkg/.dylibs/libgfortran.3.dylib", "macos", "x86_64"),
        world.member("pkg/.dylibs/libgfortran.5.dylib", "macos", "arm64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64", "x86_64")) == {}


def test_library_that_links_itself_is_still_loaded_by_name(world: World) -> None:
    itself = world.slice("x86_64", needed=["@loader_path/libproject.dylib"])
    wheel = world.wheel(world.member("pkg/libproject.dylib", "macos", itself))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP401": Status.WRONG}


def test_library_behind_a_library_is_followed(world: World) -> None:
    wheel = world.wheel(
        world.member(MODULE, "macos", world.slice("arm64", needed=["@loader_path/liba.dylib"])),
        world.member(
            "pkg/liba.dylib", "macos", world.slice("arm64", needed=["@loader_path/libb.dylib"])
        ),
        world.member("pkg/libb.dylib", "macos", "x86_64"),
    )
    (finding,) = judge(wheel, world.target("macos", "arm64")).findings
    assert finding.code == "AP301"
    assert f"pkg/liba.dylib, which {MODULE} needs, links it" in finding.message


def test_weak_and_unbundled_libraries_are_nobodys_fault(world: World) -> None:
    module = world.slice(
        "arm64",
        needed=["@rpath/libtorch.dylib", "/usr/lib/libz.dylib"],
        weak=["@loader_path/libextra.dylib"],
    )
    wheel = world.wheel(
        world.member(MODULE, "macos", module),
        world.member("pkg/libextra.dylib", "macos", "x86_64"),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_elf_library_on_the_run_path(world: World) -> None:
    module = world.slice("arm64", needed=["libsum.so.1"], run_paths=["$ORIGIN/../pkg.libs"])
    wheel = world.wheel(
        world.member("pkg/_core.abi3.so", "linux", module),
        world.member("pkg.libs/libsum.so.1", "linux", "x86_64"),
        tags=["cp311-abi3-manylinux_2_28_aarch64"],
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP301": Status.WRONG}


def test_dll_anywhere_in_the_wheel_is_found_whatever_its_case(world: World) -> None:
    module = world.slice("arm64", needed=["SUM.dll", "KERNEL32.dll"])
    wheel = world.wheel(
        world.member("pkg/_core.pyd", "windows", module),
        world.member("pkg.libs/sum.dll", "windows", "x86_64"),
        tags=["cp311-cp311-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP301": Status.WRONG}


@pytest.mark.parametrize("name", ["libgcc_s.so.1", "libGL.so.1", "libX11.so.6"])
def test_library_that_every_linux_has_is_a_remark(world: World, name: str) -> None:
    part = world.slice("arm64", needed=[name], run_paths=["/usr/lib/llvm-7/lib"])
    wheel = world.wheel(
        world.member("pkg/cpu/_core.cpython-311-aarch64-linux-gnu.so", "linux", part),
        world.member(f"pkg/{name}", "linux", "x86_64"),
        tags=["cp311-cp311-manylinux2014_aarch64"],
    )
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP703": Status.OK}


def test_runtime_that_windows_has_is_a_remark(world: World) -> None:
    module = world.slice("arm64", needed=["MSVCP140.dll"])
    wheel = world.wheel(
        world.member("pkg/_core.pyd", "windows", module),
        world.member("pkg/msvcp140.dll", "windows", "x86_64"),
        tags=["cp311-cp311-win_arm64"],
    )
    assert world.findings(wheel, world.target("windows", "arm64")) == {"AP703": Status.OK}


def test_executables_library_degrades(world: World) -> None:
    program = world.program("pkg/bin/tool", "macos", "arm64")
    linking = world.slice("arm64", needed=["@loader_path/libsum.dylib"])
    program = type(program)(
        path=program.path,
        executable_bit=True,
        size_bytes=1,
        binary=type(program.binary)(
            format=program.binary.format,
            slices=(
                type(linking)(
                    architecture=linking.architecture,
                    machine="arm64",
                    kind=program.binary.slices[0].kind,
                    bits=64,
                    needed=linking.needed,
                ),
            ),
        ),
    )
    wheel = world.wheel(program, world.member("pkg/bin/libsum.dylib", "macos", "x86_64"))
    assert world.findings(wheel, world.target("macos", "arm64")) == {"AP302": Status.DEGRADED}


def test_cycles_of_libraries_end(world: World) -> None:
    wheel = world.wheel(
        world.member(MODULE, "macos", world.slice("arm64", needed=["@loader_path/liba.dylib"])),
        world.member(
            "pkg/liba.dylib", "macos", world.slice("arm64", needed=["@loader_path/libb.dylib"])
        ),
        world.member(
            "pkg/libb.dylib", "macos", world.slice("arm64", needed=["@loader_path/liba.dylib"])
        ),
    )
    assert world.findings(wheel, world.target("macos", "arm64")) == {}


def test_module_for_another_python_says_nothing_of_who_loads_its_libraries(world: World) -> None:
    part = world.slice("x86_64", needed=["libcore.so.1"], run_paths=["$ORIGIN/lib"])
    other = world.member("fhe/fhe.cpython-312-x86_64-linux-gnu.so", "linux", part)
    wheel = world.any_wheel(other, world.member("fhe/lib/libcore.so.1", "linux", "x86_64"))
    assert world.findings(wheel, world.target("linux", "arm64")) == {"AP401": Status.WRONG}
    part = world.slice("x86_64", needed=["libcore.so.1"], run_paths=["$ORIGIN/../fhe.libs"])
    other = world.member("fhe/fhe.cpython-312-x86_64-linux-gnu.so", "linux", part)
    wheel = world.any_wheel(other, world.member("fhe.libs/libcore.so.1", "linux", "x86_64"))
    assert world.findings(wheel, world.target("linux", "arm64")) == {}


def test_neutral_library_that_code_for_another_machine_links_is_asked_for_by_its_name(
    world: World,
) -> None:
    part = world.slice("x86_64", needed=["libcore.so.2"])
    library = world.slice("x86_64")
    wheel = world.any_wheel(
        world.member("pkg/lib/linux64-py38/api.so", "linux", part),
        world.member("pkg/lib/libcore.so.2", "linux", library),
    )
    found = world.findings(wheel, world.target("linux", "arm64"))
    assert found == {"AP401": Status.WRONG, "AP402": Status.DEGRADED}
    assert world.findings(wheel, world.target("linux", "x86_64")) == {}


_PREFIX = "cmeel.prefix"


def test_library_under_a_prefix_is_the_wheels_purpose_where_python_imports_nothing(
    world: World,
) -> None:
    wheel = world.wheel(
        world.program(f"{_PREFIX}/bin/octree2pointcloud", "macos", "x86_64"),
        world.member(f"{_PREFIX}/lib/liboctomap.dylib", "macos", "x86_64"),
        tags=["cp310-cp310-macosx_11_0_arm64"],
    )
    found = world.findings(wheel, world.target("macos", "arm64"))
    assert found == {"AP401": Status.WRONG, "AP501": Status.DEGRADED}


def test_library_with_the_wheels_name_is_its_purpose_though_programs_link_it(world: World) -> None:
    links = world.slice("x86_64", needed=["@rpath/libproject.dylib"], kind=BinaryKind.EXECUTABLE)
    program = world.member(f"{_PREFIX}/bin/convert", "macos", links)
    library = world.member(f"{_PREFIX}/lib/libproject.dylib", "macos", "x86_64")
    wheel = world.wheel(program, library, tags=["cp310-cp310-macosx_11_0_universal2"])
    found = world.findings(wheel, world.target("macos", "arm64"))
    assert found == {"AP401": Status.WRONG, "AP501": Status.DEGRADED}
    beside = world.member(f"{_PREFIX}/bin/libproject.dylib", "macos", "x86_64")
    program_alone = world.wheel(program, beside, tags=["cp310-cp310-macosx_11_0_universal2"])
    found = world.findings(program_alone, world.target("macos", "arm64"))
    assert found == {"AP501": Status.DEGRADED}


def test_front_end_may_lie_in_bin_and_link_a_name_with_a_version(world: World) -> None:
    links = world.slice("x86_64", needed=["@rpath/libassimp.5.dylib"], kind=BinaryKind.EXECUTABLE)
    wheel = world.wheel(
        world.member(f"{_PREFIX}/bin/assimp", "macos", links),
        world.member(f"{_PREFIX}/lib/libassimp.5.dylib", "macos", "x86_64"),
        tags=["cp310-cp310-macosx_11_0_arm64"],
    )
    found = world.findings(wheel, world.target("macos", "arm64"))
    assert found == {"AP401": Status.WRONG, "AP501": Status.DEGRADED}
