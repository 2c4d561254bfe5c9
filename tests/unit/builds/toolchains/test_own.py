from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.architecture import Architecture, Libc
from archpip.builds import InvalidToolchainError, describe_toolchain
from archpip.targets import Target


@pytest.fixture(name="target")
def _target(make_target: Callable[..., Target]) -> Target:
    return make_target("linux-aarch64")


@pytest.fixture(name="sysroot")
def _sysroot(tmp_path: Path) -> Path:
    """A sysroot with the headers of two Pythons, as Debian lays it out."""
    for version in ("3.11", "3.13"):
        headers = tmp_path / "sysroot" / "usr" / "include" / f"python{version}"
        headers.mkdir(parents=True)
        (headers / "Python.h").touch()
    (tmp_path / "sysroot/usr/lib/aarch64-linux-gnu").mkdir(parents=True)
    return tmp_path / "sysroot"


def test_a_compiler_and_a_sysroot_are_enough(target: Target, sysroot: Path, tmp_path: Path) -> None:
    table = {"c": "aarch64-linux-gnu-gcc-12", "sysroot": "sysroot"}
    toolchain = describe_toolchain(target, table, folder=tmp_path)
    assert toolchain.name == "linux-aarch64"
    assert (toolchain.architecture, toolchain.libc) == (Architecture.ARM64, Libc.GLIBC)
    assert toolchain.serves(target)
    assert toolchain.cxx == Path("aarch64-linux-gnu-g++-12")
    assert toolchain.archiver == Path("aarch64-linux-gnu-ar")
    assert toolchain.strip == Path("aarch64-linux-gnu-strip")
    assert toolchain.sysroot == sysroot
    assert toolchain.library_folder == sysroot / "usr/lib/aarch64-linux-gnu"
    assert [python.version for python in toolchain.pythons] == [(3, 11), (3, 13)]
    assert toolchain.pythons[0].include_folders == (sysroot / "usr/include/python3.11",)


def test_a_cmake_toolchain_file_says_the_same(
    target: Target, sysroot: Path, tmp_path: Path
) -> None:
    file = tmp_path / "aarch64.cmake"
    file.write_text(
        "set(CMAKE_SYSTEM_NAME Linux)\n"
        'set(CMAKE_C_COMPILER "/opt/x/bin/aarch64-linux-gnu-gcc")\n'
        "  SET( CMAKE_CXX_COMPILER /opt/x/bin/g++ )\n"
        "set(CMAKE_AR ${TOOLS}/ar)\n"
        f"set(CMAKE_SYSROOT {sysroot})\n"
    )
    table = {"cmake-toolchain-file": "aarch64.cmake"}
    toolchain = describe_toolchain(target, table, folder=tmp_path)
    assert toolchain.cmake_toolchain_file == file
    assert toolchain.c == Path("/opt/x/bin/aarch64-linux-gnu-gcc")
    assert toolchain.cxx == Path("/opt/x/bin/g++")
    assert toolchain.archiver == Path("/opt/x/bin/aarch64-linux-gnu-ar")
    assert toolchain.sysroot == sysroot


def test_a_cross_file_leads_to_its_toolchain_file(
    target: Target, sysroot: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.cmake").write_text(
        f"set(CMAKE_C_COMPILER clang)\nset(CMAKE_SYSROOT {sysroot})\n"
    )
    (tmp_path / "cross.toml").write_text('arch = "linux_aarch64"\ntoolchain_file = "a.cmake"\n')
    table = {"py-build-cmake-cross-file": "cross.toml"}
    toolchain = describe_toolchain(target, table, folder=tmp_path)
    assert toolchain.py_build_cmake_cross_file == tmp_path / "cross.toml"
    assert toolchain.cmake_toolchain_file == tmp_path / "a.cmake"
    assert (toolchain.c, toolchain.cxx) == (Path("clang"), Path("clang++"))
    assert toolchain.archiver == Path("llvm-ar")


def test_the_table_holds_over_the_file(target: Target, sysroot: Path, tmp_path: Path) -> None:
    (tmp_path / "a.cmake").write_text("set(CMAKE_C_COMPILER gcc)\nset(CMAKE_SYSROOT /)\n")
    table = {"cmake-toolchain-file": "a.cmake", "sysroot": str(sysroot)}
    assert describe_toolchain(target, table, folder=tmp_path).sysroot == sysroot


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"c": "gcc"}, "`sysroot` must be a text"),
        ({"sysroot": "/"}, "`c` must be a text"),
        ({"cmake-toolchain-file": "none.cmake"}, "none.cmake"),
        ({"c": "gcc", "sysroot": "/", "colour": "red"}, "`colour` is not known"),
        ({"py-build-cmake-cross-file": "odd.toml"}, "`c` must be a text"),
        ({"py-build-cmake-cross-file": "deep.toml"}, "nested too deeply"),
    ],
)
def test_what_is_missing_is_named(
    target: Target, tmp_path: Path, table: dict[str, object], message: str
) -> None:
    (tmp_path / "odd.toml").write_text('cmake = "none"\n')
    (tmp_path / "deep.toml").write_text(f"a = {'[' * 5000}")
    with pytest.raises(InvalidToolchainError, match=message):
        describe_toolchain(target, table, folder=tmp_path)
