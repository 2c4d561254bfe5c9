"""Real projects built for another machine, inspected, and run by the target's own Python."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture
from archpip.builds import (
    BuilderChoice,
    BuildFailedError,
    BuildSettings,
    BuiltForWrongTargetError,
    BuiltWheel,
    PureWheelError,
    SourceBuilder,
    Toolchain,
    ToolchainShelf,
    examine_toolchain,
)
from archpip.targets import Target
from archpip.verdicts import Status
from tests.cross.needs import glibc_needs

pytestmark = [
    pytest.mark.cross,
    pytest.mark.skipif(
        sys.platform != "linux" or sys.version_info[:2] != (3, 11),
        reason="Debian 12's cross compilers run on Linux, and its Python is 3.11",
    ),
]

_PROJECTS = Path(__file__).with_name("projects")


class TargetPython(Protocol):
    """The target's Python under the emulator; `conftest.py` has it."""

    def add(self, *wheels: Path) -> None: ...

    def add_published(self, *requirements: str) -> None: ...

    def run(self, script: str) -> str: ...


Build = Callable[..., BuiltWheel]
MakeBuilder = Callable[..., SourceBuilder]
MakeTarget = Callable[..., Target]
Fetch = Callable[[str], Path]


def assert_made_for_arm(built: BuiltWheel) -> None:
    """Every module is the target's, is called so, and asks for no newer glibc than 2.28."""
    assert built.wheel.verdict.status is Status.OK
    assert built.wheel.verdict.findings == ()
    for member in built.wheel.inspection.binaries:
        assert member.binary.architectures == {Architecture.ARM64}
        assert member.path.endswith(".cpython-311-aarch64-linux-gnu.so")
        for part in member.binary.slices:
            assert all(need <= (2, 28) for need in glibc_needs(part))
    assert built.wheel.inspection.binaries


def test_the_toolchain_works(toolchain: Toolchain, environment: dict[str, str]) -> None:
    checks = examine_toolchain(toolchain, environment=environment)
    assert [check for check in checks if not check.works] == []
    assert checks[-1].detail == "linux-aarch64"


def test_the_shelf_shows_it(shelf: ToolchainShelf, toolchain: Toolchain) -> None:
    assert toolchain.name == "linux-aarch64"
    names = [entry.name for entry in shelf.entries()]
    assert "linux-aarch64-py3.11" in names


@pytest.mark.parametrize(
    ("name", "script", "answer"),
    [
        pytest.param(
            "markupsafe",
            "from markupsafe import _speedups as s; print(s._escape_inner('<a>'))",
            "&lt;a&gt;",
            id="setuptools-c",
        ),
        pytest.param(
            "ujson", "import ujson; print(ujson.dumps([1.5]))", "[1.5]", id="setuptools-c++"
        ),
        pytest.param(
            "frozenlist",
            "from frozenlist._frozenlist import FrozenList as F; print(list(F([1, 2])))",
            "[1, 2]",
            id="cython-in-tree-backend",
        ),
    ],
)
def test_a_setuptools_project_runs_on_the_target(
    build: Build, target_python: TargetPython, name: str, script: str, answer: str
) -> None:
    built = build(name)
    assert_made_for_arm(built)
    target_python.add(built.path)
    assert target_python.run(script) == answer


def test_a_scikit_build_core_project_runs_on_the_target(
    build: Build, target_python: TargetPython
) -> None:
    built = build("levenshtein")
    assert_made_for_arm(built)  # CMake before 3.26 drops the suffix in a cross build
    target_python.add(built.path)
    target_python.add_published("rapidfuzz")
    script = "import Levenshtein; print(Levenshtein.distance('lewenstein', 'levenshtein'))"
    assert target_python.run(script) == "2"


def test_a_project_with_cmakes_newest_policies_is_built(build: Build) -> None:
    built = build("argon2_cffi_bindings")  # asks for the interpreter, by CMP0190 of CMake 4.1
    assert built.wheel.verdict.status is Status.OK
    assert built.path.name.endswith("-abi3-linux_aarch64.whl")


