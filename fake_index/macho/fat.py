"""Write fat Mach-O files. Source: `<mach-o/fat.h>`; names of constants are its own."""

import struct
from dataclasses import dataclass

from fake_index.filler import align
from fake_index.macho.description import MACHINES, MachO
from fake_index.macho.thin import write_macho

FAT_MAGIC = 0xCAFEBABE
FAT_MAGIC_64 = 0xCAFEBABF


@dataclass(frozen=True, slots=True, kw_only=True)
class FatMember:
    """One slice of a fat file as raw bytes, for tables that lie and for slices of archives."""

    architecture: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FatMachO:
    """A fat Mach-O file."""

    slices: tuple[MachO | FatMember, ...]
    wide: bool = False
    """Write the table with 64-bit offsets (`FAT_MAGIC_64`)."""
    count: int | None = None
    """What the header claims, where that is not the truth."""


def write_fat(description: FatMachO) -> bytes:
    """Write a fat Mach-O file as `lipo -create` lays it out.

    The table is big-endian whatever the slices are, and the count is four bytes wide also where
    the entries are the 64-bit kind (`<mach-o/fat.h>`).
    """
    slices = [(MACHINES[part.architecture], _slice_bytes(part)) for part in description.slices]
    count = len(slices) if description.count is None else description.count
    table = struct.pack(">II", FAT_MAGIC_64 if description.wide else FAT_MAGIC, count)
    entry_size = 32 if description.wide else 20
    end = len(table) + entry_size * len(slices)
    body = b""
    for machine, content in slices:
        offset = align(end + len(body), 1 << machine.alignment)
        table += struct.pack(
            ">IIQQII" if description.wide else ">IIIII",
            machine.cpu_type,
            machine.cpu_subtype,
            offset,
            len(content),
            machine.alignment,
            *((0,) if description.wide else ()),
        )
        body = body.ljust(offset - end, b"\0") + content
    return table + body


def _slice_bytes(part: MachO | FatMember) -> bytes:
    return part.content if isinstance(part, FatMember) else write_macho(part)
