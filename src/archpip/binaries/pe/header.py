"""The headers of a PE file, and the mapping of its addresses to file offsets.

Source: https://learn.microsoft.com/windows/win32/debug/pe-format
"""

from enum import IntEnum
from struct import Struct

import msgspec

from archpip.binaries.errors import MalformedBinaryError
from archpip.binaries.limits import MAX_PE_SECTIONS, check_limit
from archpip.binaries.window import Window

_DOS_MAGIC = b"MZ"
_PE_MAGIC = b"PE\0\0"
_POINTER = Struct("<I")
_POINTER_OFFSET = 0x3C  # e_lfanew: the offset of the PE magic
_DOS_HEADER_BYTES = 64

COFF_HEADER = Struct("<2H3I2H")
"""Machine, NumberOfSections, TimeDateStamp, PointerToSymbolTable, NumberOfSymbols,
SizeOfOptionalHeader, Characteristics."""

# VirtualSize, VirtualAddress, SizeOfRawData, PointerToRawData between the name and five more fields
_SECTION = Struct("<8x4I16x")
_OPTIONAL_MAGIC = Struct("<H")
_PE32 = 0x10B
_PE32_PLUS = 0x20B
_SUBSYSTEM_VERSION = Struct("<2H")
_SUBSYSTEM_VERSION_OFFSET = 48
_SECTION_ALIGNMENT_OFFSET = 32
_HEADERS_SIZE_OFFSET = 60
_SUBSYSTEM_OFFSET = 68
# Offsets in the optional header of fields behind those that are as wide as an address.
_DIRECTORY_COUNT_OFFSET = {_PE32: 92, _PE32_PLUS: 108}
_IMAGE_BASE = {_PE32: (Struct("<I"), 28), _PE32_PLUS: (Struct("<Q"), 24)}
_DIRECTORY_ENTRY = Struct("<2I")
_MAX_DIRECTORIES = 16  # IMAGE_NUMBEROF_DIRECTORY_ENTRIES: the loader looks at no more

# Sections that fill whole pages are read from whole sectors, whatever their offset says; firmware
# programs are packed tighter, and their offsets count as they are.
_PAGE_BYTES = 0x1000
_SECTOR_BYTES = 0x200

_IMAGE_FILE_DLL = 0x2000


class Directory(IntEnum):
    """The data directories that are read here, by index."""

    EXPORT = 0
    IMPORT = 1
    LOAD_CONFIGURATION = 10
    DELAY_IMPORT = 13
    CLR = 14


class CoffHeader(msgspec.Struct, frozen=True):
    """The header directly behind the PE magic."""

    machine: int
    section_count: int
    optional_size: int
    is_dll: bool
    optional_offset: int
    """The offset of the optional header, in bytes from the start of the file."""


class Section(msgspec.Struct, frozen=True):
    """A region of the file and the address, relative to the image, that it is loaded to."""

    address: int
    offset: int
    size: int


