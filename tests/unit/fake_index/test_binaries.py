import struct

import pytest

from fake_index.binaries import (
    Archive,
    CoffObject,
    native_binary,
    write_binary,
    write_dos_program,
    write_java_class,
    write_wasm,
)


def test_archive_members_begin_on_even_bytes() -> None:
    content = write_binary(Archive(members=(("a.o", b"odd"), ("b.o", b"even"))))

    assert content[:8] == b"!<arch>\n"
    assert content[8:68] == (b"a.o/            0           0     0     100644  3         `\n")
    assert content[68:72] == b"odd\n"
    assert content[72:76] == b"b.o/"


def test_coff_object_opens_with_its_machine() -> None:
    assert write_binary(CoffObject(machine="amd64"))[:4].hex() == "64860000"


def test_java_class_opens_as_a_fat_file_with_an_absurd_count() -> None:
    magic, count = struct.unpack_from(">II", write_java_class())

    assert (magic, count) == (0xCAFEBABE, 61)


def test_dos_program_points_at_no_pe_header() -> None:
    content = write_dos_program()

    offset = struct.unpack_from("<I", content, 0x3C)[0]
    assert content[offset : offset + 4] != b"PE\0\0"


def test_wasm_version() -> None:
    assert write_wasm().hex() == "0061736d01000000"


@pytest.mark.parametrize(
    ("platform", "magic"),
    [
        ("macos-arm64", "cffaedfe"),
        ("macos-universal2", "cafebabe"),
        ("linux-s390x", "7f454c46"),
        ("linux-x86_64-musl", "7f454c46"),
        ("windows-arm64", "4d5a0000"),
    ],
)
def test_native_binary_has_the_platforms_format(platform: str, magic: str) -> None:
    assert write_binary(native_binary(platform, init="x"))[:4].hex() == magic
