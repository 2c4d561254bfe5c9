"""What archpip knows of one native binary, whatever its format.

These are facts read from bytes. Nothing here knows a target, a wheel or a rule.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from archpip.architecture import Architecture


class ByteSource(Protocol):
    """Bytes that can be read anywhere, of a file that may be far away or very large.

    Reads may be slow; a reader asks for as little as it can. Whoever opened it closes it.
    """

    @property
    def size(self) -> int:
        """The length in bytes."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes from `offset`; fewer than `length` only at the end of the source."""
        ...


class BinaryFormat(StrEnum):
    """The container format of a native binary."""

    MACHO = "mach-o"
    ELF = "elf"
    PE = "pe"


class BinaryKind(StrEnum):
    """What a binary is for, as its header says."""

    EXECUTABLE = "executable"
    LIBRARY = "library"  # ELF ET_DYN without interpreter, Mach-O MH_DYLIB, PE DLL
    BUNDLE = "bundle"  # Mach-O MH_BUNDLE: can be loaded, not linked against
    OBJECT = "object"  # relocatable: nothing loads it (also archives of objects)
    OTHER = "other"


class Platform(StrEnum):
    """The system that a binary says it was made for; ELF mostly does not say."""

    MACOS = "macos"
    IOS = "ios"
    IOS_SIMULATOR = "ios-simulator"
    MAC_CATALYST = "mac-catalyst"
    TVOS = "tvos"
    WATCHOS = "watchos"
    VISIONOS = "visionos"
    DRIVERKIT = "driverkit"
    OTHER_APPLE = "other-apple"
    LINUX = "linux"
    ANDROID = "android"
    FREEBSD = "freebsd"
    OTHER_UNIX = "other-unix"
    WINDOWS = "windows"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededLibrary:
    """A library that the loader must find before this slice runs."""

    name: str
    """As written: `@rpath/libfoo.dylib`, `libfoo.so.1`, `KERNEL32.dll`."""
    weak: bool = False
    """The slice loads without it (Mach-O weak, PE delay-loaded)."""
    reexported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNeed:
    """One symbol version that an ELF slice wants of a library (`.gnu.version_r`)."""

    library: str
    version: str
    """`GLIBC_2.17`, `CXXABI_1.3`."""
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnboundSymbols:
    """Symbols that one Mach-O slice leaves to flat lookup while another slice has them.

    This is what makes a slice hollow: the symbol is undefined, not weak, bound by flat lookup
    (library ordinal 0xFE, or any undefined symbol of a flat-namespace image), and another slice of
    the same file either defines it or binds it to a library that is not the system's.
    """

    count: int
    examples: tuple[str, ...]
    """The first few by name, at most eight, sorted."""
    counterpart: Architecture | None
    """The slice that has them."""
    provider: str | None
    """The library that the counterpart binds them to, or `None` where it defines them itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One architecture's part of a binary; a thin binary has exactly one."""

    architecture: Architecture | None
    """`None` where the header names a machine that is in no table; see `machine`."""
    machine: str
    """The header's own words, for people: `EM_AARCH64`, `CPU_TYPE_ARM64/arm64e`, `0x0000`."""
    subtype: str = ""
    """`arm64e`, `x86_64h`, `arm64x`, `hybrid`; empty for the ordinary one."""
    kind: BinaryKind
    bits: int
    big_endian: bool = False
    platform: Platform | None = None
    minimum_os: tuple[int, int, int] | None = None
    """Mach-O `minos`; PE subsystem version with a zero third part."""
    needed: tuple[NeededLibrary, ...] = ()
    """In the loader's order."""
    run_paths: tuple[str, ...] = ()
    """Mach-O LC_RPATH, ELF RUNPATH or else RPATH, split at colons, in search order."""
    install_name: str | None = None
    """Mach-O LC_ID_DYLIB, ELF DT_SONAME, PE export name: what others call this library."""
    interpreter: str | None = None
    """ELF PT_INTERP."""
    version_needs: tuple[VersionNeed, ...] = ()
    managed: bool = False
    """A .NET assembly of IL only, which runs on any CPU whatever the PE header says."""
    unbound: UnboundSymbols | None = None
    exports_python_init: tuple[str, ...] = ()
    """`PyInit_*` names it defines, where the symbols were read."""
    symbols_read: bool = False
    """Whether `unbound` and `exports_python_init` mean something for this slice."""
    offset: int = 0
    """Where the slice begins, in bytes from the start of the file."""
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """One native file."""

    format: BinaryFormat
    slices: tuple[Slice, ...]
    """In file order; at least one. No (architecture, subtype) pair repeats."""

    @property
    def architectures(self) -> frozenset[Architecture]:
        """The architectures that have a slice."""
        return frozenset(s.architecture for s in self.slices if s.architecture is not None)
