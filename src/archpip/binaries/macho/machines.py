"""The processors that Mach-O headers name.

Source: `<mach/machine.h>`.
"""

from msgspec import Struct

from archpip.architecture import Architecture

_ABI64 = 0x0100_0000
_ABI64_32 = 0x0200_0000
_SUBTYPE_MASK = 0x00FF_FFFF  # the high byte holds capabilities, as arm64e's pointer authentication
_POWERPC_TYPES = {18, 18 | _ABI64}


class Machine(Struct, frozen=True):
    """The meaning of a (cputype, cpusubtype) pair."""

    architecture: Architecture | None
    machine: str
    subtype: str
    bits: int
    big_endian: bool
    """The usual byte order of such machines; a header's magic is decisive."""


_TYPES: dict[int, tuple[str, int, Architecture | None]] = {
    1: ("CPU_TYPE_VAX", 32, None),
    6: ("CPU_TYPE_MC680x0", 32, None),
    7: ("CPU_TYPE_I386", 32, Architecture.I686),
    7 | _ABI64: ("CPU_TYPE_X86_64", 64, Architecture.X86_64),
    10: ("CPU_TYPE_MC98000", 32, None),
    11: ("CPU_TYPE_HPPA", 32, None),
    12: ("CPU_TYPE_ARM", 32, None),  # phones and watches only; no macOS was ever made for it
    12 | _ABI64: ("CPU_TYPE_ARM64", 64, Architecture.ARM64),
    12 | _ABI64_32: ("CPU_TYPE_ARM64_32", 32, Architecture.ARM64_32),
    13: ("CPU_TYPE_MC88000", 32, None),
    14: ("CPU_TYPE_SPARC", 32, None),
    15: ("CPU_TYPE_I860", 32, None),
    18: ("CPU_TYPE_POWERPC", 32, Architecture.PPC),
    18 | _ABI64: ("CPU_TYPE_POWERPC64", 64, Architecture.PPC64),
    24: ("CPU_TYPE_RISCV", 32, None),
}

# Subtypes that say more than "all of them". Those that are left out name the ordinary machine.
_SUBTYPES: dict[tuple[int, int], str] = {
    (7 | _ABI64, 8): "x86_64h",
    (12, 5): "armv4t",
    (12, 6): "armv6",
    (12, 7): "armv5",
    (12, 8): "xscale",
    (12, 9): "armv7",
    (12, 10): "armv7f",
    (12, 11): "armv7s",
    (12, 12): "armv7k",
    (12, 13): "armv8",
    (12, 14): "armv6m",
    (12, 15): "armv7m",
    (12, 16): "armv7em",
    (12 | _ABI64, 2): "arm64e",
    (18, 9): "ppc750",
    (18, 10): "ppc7400",
    (18, 11): "ppc7450",
    (18, 100): "ppc970",
    (18 | _ABI64, 100): "ppc970",
}


def find_machine(cpu_type: int, cpu_subtype: int) -> Machine:
    """Return the machine of the pair; a type that is in no table has its number as `machine`."""
    unknown = (f"{cpu_type:#010x}", 64 if cpu_type & _ABI64 else 32, None)
    name, bits, architecture = _TYPES.get(cpu_type, unknown)
    return Machine(
        architecture=architecture,
        machine=name,
        subtype=_SUBTYPES.get((cpu_type, cpu_subtype & _SUBTYPE_MASK), ""),
        bits=bits,
        big_endian=cpu_type in _POWERPC_TYPES,
    )