def test_a_py_build_cmake_project_runs_on_the_target(
    make_builder: MakeBuilder, make_target: MakeTarget, target_python: TargetPython
) -> None:
    built = make_builder().build(_PROJECTS / "adder", make_target("linux-aarch64"))
    assert_made_for_arm(built)
    assert built.path.name == "adder-1.0-cp311-cp311-linux_aarch64.whl"
    target_python.add(built.path)
    assert target_python.run("from adder._adder import add; print(add(2, 3))") == "5"


def test_a_meson_project_runs_on_the_target(build: Build, target_python: TargetPython) -> None:
    # Without optimization, which takes its C++ two minutes of a processor.
    plain = BuildSettings(config_settings=(("setup-args", ("-Doptimization=0",)),))
    built = build("contourpy", plain)
    assert_made_for_arm(built)
    target_python.add(built.path)
    target_python.add_published("numpy<2.3")
    script = "import contourpy; print(contourpy._contourpy.FillType.OuterCode.name)"
    assert target_python.run(script) == "OuterCode"


def test_the_targets_python_can_run_the_build(
    make_builder: MakeBuilder,
    make_target: MakeTarget,
    fetch: Fetch,
    target_python: TargetPython,
) -> None:
    builder = make_builder(BuilderChoice.EMULATED)
    built = builder.build(fetch("markupsafe"), make_target("linux-aarch64"))
    assert_made_for_arm(built)
    target_python.add(built.path)
    assert target_python.run("import markupsafe._speedups; print('runs')") == "runs"


def test_a_build_that_runs_its_own_target_code_runs_under_the_emulator(
    make_builder: MakeBuilder, make_target: MakeTarget
) -> None:
    target = make_target("linux-aarch64")
    with pytest.raises(BuildFailedError, match="OSError"):
        make_builder(BuilderChoice.CROSS).build(_PROJECTS / "asker", target)
    wheel = make_builder(BuilderChoice.EMULATED).build(_PROJECTS / "asker", target)
    with zipfile.ZipFile(wheel.path) as archive:
        assert archive.read("asker.py") == b"bits = 64\nmachine = 'aarch64'\n"


def test_this_machines_compiler_under_the_targets_name_is_refused(build: Build) -> None:
    # Only the tag is the target's: what `_PYTHON_HOST_PLATFORM` alone comes to.
    settings = BuildSettings(environment=(("CC", "gcc"), ("LDSHARED", "gcc -shared")))
    with pytest.raises(BuiltForWrongTargetError, match=r"linux_aarch64.whl.*AP101"):
        build("markupsafe", settings)


def test_a_cross_file_without_a_toolchain_is_refused(
    make_builder: MakeBuilder, make_target: MakeTarget, toolchain: Toolchain, tmp_path: Path
) -> None:
    cross = tmp_path / "cross.toml"
    cross.write_text(
        'implementation = "cp"\nversion = "311"\nabi = "cp311"\narch = "linux_aarch64"\n'
    )
    nothing = tmp_path / "toolchain.cmake"
    nothing.touch()
    own = replace(toolchain, py_build_cmake_cross_file=cross, cmake_toolchain_file=nothing)
    settings = BuildSettings(environment=(("CC", "gcc"), ("CXX", "g++")))
    with pytest.raises(BuiltForWrongTargetError):
        make_builder(own=own).build(
            _PROJECTS / "adder", make_target("linux-aarch64"), settings=settings
        )


def test_a_compiler_that_fails_is_not_swallowed(build: Build) -> None:
    # markupsafe's setup.py goes on without its extension, and makes `py3-none-any`.
    settings = BuildSettings(environment=(("CC", "/bin/false"),))
    with pytest.raises(PureWheelError, match=r"markupsafe\._speedups was to be compiled"):
        build("markupsafe", settings)


def test_a_folder_built_for_this_machine_is_no_obstacle(
    make_builder: MakeBuilder, make_target: MakeTarget, tmp_path: Path
) -> None:
    # py-build-cmake goes on with the build folder that it finds, whatever it was made for.
    project = tmp_path / "adder"
    shutil.copytree(_PROJECTS / "adder", project)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(project)]
    subprocess.run(command, check=True, capture_output=True)
    assert (project / ".py-build-cmake_cache").exists()
    assert_made_for_arm(make_builder().build(project, make_target("linux-aarch64")))