class Image:
    """A PE file by the addresses that its loader gives to its bytes."""

    def __init__(self, file: Window, coff: CoffHeader) -> None:
        """Read the optional header and the section table.

        Raises:
            TruncatedBinaryError: The file ends within them.
            MalformedBinaryError: The optional header is of neither kind.
            UnsupportedBinaryError: There are more sections than the loader accepts.
        """
        self.file = file
        start = coff.optional_offset
        (magic,) = file.unpack(_OPTIONAL_MAGIC, start, "optional header")
        if magic not in _DIRECTORY_COUNT_OFFSET:
            raise MalformedBinaryError(
                what="optional header", offset=start, reason=f"has the unknown magic {magic:#x}"
            )
        self.is_wide = magic == _PE32_PLUS
        """PE32+, with addresses of eight bytes."""
        major, minor = file.unpack(
            _SUBSYSTEM_VERSION, start + _SUBSYSTEM_VERSION_OFFSET, "optional header"
        )
        self.subsystem_version = (major, minor)
        (self.subsystem,) = file.unpack(
            _OPTIONAL_MAGIC, start + _SUBSYSTEM_OFFSET, "optional header"
        )
        layout, base_offset = _IMAGE_BASE[magic]
        (self.base,) = file.unpack(layout, start + base_offset, "optional header")
        (self._headers_size,) = file.unpack(
            _POINTER, start + _HEADERS_SIZE_OFFSET, "optional header"
        )
        self._directories = _read_directories(file, coff, _DIRECTORY_COUNT_OFFSET[magic])
        (alignment,) = file.unpack(_POINTER, start + _SECTION_ALIGNMENT_OFFSET, "optional header")
        unit = _SECTOR_BYTES if alignment >= _PAGE_BYTES else 1
        self._sections = _read_sections(file, coff, unit=unit)

    def directory(self, which: Directory) -> tuple[int, int]:
        """Return the address and size of a data directory; zeros if the file has none."""
        return self._directories[which] if which < len(self._directories) else (0, 0)

    def at(self, address: int, what: str) -> Window:
        """View the file from the byte at a relative virtual address to the end of its section.

        Raises:
            MalformedBinaryError: No section loads that address from the file.
        """
        for section in self._sections:
            skipped = address - section.address
            if 0 <= skipped < section.size:
                return self.file.sub(section.offset + skipped, section.size - skipped)
        if 0 <= address < self._headers_size:
            return self.file.sub(address, self._headers_size - address)
        raise MalformedBinaryError(
            what=what,
            offset=self.file.start,
            reason=f"is at address {address:#x}, which no section loads",
        )


def is_dos(head: bytes) -> bool:
    """Return whether the first two bytes are a DOS file's, as every PE file's are too."""
    return head[:2] == _DOS_MAGIC


def find_pe_header(file: Window) -> int | None:
    """Return the offset of the PE magic; `None` in a DOS file that has none.

    Raises:
        BytesNotHeldError: It is, or would be, in a part that the source does not have.
    """
    if file.size < _DOS_HEADER_BYTES:
        return None
    (offset,) = file.unpack(_POINTER, _POINTER_OFFSET, "DOS header")
    if offset + len(_PE_MAGIC) > file.size:
        return None
    return offset if file.read(offset, len(_PE_MAGIC), "PE magic") == _PE_MAGIC else None


def read_coff_header(file: Window, pe_offset: int) -> CoffHeader:
    """Read the COFF header behind the PE magic.

    Raises:
        TruncatedBinaryError: The file ends within it.
    """
    offset = pe_offset + len(_PE_MAGIC)
    machine, sections, _, _, _, optional_size, flags = file.unpack(
        COFF_HEADER, offset, "COFF header"
    )
    return CoffHeader(
        machine=machine,
        section_count=sections,
        optional_size=optional_size,
        is_dll=bool(flags & _IMAGE_FILE_DLL),
        optional_offset=offset + COFF_HEADER.size,
    )


def _read_directories(
    file: Window, coff: CoffHeader, count_offset: int
) -> tuple[tuple[int, int], ...]:
    start = coff.optional_offset + count_offset
    (claimed,) = file.unpack(_POINTER, start, "optional header")
    room = (coff.optional_size - count_offset - _POINTER.size) // _DIRECTORY_ENTRY.size
    count = max(min(claimed, room, _MAX_DIRECTORIES), 0)
    table = file.read(start + _POINTER.size, count * _DIRECTORY_ENTRY.size, "data directories")
    return tuple((address, size) for address, size in _DIRECTORY_ENTRY.iter_unpack(table))


def _read_sections(file: Window, coff: CoffHeader, *, unit: int) -> tuple[Section, ...]:
    """Read the section table; offsets are cut to multiples of `unit`."""
    check_limit("sections", coff.section_count, MAX_PE_SECTIONS)
    start = coff.optional_offset + coff.optional_size
    table = file.read(start, coff.section_count * _SECTION.size, "section table")
    return tuple(
        Section(
            address=address, offset=offset - offset % unit, size=_loaded_size(virtual_size, size)
        )
        for virtual_size, address, size, offset in _SECTION.iter_unpack(table)
    )


def _loaded_size(virtual_size: int, size: int) -> int:
    """Return how many of a section's bytes are loaded: files may be padded, pages are whole.

    Old linkers wrote no virtual size at all.
    """
    if not virtual_size:
        return size
    return min(size, -(-virtual_size // _PAGE_BYTES) * _PAGE_BYTES)
