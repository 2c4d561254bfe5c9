"""The profile of one target for build tools. Every file that a tool reads is written from it.

A strategy makes a profile from a target and a toolchain; the modules in `writers/` write it in each
tool's own format. Nothing here reads a file or the host.
"""

from pathlib import PurePath

from msgspec import Struct

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.targets import Target, extension_suffixes

FILES = "@ARCHPIP_FILES@"
"""Stands, in plans, for the folder that a build's planned files are written to."""

_LITTLE_ENDIAN_64 = "IEEE_QUAD_LE"


class Machine(Struct, frozen=True, kw_only=True):
    """The names of one architecture in GNU, CMake, meson, Rust and zig."""

    cmake: str
    meson_family: str
    bits: int
    gnu: str
    """The first part of a GNU triple."""
    rust: str
    """The first part of a Rust triple."""
    zig: str
    gnu_abi: str = "gnu"
    """The last part of a Linux triple with glibc; `musl` replaces its `gnu`."""
    big_endian: bool = False
    long_double: str | None = None
    """meson's `longdouble_format` on Linux, which numpy cannot find out in a cross build."""


_MACHINES = {
    Architecture.X86_64: Machine(
        cmake="x86_64",
        meson_family="x86_64",
        bits=64,
        gnu="x86_64",
        rust="x86_64",
        zig="x86_64",
        long_double="INTEL_EXTENDED_16_BYTES_LE",
    ),
    Architecture.ARM64: Machine(
        cmake="aarch64",
        meson_family="aarch64",
        bits=64,
        gnu="aarch64",
        rust="aarch64",
        zig="aarch64",
        long_double=_LITTLE_ENDIAN_64,
    ),
    Architecture.I686: Machine(
        cmake="i686",
        meson_family="x86",
        bits=32,
        gnu="i686",
        rust="i686",
        zig="x86",
        long_double="INTEL_EXTENDED_12_BYTES_LE",
    ),
    Architecture.ARMV7L: Machine(
        cmake="armv7l",
        meson_family="arm",
        bits=32,
        gnu="arm",
        rust="armv7",
        zig="arm",
        gnu_abi="gnueabihf",
        long_double="IEEE_DOUBLE_LE",
    ),
    Architecture.PPC64LE: Machine(
        cmake="ppc64le",
        meson_family="ppc64",
        bits=64,
        gnu="powerpc64le",
        rust="powerpc64le",
        zig="powerpc64le",
        long_double="IBM_DOUBLE_DOUBLE_LE",
    ),
    Architecture.S390X: Machine(
        cmake="s390x",
        meson_family="s390x",
        bits=64,
        gnu="s390x",
        rust="s390x",
        zig="s390x",
        big_endian=True,
        long_double="IEEE_QUAD_BE",
    ),
    Architecture.RISCV64: Machine(
        cmake="riscv64",
        meson_family="riscv64",
        bits=64,
        gnu="riscv64",
        rust="riscv64gc",
        zig="riscv64",
        long_double=_LITTLE_ENDIAN_64,
    ),
    Architecture.LOONGARCH64: Machine(
        cmake="loongarch64",
        meson_family="loongarch64",
        bits=64,
        gnu="loongarch64",
        rust="loongarch64",
        zig="loongarch64",
        long_double=_LITTLE_ENDIAN_64,
    ),
}

_CMAKE_SYSTEMS = {
    OperatingSystem.LINUX: "Linux",
    OperatingSystem.MACOS: "Darwin",
    OperatingSystem.WINDOWS: "Windows",
    OperatingSystem.ANDROID: "Android",
    OperatingSystem.IOS: "iOS",
}

_WINDOWS_PLATFORMS = {
    Architecture.X86_64: "win-amd64",
    Architecture.ARM64: "win-arm64",
    Architecture.I686: "win32",
}


def find_machine(architecture: Architecture) -> Machine | None:
    """Return the tools' names of an architecture; `None` if builds do not support it."""
    return _MACHINES.get(architecture)


class Compilers(Struct, frozen=True, kw_only=True):
    """The compilers and linkers for the target, each a path or a name on PATH.

    Single words: tools split such values at spaces, each in its own way. Mandatory options
    (`--sysroot`, `-target`) are in wrapper scripts.
    """

    c: str
    cxx: str
    archiver: str
    ranlib: str
    strip: str | None = None


