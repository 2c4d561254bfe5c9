"""The ELF header and the program headers behind it.

Source: gABI chapters 4 "ELF Header" and 5 "Program Header".
"""

from struct import Struct

import msgspec

from archpip.binaries.errors import MalformedBinaryError
from archpip.binaries.limits import MAX_PROGRAM_HEADERS, MAX_SECTION_HEADERS, check_limit
from archpip.binaries.window import Window

MAGIC = b"\x7fELF"

_IDENTITY_BYTES = 16
_WIDE_BITS = 64
_CLASSES = {1: 32, 2: _WIDE_BITS}
_ORDERS = {1: "<", 2: ">"}

# e_type, e_machine, e_version, e_entry, e_phoff, e_shoff, e_flags, e_ehsize, e_phentsize, e_phnum,
# e_shentsize, e_shnum, e_shstrndx
_HEADERS = {
    (bits, order): Struct(f"{order}2HI3{word}I6H")
    for bits, word in ((32, "I"), (64, "Q"))
    for order in "<>"
}
# 32: p_type, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_flags, p_align
# 64: p_type, p_flags, p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align
_SEGMENTS = {
    (bits, order): Struct(order + fields)
    for bits, fields in ((32, "8I"), (64, "2I6Q"))
    for order in "<>"
}
# sh_name, sh_type, sh_flags, sh_addr, sh_offset, sh_size, sh_link, sh_info, sh_addralign,
# sh_entsize
_SECTIONS = {
    (bits, order): Struct(order + fields)
    for bits, fields in ((32, "10I"), (64, "2I4Q2I2Q"))
    for order in "<>"
}


class ElfHeader(msgspec.Struct, frozen=True):
    """The fields of the ELF header about the whole file."""

    bits: int
    order: str
    """`<` or `>`, as `struct` writes byte order."""
    os_abi: int
    type: int
    machine: int
    flags: int
    segments_offset: int
    segment_size: int
    segment_count: int
    sections_offset: int
    section_size: int
    section_count: int

    @property
    def is_wide(self) -> bool:
        """ELFCLASS64: addresses and offsets have eight bytes."""
        return self.bits == _WIDE_BITS


class Segment(msgspec.Struct, frozen=True):
    """One program header; offset and size are bytes in the file."""

    type: int
    offset: int
    address: int
    size: int
    alignment: int
    memory_size: int = 0
    """Bytes in memory; those beyond `size` are zeros there."""


class Section(msgspec.Struct, frozen=True):
    """One section header; offset and size are bytes in the file."""

    type: int
    address: int
    offset: int
    size: int


def read_elf_header(file: Window) -> ElfHeader:
    """Read the first 52 or 64 bytes.

    Raises:
        TruncatedBinaryError: The file ends within them.
        MalformedBinaryError: Word size or byte order is not one of the two that exist.
    """
    identity = file.read(0, _IDENTITY_BYTES, "ELF identification")
    bits = _CLASSES.get(identity[4])
    order = _ORDERS.get(identity[5])
    if bits is None or order is None:
        raise MalformedBinaryError(
            what="ELF identification",
            offset=file.start + 4,
            reason=f"has class {identity[4]} and byte order {identity[5]}; both are 1 or 2",
        )
    fields = file.unpack(_HEADERS[bits, order], _IDENTITY_BYTES, "ELF header")
    return ElfHeader(
        bits=bits,
        order=order,
        os_abi=identity[7],
        type=fields[0],
        machine=fields[1],
        flags=fields[6],
        segments_offset=fields[4],
        segment_size=fields[8],
        segment_count=fields[9],
        sections_offset=fields[5],
        section_size=fields[10],
        section_count=fields[11],
    )


def read_segments(file: Window, header: ElfHeader) -> tuple[Segment, ...]:
    """Read the program headers, in file order; objects have none.

    Raises:
        TruncatedBinaryError: The file ends within them.
        MalformedBinaryError: Their size is not the format's.
        UnsupportedBinaryError: They are more than any real file has.
    """
    count = header.segment_count
    if not count:
        return ()
    layout = _SEGMENTS[header.bits, header.order]
    if header.segment_size != layout.size:
        raise MalformedBinaryError(
            what="ELF header",
            offset=file.start,
            reason=f"says program headers have {header.segment_size} bytes, not {layout.size}",
        )
    # PN_XNUM, 0xFFFF, which says that the count stands elsewhere, is above the limit as well.
    check_limit("program headers", count, MAX_PROGRAM_HEADERS)
    table = file.read(header.segments_offset, count * layout.size, "program headers")
    if header.is_wide:
        return tuple(
            Segment(kind, offset, address, size, alignment, in_memory)
            for kind, _, offset, address, _, size, in_memory, alignment in layout.iter_unpack(table)
        )
    return tuple(
        Segment(kind, offset, address, size, alignment, in_memory)
        for kind, offset, address, _, size, in_memory, _, alignment in layout.iter_unpack(table)
    )


def find_section(file: Window, header: ElfHeader, kind: int) -> Section | None:
    """Return the first section of a type; `None` also if there are no readable sections.

    Loaders need no sections, and stripped files have none: they can only add to the facts from
    segments. They are at the end of most files.

    Raises:
        TruncatedBinaryError: The file ends within the section headers.
    """
    layout = _SECTIONS[header.bits, header.order]
    count = header.section_count
    if not header.sections_offset or header.section_size != layout.size:
        return None
    table = file.read(
        header.sections_offset, min(count, MAX_SECTION_HEADERS) * layout.size, "section headers"
    )
    for _, found, _, address, offset, size, *_ in layout.iter_unpack(table):
        if found == kind:
            return Section(type=kind, address=address, offset=offset, size=size)
    return None
