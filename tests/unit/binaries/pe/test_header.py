import struct

import pytest

from archpip.binaries import (
    Depth,
    MalformedBinaryError,
    TruncatedBinaryError,
    UnsupportedBinaryError,
)
from fake_index.pe import Pe, PeImport, write_pe
from tests.unit.binaries.reads import patched, read_slice

CONTENT = write_pe(Pe(machine="amd64", imports=(PeImport(dll="KERNEL32.dll"),)))
COFF = 0x84
OPTIONAL = COFF + 20
DIRECTORIES = OPTIONAL + 112
SECTIONS = OPTIONAL + 240


def test_an_optional_header_of_no_kind_is_malformed() -> None:
    with pytest.raises(MalformedBinaryError, match=r"at \+0x98 has the unknown magic 0x107"):
        read_slice(patched(CONTENT, OPTIONAL, b"\x07\x01"), Depth.LINKS)


def test_absurdly_many_sections_are_unsupported() -> None:
    with pytest.raises(UnsupportedBinaryError, match="sections: 65535 is more than the 96"):
        read_slice(patched(CONTENT, COFF + 2, b"\xff\xff"), Depth.LINKS)


@pytest.mark.parametrize("length", [COFF, COFF + 19])
def test_a_cut_coff_header_is_truncated(length: int) -> None:
    with pytest.raises(TruncatedBinaryError, match="COFF header"):
        read_slice(CONTENT[:length], Depth.HEADERS)


@pytest.mark.parametrize("length", [OPTIONAL + 1, OPTIONAL + 50, DIRECTORIES, SECTIONS + 10])
def test_cut_headers_are_truncated(length: int) -> None:
    with pytest.raises(TruncatedBinaryError):
        read_slice(CONTENT[:length], Depth.LINKS)


def test_fewer_directories_than_sixteen() -> None:
    without = patched(CONTENT, DIRECTORIES - 4, struct.pack("<I", 1))
    assert read_slice(without, Depth.LINKS).needed == ()


def test_a_count_of_directories_beyond_the_header_is_cut_to_it() -> None:
    many = patched(CONTENT, DIRECTORIES - 4, b"\xff\xff\xff\xff")
    assert read_slice(many, Depth.LINKS) == read_slice(CONTENT, Depth.LINKS)


def test_an_address_in_no_section_is_malformed() -> None:
    lost = patched(CONTENT, DIRECTORIES + 8, struct.pack("<I", 0x7FFF0000))
    with pytest.raises(MalformedBinaryError, match=r"import table .* address 0x7fff0000, which no"):
        read_slice(lost, Depth.LINKS)


def test_an_address_in_the_headers_is_where_it_is() -> None:
    """Small linkers put tables there; the loader maps headers one to one."""
    place = SECTIONS + 100
    name = place + 60
    table = struct.pack("<5I", 1, 0, 0, name, 1) + bytes(20)
    content = patched(patched(CONTENT, place, table), name, b"tiny.dll\0")
    content = patched(content, DIRECTORIES + 8, struct.pack("<I", place))
    assert [library.name for library in read_slice(content, Depth.LINKS).needed] == ["tiny.dll"]


DATA_SECTION = SECTIONS + 40


def test_sections_of_whole_pages_begin_at_whole_sectors() -> None:
    """The Windows loader cuts a section's offset down, and some packers rely on it."""
    (offset,) = struct.unpack_from("<I", CONTENT, DATA_SECTION + 20)
    odd = patched(CONTENT, DATA_SECTION + 20, struct.pack("<I", offset + 0x1F0))
    assert read_slice(odd, Depth.LINKS).needed == read_slice(CONTENT, Depth.LINKS).needed


def test_sections_of_firmware_programs_begin_where_they_say() -> None:
    (offset,) = struct.unpack_from("<I", CONTENT, DATA_SECTION + 20)
    tight = bytearray(CONTENT[:offset] + bytes(0x20) + CONTENT[offset:])
    struct.pack_into("<I", tight, OPTIONAL + 32, 0x20)
    struct.pack_into("<I", tight, DATA_SECTION + 20, offset + 0x20)
    assert read_slice(bytes(tight), Depth.LINKS).needed == read_slice(CONTENT, Depth.LINKS).needed


def test_what_a_section_has_beyond_its_last_page_is_not_loaded() -> None:
    directory = struct.unpack_from("<I", CONTENT, DIRECTORIES + 8)[0]
    (address,) = struct.unpack_from("<I", CONTENT, DATA_SECTION + 12)
    bent = bytearray(CONTENT + bytes(0x2000))
    struct.pack_into("<II", bent, DATA_SECTION + 8, 0x10, address)
    struct.pack_into("<I", bent, DATA_SECTION + 16, 0x2000)
    assert address <= directory < address + 0x1000
    assert read_slice(bytes(bent), Depth.LINKS).needed
    struct.pack_into("<I", bent, DIRECTORIES + 8, address + 0x1000)
    with pytest.raises(MalformedBinaryError, match="which no section loads"):
        read_slice(bytes(bent), Depth.LINKS)


def test_a_section_without_a_virtual_size_is_as_long_as_its_bytes() -> None:
    old = patched(CONTENT, DATA_SECTION + 8, bytes(4))
    assert read_slice(old, Depth.LINKS).needed == read_slice(CONTENT, Depth.LINKS).needed