class TargetProfile(Struct, frozen=True, kw_only=True):
    """One target with the compilers, headers and libraries that serve it."""

    target: Target
    compilers: Compilers
    include_folders: tuple[str, ...]
    """Headers of the target's Python: first the one with `Python.h`."""
    prefix: str
    """Where the target's Python is installed, as this machine sees it: `SYSROOT/usr`."""
    library_folder: str
    """The folder of the target's libpython and similar libraries."""
    python_library: str | None = None
    """What extension modules must be linked with: the import library on Windows."""
    sysroot: str | None = None
    find_roots: tuple[str, ...] = ()
    """Further sysroot-like folders, searched before it."""
    emulator: tuple[str, ...] = ()
    """A command that runs the target's programs here."""
    c_flags: tuple[str, ...] = ()
    link_flags: tuple[str, ...] = ()

    @property
    def machine(self) -> Machine:
        """The target's only architecture."""
        return _MACHINES[self.target.architectures[0]]

    @property
    def shared_flags(self) -> tuple[str, ...]:
        """What makes a compiler link an extension module."""
        if self.target.operating_system is OperatingSystem.MACOS:
            return ("-bundle", "-undefined", "dynamic_lookup", *self.link_flags)
        return ("-shared", *self.link_flags)

    @property
    def cmake_system(self) -> str:
        """CMake's CMAKE_SYSTEM_NAME."""
        return _CMAKE_SYSTEMS[self.target.operating_system]

    @property
    def gnu_triple(self) -> str:
        """`aarch64-linux-gnu`."""
        return gnu_triple(self.target)

    @property
    def rust_triple(self) -> str:
        """What cargo calls the target."""
        return rust_triple(self.target)

    @property
    def platform(self) -> str:
        """What `sysconfig.get_platform()` says on the target: `linux-aarch64`."""
        return python_platform(self.target)

    @property
    def extension_suffix(self) -> str:
        """The suffix that the target's own builds give to an extension module."""
        return extension_suffixes(self.target)[0]

    @property
    def soabi(self) -> str:
        """`cpython-311-aarch64-linux-gnu`."""
        return str(PurePath("x" + self.extension_suffix).with_suffix(""))[2:]


def gnu_triple(target: Target) -> str:
    """Return the GNU triple of a target."""
    machine = _MACHINES[target.architectures[0]]
    match target.operating_system:
        case OperatingSystem.LINUX:
            musl = target.libc is Libc.MUSL
            abi = machine.gnu_abi.replace("gnu", "musl") if musl else machine.gnu_abi
            return f"{machine.gnu}-linux-{abi}"
        case OperatingSystem.WINDOWS:
            return f"{machine.gnu}-w64-mingw32"
        case _:
            return f"{machine.gnu}-apple-darwin"


def rust_triple(target: Target, *, windows_abi: str = "msvc") -> str:
    """Return cargo's triple of a target."""
    machine = _MACHINES[target.architectures[0]]
    match target.operating_system:
        case OperatingSystem.LINUX:
            abi = gnu_triple(target).rpartition("-")[2]
            return f"{machine.rust}-unknown-linux-{abi}"
        case OperatingSystem.WINDOWS:
            return f"{machine.rust}-pc-windows-{windows_abi}"
        case _:
            return f"{machine.rust}-apple-darwin"


def python_platform(target: Target) -> str:
    """Return what `sysconfig.get_platform()` says on a target; tags are made from it.

    Source: CPython `Lib/sysconfig.py`, `get_platform`.
    """
    match target.operating_system:
        case OperatingSystem.WINDOWS:
            return _WINDOWS_PLATFORMS[target.architectures[0]]
        case OperatingSystem.MACOS:
            return f"macosx-{macos_floor(target)}-{target.architecture_name}"
        case _:
            return f"linux-{target.architecture_name}"


def macos_floor(target: Target) -> str:
    """Return the oldest macOS that code for a target can name: arm64 begins with 11.0.

    A universal2 wheel may name an older one; its arm64 slice is then made for 11.0 by the linker.
    """
    floor = target.floor
    if target.architectures == (Architecture.ARM64,):
        floor = max(floor, (11, 0))
    return f"{floor[0]}.{floor[1]}"
