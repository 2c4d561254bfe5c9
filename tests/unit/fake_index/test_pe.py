"""Golden bytes, worked out by hand from Microsoft's "PE Format"."""

import struct

import pytest

from fake_index.pe import Clr, Pe, PeImport, PeKind, write_pe

COFF = 0x84
OPTIONAL = COFF + 20


def at_rva(content: bytes, address: int) -> bytes:
    """Return the file's bytes from an address on, through the section table."""
    size = struct.unpack_from("<H", content, COFF + 16)[0]
    for number in range(2):
        row = OPTIONAL + size + 40 * number
        start, length, offset = struct.unpack_from("<III", content, row + 12)
        if start <= address < start + length:
            return content[offset + address - start :]
    pytest.fail(f"{address:#x} lies in no section")


def directory(content: bytes, number: int) -> tuple[int, int]:
    """Return one data directory's address and size."""
    magic = struct.unpack_from("<H", content, OPTIONAL)[0]
    first = OPTIONAL + (112 if magic == 0x20B else 96)
    address, size = struct.unpack_from("<II", content, first + 8 * number)
    return address, size


def text(content: bytes, address: int) -> str:
    return at_rva(content, address).partition(b"\0")[0].decode()


@pytest.mark.parametrize(
    ("machine", "number", "magic"),
    [("x86", "4c01", 0x10B), ("amd64", "6486", 0x20B), ("arm64", "64aa", 0x20B)],
)
def test_headers(machine: str, number: str, magic: int) -> None:
    content = write_pe(Pe(machine=machine))

    assert content[:2] == b"MZ"
    assert content[0x3C:0x40].hex() == "80000000"
    assert content[0x80:0x84] == b"PE\0\0"
    assert content[COFF : COFF + 2].hex() == number
    assert struct.unpack_from("<H", content, OPTIONAL) == (magic,)


def test_dll_bit() -> None:
    flags = [
        struct.unpack_from("<H", write_pe(Pe(machine="amd64", kind=kind)), COFF + 18)[0]
        for kind in (PeKind.DLL, PeKind.EXE)
    ]

    assert flags == [0x2022, 0x0022]


@pytest.mark.parametrize(("machine", "word"), [("x86", 4), ("amd64", 8)])
def test_import_table_names_dll_and_symbol(machine: str, word: int) -> None:
    it = Pe(machine=machine, imports=(PeImport(dll="python311.dll", names=("PyLong_FromLong",)),))

    content = write_pe(it)

    address, size = directory(content, 1)
    lookup, _, _, name, _ = struct.unpack_from("<5I", at_rva(content, address))
    assert size == 40
    assert text(content, name) == "python311.dll"
    hint = int.from_bytes(at_rva(content, lookup)[:word], "little")
    assert text(content, hint + 2) == "PyLong_FromLong"


def test_delay_import_table() -> None:
    it = Pe(machine="amd64", delay_imports=(PeImport(dll="cuda.dll"),))

    content = write_pe(it)

    attributes, name = struct.unpack_from("<II", at_rva(content, directory(content, 13)[0]))
    assert (attributes, text(content, name)) == (1, "cuda.dll")


def test_export_table() -> None:
    it = Pe(machine="arm64", export_name="x.pyd", exports=("PyInit_x",))

    content = write_pe(it)

    row = struct.unpack_from("<IIHHIIIIIII", at_rva(content, directory(content, 0)[0]))
    assert text(content, row[4]) == "x.pyd"
    assert row[6:8] == (1, 1)
    (pointer,) = struct.unpack_from("<I", at_rva(content, row[9]))
    assert text(content, pointer) == "PyInit_x"


@pytest.mark.parametrize(
    ("clr", "flags"),
    [(Clr.ANY_CPU, 1), (Clr.PREFER_32, 0x20003), (Clr.X86, 3), (Clr.MIXED, 0)],
)
def test_clr_header_flags(clr: Clr, flags: int) -> None:
    content = write_pe(Pe(machine="x86", clr=clr))

    header = at_rva(content, directory(content, 14)[0])
    assert struct.unpack_from("<IHH", header) == (72, 2, 5)
    assert struct.unpack_from("<I", header, 16) == (flags,)


@pytest.mark.parametrize(
    ("machine", "number", "kinds"),
    [("arm64ec", 0x8664, [1]), ("arm64x", 0xAA64, [0, 1])],
)
def test_hybrids_point_at_their_code_map(machine: str, number: int, kinds: list[int]) -> None:
    content = write_pe(Pe(machine=machine))

    assert struct.unpack_from("<H", content, COFF) == (number,)
    config = at_rva(content, directory(content, 10)[0])
    (pointer,) = struct.unpack_from("<Q", config, 0xC8)
    _, code_map, count = struct.unpack_from("<III", at_rva(content, pointer - 0x180000000))
    starts = struct.unpack_from(f"<{2 * count}I", at_rva(content, code_map))[::2]
    assert [start & 3 for start in starts] == kinds


def test_sections_stay_apart_when_the_code_is_long() -> None:
    it = Pe(machine="amd64", code_bytes=0x2345, imports=(PeImport(dll="KERNEL32.dll"),))

    content = write_pe(it)

    name = struct.unpack_from("<5I", at_rva(content, directory(content, 1)[0]))[3]
    assert text(content, name) == "KERNEL32.dll"
