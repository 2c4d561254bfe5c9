"""Write fat Mach-O files: a table, then slices, byte for byte as `lipo -create` lays them out.

Slices are copied unchanged, so that their signatures stay valid.

Source: `<mach-o/fat.h>` fat_header and fat_arch; `<mach-o/loader.h>` mach_header; the order and the
alignment of slices are those of Apple's lipo, which `llvm-lipo` follows.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct

from archpip.binaries import ByteSource, BytesSource
from archpip.fusing.errors import SliceUnusableError
from archpip.fusing.joined_source import JoinedSource, padding

FAT_MAGIC = 0xCAFEBABE
_FAT_HEADER = struct.Struct(">2L")
# fat_arch: cputype, cpusubtype, offset, size, align (a power of two's exponent).
_FAT_ARCH = struct.Struct(">5L")

_MACH_HEADER_START = struct.Struct("<3L")
_MH_MAGIC_64 = 0xFEEDFACF
_ARCHIVE_MAGIC = b"!<arch>\n"

CPU_TYPE_X86_64 = 0x01000007
CPU_TYPE_ARM64 = 0x0100000C
_CPU_SUBTYPE_X86_64_ALL = 3
_CPU_SUBTYPE_ARM64_ALL = 0

# A slice is mapped from its own page: 4 KiB on x86, 16 KiB on arm64.
_PAGE_EXPONENT = {CPU_TYPE_X86_64: 12, CPU_TYPE_ARM64: 14}
_ARCHIVE_EXPONENT = 3
_ARCHIVE_SUBTYPES = {
    CPU_TYPE_X86_64: _CPU_SUBTYPE_X86_64_ALL,
    CPU_TYPE_ARM64: _CPU_SUBTYPE_ARM64_ALL,
}
_LIMIT_32_BIT = 1 << 32


class _Entry(Struct, frozen=True, kw_only=True):
    cpu_type: int
    cpu_subtype: int
    exponent: int
    content: ByteSource


def join_slices(slices: Sequence[tuple[int, ByteSource]]) -> ByteSource:
    """Join thin files to a fat file.

    Args:
        slices: (CPU type, content) of each; Mach-O files or static archives. No type may repeat.

    Raises:
        SliceUnusableError: A slice is not of its type, a type repeats, or the file would pass
            4 GiB, which the 32-bit table cannot say.
    """
    entries = [_entry(cpu_type, content) for cpu_type, content in slices]
    if len({entry.cpu_type for entry in entries}) != len(entries):
        raise SliceUnusableError(reason="two slices are for one machine")
    # lipo sorts by alignment, which wastes least, and puts arm64 last.
    entries.sort(key=lambda entry: (entry.cpu_type == CPU_TYPE_ARM64, entry.exponent))
    table = [_FAT_HEADER.pack(FAT_MAGIC, len(entries))]
    offset = _FAT_HEADER.size + _FAT_ARCH.size * len(entries)
    body: list[ByteSource] = []
    for entry in entries:
        gap = -offset % (1 << entry.exponent)
        offset += gap
        if offset + entry.content.size >= _LIMIT_32_BIT:
            raise SliceUnusableError(reason="it would pass 4 GiB")
        table.append(
            _FAT_ARCH.pack(
                entry.cpu_type, entry.cpu_subtype, offset, entry.content.size, entry.exponent
            )
        )
        body += [padding(gap), entry.content]
        offset += entry.content.size
    return JoinedSource([BytesSource(b"".join(table)), *body])


def _entry(cpu_type: int, content: ByteSource) -> _Entry:
    head = content.read_at(0, _MACH_HEADER_START.size)
    if head.startswith(_ARCHIVE_MAGIC):
        return _Entry(
            cpu_type=cpu_type,
            cpu_subtype=_ARCHIVE_SUBTYPES[cpu_type],
            exponent=_ARCHIVE_EXPONENT,
            content=content,
        )
    if len(head) < _MACH_HEADER_START.size:
        raise SliceUnusableError(reason="a slice is too short for a Mach-O header")
    magic, found, cpu_subtype = _MACH_HEADER_START.unpack(head)
    if magic != _MH_MAGIC_64 or found != cpu_type:
        raise SliceUnusableError(reason="a slice is not what the wheel's name says")
    return _Entry(
        cpu_type=cpu_type,
        cpu_subtype=cpu_subtype,
        exponent=_PAGE_EXPONENT[cpu_type],
        content=content,
    )
