"""What an ELF file can be told to hold. Constants are named as the gABI and its supplements do."""

import struct
from dataclasses import dataclass
from enum import StrEnum

MACHINES = {
    "none": 0,
    "sparc": 2,
    "i386": 3,
    "m68k": 4,
    "mips": 8,
    "ppc": 20,
    "ppc64": 21,
    "s390": 22,
    "arm": 40,
    "sparcv9": 43,
    "ia64": 50,
    "x86_64": 62,
    "avr": 83,
    "hexagon": 164,
    "aarch64": 183,
    "cuda": 190,
    "amdgpu": 224,
    "riscv": 243,
    "bpf": 247,
    "loongarch": 258,
    "alpha": 0x9026,
}
"""`EM_*` by name; any number may be given in place of a name."""

EF_ARM_EABI_VER5 = 0x05000000
EF_ARM_ABI_FLOAT_SOFT = 0x00000200
EF_ARM_ABI_FLOAT_HARD = 0x00000400
EF_PPC64_ABI_V2 = 2


class ElfKind(StrEnum):
    """`e_type` of the header."""

    OBJECT = "object"
    EXECUTABLE = "executable"
    SHARED = "shared"
    CORE = "core"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsNeeded:
    """The symbol versions wanted of one library."""

    library: str
    versions: tuple[str, ...]
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfSymbol:
    """One entry of the dynamic symbol table."""

    name: str
    defined: bool
    weak: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ElfNote:
    """One note, found through PT_NOTE."""

    owner: str
    number: int
    payload: bytes


def android_note(api_level: int) -> ElfNote:
    """Describe `.note.android.ident`, by which Bionic's files name their API level.

    The level is written little-endian, as every Android machine has it.
    """
    return ElfNote(owner="Android", number=1, payload=struct.pack("<I", api_level))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elf:
    """One ELF file."""

    machine: str | int
    """A key of `MACHINES`, or `e_machine` itself."""
    bits: int = 64
    big_endian: bool = False
    kind: ElfKind = ElfKind.SHARED
    flags: int = 0
    os_abi: int = 0
    """0 System V, 3 Linux, 9 FreeBSD, 51 CUDA, 64 AMD HSA."""
    interpreter: str | None = None
    needed: tuple[str, ...] = ()
    soname: str | None = None
    rpath: str | None = None
    """Colon-separated, as it is written."""
    runpath: str | None = None
    version_needs: tuple[VersionsNeeded, ...] = ()
    symbols: tuple[ElfSymbol, ...] = ()
    notes: tuple[ElfNote, ...] = ()
    arm_hard_float: bool | None = None
    """Write `.ARM.attributes` with or without Tag_ABI_VFP_args; `None` writes none."""
    dynamic: bool = True
    """Write PT_DYNAMIC at all; objects, cores and static executables have none."""
    sections: bool = True
    """Write the section header table, which loaders do not need."""
    load_address: int = 0
    """The address of the file's first byte; a multiple of 0x1000."""
    code_bytes: int = 64
