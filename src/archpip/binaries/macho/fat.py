"""The table at the start of a fat Mach-O file.

Source: `<mach-o/fat.h>`: `fat_header`, `fat_arch`, `fat_arch_64`.
"""

from struct import Struct

import msgspec

from archpip.binaries.errors import MalformedBinaryError, TruncatedBinaryError
from archpip.binaries.limits import MAX_FAT_SLICES
from archpip.binaries.macho.header import is_thin
from archpip.binaries.macho.machines import Machine, find_machine
from archpip.binaries.window import Window

_MAGIC = b"\xca\xfe\xba\xbe"
_MAGIC_64 = b"\xca\xfe\xba\xbf"

_HEADER = Struct(">4sI")  # magic, nfat_arch
_ENTRY = Struct(">5I")  # cputype, cpusubtype, offset, size, align
_ENTRY_64 = Struct(">2I2Q2I")  # the same with wide offset and size, and a reserved field


class SliceRange(msgspec.Struct, frozen=True):
    """One entry of the table: the machine, and its slice's position in the file, in bytes."""

    machine: Machine
    offset: int
    size: int


def is_fat(head: bytes) -> bool:
    """Return whether the first eight bytes are a fat file's.

    Java class files share the 32-bit magic. Behind it they have a minor and a major version, which
    read as one number is 45 or more; no fat file has that many slices.
    """
    if len(head) < _HEADER.size:
        return False
    magic, count = _HEADER.unpack_from(head)
    return bool(magic == _MAGIC_64 or (magic == _MAGIC and count <= MAX_FAT_SLICES))


def is_macho(head: bytes) -> bool:
    """Return whether the first eight bytes are a Mach-O file's, thin or fat."""
    return is_thin(head) or is_fat(head)


def read_fat_table(file: Window) -> tuple[SliceRange, ...]:
    """Read where each slice of a fat file lies, in the table's order; no machine repeats.

    Every field is big-endian whatever the slices are, and the count is four bytes wide even when
    the entries are the 64-bit kind. Nothing behind the table is read.

    Raises:
        TruncatedBinaryError: The table or a slice runs past the end of the file.
        MalformedBinaryError: There is no slice or an absurd number, two overlap, or two are for one
            machine.
    """
    magic, count = _HEADER.unpack(file.read(0, _HEADER.size, "fat header"))
    entry = _ENTRY_64 if magic == _MAGIC_64 else _ENTRY
    if not 0 < count <= MAX_FAT_SLICES:
        raise MalformedBinaryError(what="fat header", offset=4, reason=f"claims {count} slices")
    table = file.read(_HEADER.size, count * entry.size, "fat slice table")
    ranges = []
    for cpu_type, cpu_subtype, offset, size, *_ in entry.iter_unpack(table):
        machine = find_machine(cpu_type, cpu_subtype)
        ranges.append(SliceRange(machine=machine, offset=offset, size=size))
    _check(ranges, table_end=_HEADER.size + len(table), file_size=file.size)
    return tuple(ranges)


def _check(ranges: list[SliceRange], *, table_end: int, file_size: int) -> None:
    """Raise an error for tables that loaders refuse: they select a slice by the table alone."""
    end = table_end
    for part in sorted(ranges, key=lambda part: part.offset):
        what = f"{part.machine.machine} slice"
        if part.offset < end:
            raise MalformedBinaryError(
                what=what, offset=part.offset, reason="overlaps the slice or the table before it"
            )
        end = part.offset + part.size
        if end > file_size:
            left = max(file_size - part.offset, 0)
            raise TruncatedBinaryError(what=what, offset=part.offset, wanted=part.size, got=left)
    names = [(part.machine.machine, part.machine.subtype) for part in ranges]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise MalformedBinaryError(
                what="fat slice table",
                offset=_HEADER.size,
                reason=f"names {' '.join(name).strip()} twice",
            )
