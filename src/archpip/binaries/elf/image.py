"""An ELF file as its loader sees it: addresses, segments and the dynamic table.

Sections play no part here: a loader needs none, and stripped files may have none.

Source: gABI chapter 5 "Program Loading" and "Dynamic Section".
"""

from functools import lru_cache
from struct import Struct

from archpip.binaries.elf.header import ElfHeader, Segment
from archpip.binaries.errors import MalformedBinaryError
from archpip.binaries.limits import MAX_DYNAMIC_BYTES, check_limit
from archpip.binaries.window import Window

PT_LOAD = 1
PT_DYNAMIC = 2
PT_INTERP = 3
PT_NOTE = 4

DT_NEEDED = 1
DT_HASH = 4
DT_STRTAB = 5
DT_SYMTAB = 6
DT_STRSZ = 10
DT_SONAME = 14
DT_RPATH = 15
DT_RUNPATH = 29
DT_GNU_HASH = 0x6FFF_FEF5
DT_FLAGS_1 = 0x6FFF_FFFB
DT_VERNEED = 0x6FFF_FFFE
DT_VERNEEDNUM = 0x6FFF_FFFF
_DT_NULL = 0

_PAGE_BYTES = 4096
"""The smallest pages of any machine."""


class Image:
    """The bytes of a file by the addresses to which its PT_LOAD segments load them."""

    def __init__(self, file: Window, header: ElfHeader, segments: tuple[Segment, ...]) -> None:
        self.file = file
        self.header = header
        self.segments = segments

    def at(self, address: int, what: str) -> Window:
        """View the file from the byte at an address to the end of what is loaded with it.

        Raises:
            MalformedBinaryError: No segment loads that address from the file.
        """
        loaded = [segment for segment in self.segments if segment.type == PT_LOAD and segment.size]
        # What a segment names itself goes before what merely shares another's last page.
        for extent in (_named_size, _mapped_size):
            for segment in loaded:
                skipped = address - segment.address
                if 0 <= skipped < extent(segment):
                    start = segment.offset + skipped
                    return self.file.sub(start, _find_end(segment, loaded) - start)
        raise MalformedBinaryError(
            what=what,
            offset=self.file.start,
            reason=f"is at address {address:#x}, which no segment loads",
        )

    def layout(self, fields: str) -> Struct:
        """Return a structure in this file's byte order."""
        return _layout(self.header.order + fields)

    def find_segment(self, kind: int) -> Segment | None:
        """Return the first segment of a type that has bytes in the file."""
        return next((part for part in self.segments if part.type == kind and part.size), None)


class DynamicTable:
    """The (tag, value) pairs of PT_DYNAMIC, and the strings that they point into."""

    def __init__(self, image: Image) -> None:
        """Read the pairs; a file without PT_DYNAMIC has none.

        Raises:
            TruncatedBinaryError: The file ends within the table.
            MalformedBinaryError: Its strings are at an address that no segment loads.
            UnsupportedBinaryError: It is longer than any real one.
        """
        self.image = image
        self._entries = _read_entries(image)
        self._first = dict(reversed(self._entries))
        # A file without DT_STRTAB has no names, so an empty view makes any name an error.
        address = self.first(DT_STRTAB)
        if address is None:
            self.strings = image.file.sub(0, 0)
        else:
            found = image.at(address, "dynamic string table")
            self.strings = found.sub(0, self._first.get(DT_STRSZ, found.size))

    def first(self, tag: int) -> int | None:
        """Return the value of a tag that occurs at most once."""
        return self._first.get(tag)

    def every(self, tag: int) -> list[int]:
        """Return the values of a tag that may repeat, in the table's order."""
        return [value for found, value in self._entries if found == tag]


@lru_cache
def _layout(fields: str) -> Struct:
    return Struct(fields)


def _named_size(segment: Segment) -> int:
    return segment.size


def _mapped_size(segment: Segment) -> int:
    """Return how many bytes of the file a loader maps: whole pages, if no zeros follow.

    patchelf has grown string tables past `p_filesz`, and such programs run.
    """
    if segment.memory_size > segment.size:
        return segment.size
    return segment.size + -(segment.address + segment.size) % _PAGE_BYTES


def _find_end(segment: Segment, loaded: list[Segment]) -> int:
    """Return the end in the file of a segment and of those that follow it without a gap.

    patchelf puts its additions into a segment of their own before a program's first one, and tables
    extend from that into the next; to the loader they are contiguous memory.
    """
    end = segment.offset + _mapped_size(segment)
    for other in loaded:  # in the order of addresses (gABI, "Program Header")
        follows = other.address - other.offset == segment.address - segment.offset
        if follows and segment.offset < other.offset <= end:
            end = max(end, other.offset + _mapped_size(other))
    return end


def _read_entries(image: Image) -> list[tuple[int, int]]:
    segment = image.find_segment(PT_DYNAMIC)
    if segment is None:
        return []
    check_limit("bytes of dynamic table", segment.size, MAX_DYNAMIC_BYTES)
    layout = image.layout("QQ" if image.header.is_wide else "II")
    size = segment.size - segment.size % layout.size
    entries = []
    for tag, value in layout.iter_unpack(image.file.read(segment.offset, size, "dynamic table")):
        if tag == _DT_NULL:
            break
        entries.append((tag, value))
    return entries
