"""What a thin Mach-O file can be told to hold.

Source: `<mach-o/loader.h>`, `<mach/machine.h>`; names of constants are theirs.
"""

from dataclasses import dataclass
from enum import StrEnum

SELF_LIBRARY_ORDINAL = 0x0
DYNAMIC_LOOKUP_ORDINAL = 0xFE
EXECUTABLE_ORDINAL = 0xFF


@dataclass(frozen=True, slots=True, kw_only=True)
class MachOMachine:
    """One (cputype, cpusubtype) pair and how its headers are laid out."""

    cpu_type: int
    cpu_subtype: int
    bits: int
    big_endian: bool = False
    alignment: int = 12
    """The power of two to which `lipo` aligns such a slice."""


CPU_ARCH_ABI64 = 0x01000000
CPU_ARCH_ABI64_32 = 0x02000000
CPU_SUBTYPE_PTRAUTH_ABI = 0x80000000  # arm64e with a versioned pointer-authentication ABI

MACHINES = {
    "i386": MachOMachine(cpu_type=7, cpu_subtype=3, bits=32),
    "x86_64": MachOMachine(cpu_type=7 | CPU_ARCH_ABI64, cpu_subtype=3, bits=64),
    "x86_64h": MachOMachine(cpu_type=7 | CPU_ARCH_ABI64, cpu_subtype=8, bits=64),
    "armv7": MachOMachine(cpu_type=12, cpu_subtype=9, bits=32, alignment=14),
    "arm64": MachOMachine(cpu_type=12 | CPU_ARCH_ABI64, cpu_subtype=0, bits=64, alignment=14),
    "arm64e": MachOMachine(
        cpu_type=12 | CPU_ARCH_ABI64,
        cpu_subtype=2 | CPU_SUBTYPE_PTRAUTH_ABI,
        bits=64,
        alignment=14,
    ),
    "arm64_32": MachOMachine(cpu_type=12 | CPU_ARCH_ABI64_32, cpu_subtype=1, bits=32, alignment=14),
    "ppc": MachOMachine(cpu_type=18, cpu_subtype=0, bits=32, big_endian=True),
    "ppc64": MachOMachine(cpu_type=18 | CPU_ARCH_ABI64, cpu_subtype=0, bits=64, big_endian=True),
}
"""Machines by the names that `lipo -archs` prints."""


class MachOKind(StrEnum):
    """`filetype` of the header."""

    OBJECT = "object"
    EXECUTE = "execute"
    DYLIB = "dylib"
    BUNDLE = "bundle"


class DylibKind(StrEnum):
    """How a library is asked for."""

    LOAD = "load"
    WEAK = "weak"
    REEXPORT = "reexport"
    UPWARD = "upward"
    LAZY = "lazy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dylib:
    """One library that a slice loads. Its place in the list, from 1, is its library ordinal."""

    name: str
    kind: DylibKind = DylibKind.LOAD


@dataclass(frozen=True, slots=True, kw_only=True)
class MachOSymbol:
    """One entry of the symbol table. See `defined`, `undefined` and `flat`."""

    name: str
    """As the file has it: C names begin with an underscore."""
    defined: bool
    ordinal: int = SELF_LIBRARY_ORDINAL
    """Of an undefined symbol: from which library, or by which lookup, it is bound."""
    weak: bool = False
    external: bool = True
    debug: bool = False
    """A stab: a note for debuggers, which no loader binds."""


def defined(name: str, *, weak: bool = False, external: bool = True) -> MachOSymbol:
    """Describe a symbol that the slice has."""
    return MachOSymbol(name=name, defined=True, weak=weak, external=external)


def undefined(name: str, *, ordinal: int, weak: bool = False) -> MachOSymbol:
    """Describe a symbol that the slice binds to its `ordinal`-th library, counted from 1."""
    return MachOSymbol(name=name, defined=False, ordinal=ordinal, weak=weak)


def flat(name: str, *, weak: bool = False) -> MachOSymbol:
    """Describe a symbol that the slice hopes to find in whatever else is loaded."""
    return MachOSymbol(name=name, defined=False, ordinal=DYNAMIC_LOOKUP_ORDINAL, weak=weak)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachO:
    """A thin Mach-O file, or one slice of a fat one."""

    architecture: str
    """A key of `MACHINES`."""
    kind: MachOKind = MachOKind.BUNDLE
    platform: str | None = "macos"
    """A key of `PLATFORMS`; `None` writes no version command, as linkers did before 2010."""
    minimum_os: tuple[int, int, int] = (11, 0, 0)
    old_version_command: bool = False
    """Write `LC_VERSION_MIN_*` where `LC_BUILD_VERSION` is due."""
    install_name: str | None = None
    """A dylib must have one, and gets `@rpath/lib.dylib` where none is given."""
    dylibs: tuple[Dylib, ...] = ()
    run_paths: tuple[str, ...] = ()
    symbols: tuple[MachOSymbol, ...] = ()
    two_level: bool = True
    big_endian: bool | None = None
    """Byte order, where it is not to be the machine's own."""
    code_bytes: int = 64
    header_padding: int = 0
    """Bytes between the load commands and the code, as `-headerpad` leaves."""
