"""Targets, a toolchain on paper, and requests for plans: no file, no program."""

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.builds import BuildSettings, CrossPython, Interpreter, Toolchain, Zig
from archpip.builds.backends import Backend
from archpip.builds.plan import BuildTools, PlanRequest
from archpip.targets import PythonTarget, Target, parse_target

MakeTarget = Callable[..., Target]

_PYTHON = PythonTarget(version=(3, 11, 7))
_HOST = Target(
    operating_system=OperatingSystem.LINUX,
    architectures=(Architecture.X86_64,),
    libc=Libc.GLIBC,
    floor=(2, 36),
    python=_PYTHON,
)


@pytest.fixture(name="host")
def _host() -> Target:
    """A Linux x86_64 machine with glibc 2.36 and CPython 3.11."""
    return _HOST


@pytest.fixture(name="make_target")
def _make_target() -> MakeTarget:
    """Parse a target's name; its Python is 3.11 unless another version is given."""

    def make(name: str, version: tuple[int, int, int] = (3, 11, 7), **changes: object) -> Target:
        target = parse_target(name, host=_HOST, python=replace(_PYTHON, version=version))
        return replace(target, **changes)

    return make


@pytest.fixture(name="toolchain")
def _toolchain() -> Toolchain:
    """A toolchain for linux-aarch64 whose sysroot is as new as Debian 12."""
    root = Path("/tools/linux-aarch64")
    headers = root / "sysroot/usr/include"
    return Toolchain(
        name="linux-aarch64",
        operating_system=OperatingSystem.LINUX,
        architecture=Architecture.ARM64,
        libc=Libc.GLIBC,
        c=root / "bin/aarch64-linux-gnu-gcc",
        cxx=root / "bin/aarch64-linux-gnu-g++",
        archiver=root / "bin/aarch64-linux-gnu-gcc-ar",
        ranlib=root / "bin/aarch64-linux-gnu-gcc-ranlib",
        strip=root / "bin/aarch64-linux-gnu-strip",
        sysroot=root / "sysroot",
        library_folder=root / "sysroot/usr/lib/aarch64-linux-gnu",
        libc_version=(2, 36),
        floors_folder=root / "floors",
        pythons=(
            CrossPython(
                version=(3, 11),
                include_folders=(headers / "python3.11", headers),
                executable=root / "sysroot/usr/bin/python3.11",
            ),
        ),
        emulator=(str(root / "bin/qemu-aarch64"),),
        origin="Debian bookworm, glibc 2.36",
    )


@pytest.fixture(name="interpreter")
def _interpreter() -> Interpreter:
    """The host's Python."""
    return Interpreter(
        target=_HOST,
        executable=Path("/usr/bin/python3.11"),
        include_folder=Path("/usr/include/python3.11"),
    )


MakeRequest = Callable[..., PlanRequest]


@pytest.fixture(name="make_request")
def _make_request(interpreter: Interpreter, toolchain: Toolchain) -> MakeRequest:
    """Ask for a plan on a machine that has the toolchain, and zig."""

    def make(
        target: Target,
        backend: Backend = Backend.SETUPTOOLS,
        settings: BuildSettings | None = None,
        tools: BuildTools | None = None,
    ) -> PlanRequest:
        return PlanRequest(
            project="markupsafe-3.0.2",
            target=target,
            backend=backend,
            settings=settings or BuildSettings(),
            tools=tools
            or BuildTools(
                interpreters=(interpreter,),
                toolchains=(toolchain,),
                zig=Zig(executable=Path("/tools/zig"), version="0.15.1"),
            ),
        )

    return make
