"""The header of one Mach-O slice.

Source: `<mach-o/loader.h>`: `mach_header`, `mach_header_64`.
"""

from struct import Struct

import msgspec

from archpip.binaries.macho.machines import Machine, find_machine
from archpip.binaries.model import BinaryKind
from archpip.binaries.window import Window

_MAGICS = {
    b"\xce\xfa\xed\xfe": ("<", 32),
    b"\xcf\xfa\xed\xfe": ("<", 64),
    b"\xfe\xed\xfa\xce": (">", 32),
    b"\xfe\xed\xfa\xcf": (">", 64),
}
# cputype, cpusubtype, filetype, ncmds, sizeofcmds, flags; where it is 64-bit, four bytes follow
_FIELDS = {"<": Struct("<6I"), ">": Struct(">6I")}
_KINDS = {
    1: BinaryKind.OBJECT,  # MH_OBJECT
    2: BinaryKind.EXECUTABLE,  # MH_EXECUTE
    6: BinaryKind.LIBRARY,  # MH_DYLIB
    8: BinaryKind.BUNDLE,  # MH_BUNDLE
}
_SIZES = {32: 28, 64: 32}
_MH_TWOLEVEL = 0x80

DYNAMIC_LOOKUP_ORDINAL = 0xFE
"""The library ordinal of a symbol with flat lookup in a file with two-level namespace."""


class MachHeader(msgspec.Struct, frozen=True):
    """The fields of the first 28 or 32 bytes."""

    machine: Machine
    kind: BinaryKind
    bits: int
    order: str
    """`<` or `>`, as `struct` writes byte order."""
    command_count: int
    commands_size: int
    commands_offset: int
    """From the start of the slice, in bytes."""
    two_level: bool
    """Undefined symbols have the library that they come from; if false, each is looked up flat."""


def is_thin(head: bytes) -> bool:
    """Return whether the first four bytes are a thin Mach-O file's or slice's."""
    return head[:4] in _MAGICS


def read_mach_header(part: Window) -> MachHeader:
    """Read the header; the caller has checked `is_thin`.

    Raises:
        TruncatedBinaryError: The file ends within it.
    """
    order, bits = _MAGICS[part.read(0, 4, "Mach-O magic")]
    cpu_type, cpu_subtype, file_type, count, size, flags = part.unpack(
        _FIELDS[order], 4, "Mach-O header"
    )
    return MachHeader(
        machine=find_machine(cpu_type, cpu_subtype),
        kind=_KINDS.get(file_type, BinaryKind.OTHER),
        bits=bits,
        order=order,
        command_count=count,
        commands_size=size,
        commands_offset=_SIZES[bits],
        two_level=bool(flags & _MH_TWOLEVEL),
    )
