"""Golden bytes, worked out by hand from `<mach-o/loader.h>` and `<mach-o/fat.h>`."""

import struct

import pytest

from fake_index.macho import (
    Dylib,
    DylibKind,
    FatMachO,
    FatMember,
    MachO,
    MachOKind,
    defined,
    flat,
    undefined,
    write_fat,
    write_macho,
)


def load_commands(content: bytes, order: str = "<") -> list[tuple[int, bytes]]:
    """Walk the commands as the header says they lie."""
    count, size = struct.unpack_from(f"{order}II", content, 16)
    start = offset = 32 if content[0:4] in {b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf"} else 28
    found = []
    for _ in range(count):
        number, length = struct.unpack_from(f"{order}II", content, offset)
        found.append((number, content[offset : offset + length]))
        offset += length
    assert offset == start + size
    return found


def test_arm64_bundle_header() -> None:
    content = write_macho(MachO(architecture="arm64"))

    assert content[:16].hex(" ", 4) == "cffaedfe 0c000001 00000000 08000000"
    assert content[24:28].hex() == "85000000"  # MH_NOUNDEFS | MH_DYLDLINK | MH_TWOLEVEL


def test_powerpc_header_is_big_endian_and_narrow() -> None:
    content = write_macho(MachO(architecture="ppc", kind=MachOKind.DYLIB))

    assert content[:16].hex(" ", 4) == "feedface 00000012 00000000 00000006"
    assert load_commands(content, ">")[0][0] == 1  # LC_SEGMENT right behind 28 bytes of header


def test_arm64e_subtype_carries_the_pointer_authentication_bit() -> None:
    assert write_macho(MachO(architecture="arm64e"))[8:12].hex() == "02000080"


def test_flat_namespace_clears_the_two_level_flag() -> None:
    flags = write_macho(MachO(architecture="x86_64", two_level=False))[24:28]

    assert flags.hex() == "05000000"


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DylibKind.LOAD, 0xC),
        (DylibKind.WEAK, 0x80000018),
        (DylibKind.REEXPORT, 0x8000001F),
        (DylibKind.UPWARD, 0x80000023),
        (DylibKind.LAZY, 0x20),
    ],
)
def test_library_command(kind: DylibKind, number: int) -> None:
    it = MachO(architecture="arm64", dylibs=(Dylib(name="@rpath/libz.dylib", kind=kind),))

    command = dict(load_commands(write_macho(it)))[number]

    assert struct.unpack_from("<I", command, 8) == (24,)
    assert command[24:] == b"@rpath/libz.dylib".ljust(24, b"\0")


def test_build_version_packs_platform_and_minimum() -> None:
    it = MachO(architecture="arm64", platform="ios-simulator", minimum_os=(13, 2, 1))

    command = dict(load_commands(write_macho(it)))[0x32]

    assert command.hex(" ", 4) == "32000000 18000000 07000000 01020d00 01020d00 00000000"


def test_old_version_command_is_named_by_platform() -> None:
    it = MachO(architecture="x86_64", minimum_os=(10, 9, 0), old_version_command=True)

    assert dict(load_commands(write_macho(it)))[0x24][8:12].hex() == "00090a00"


def test_run_path_is_padded_to_eight_bytes() -> None:
    it = MachO(architecture="arm64", run_paths=("@loader_path/.dylibs",))

    command = dict(load_commands(write_macho(it)))[0x8000001C]

    assert command[4:12].hex(" ", 4) == "28000000 0c000000"
    assert command[12:] == b"@loader_path/.dylibs".ljust(28, b"\0")


def symbol_table(content: bytes) -> list[tuple[str, int, int, int]]:
    """Read (name, n_type, n_sect, n_desc) of a little-endian 64-bit file."""
    command = dict(load_commands(content))[2]
    offset, count, strings, _ = struct.unpack_from("<4I", command, 8)
    rows = [struct.unpack_from("<IBBHQ", content, offset + 16 * n) for n in range(count)]
    return [
        (content[strings + row[0] :].partition(b"\0")[0].decode(), row[1], row[2], row[3])
        for row in rows
    ]


def test_symbols_stand_as_dysymtab_groups_them() -> None:
    it = MachO(
        architecture="arm64",
        symbols=(
            flat("_uamqp_connect"),
            undefined("_malloc", ordinal=1),
            undefined("_maybe", ordinal=2, weak=True),
            defined("_PyInit_c"),
            defined("_shared", weak=True),
            defined("_local", external=False),
        ),
    )

    content = write_macho(it)

    assert symbol_table(content) == [
        ("_local", 0x0E, 1, 0),
        ("_PyInit_c", 0x0F, 1, 0),
        ("_shared", 0x0F, 1, 0x80),
        ("_uamqp_connect", 0x01, 0, 0xFE00),
        ("_malloc", 0x01, 0, 0x0100),
        ("_maybe", 0x01, 0, 0x0240),
    ]
    ranges = struct.unpack_from("<6I", dict(load_commands(content))[0xB], 8)
    assert ranges == (0, 1, 1, 2, 3, 3)


def test_fat_table_is_big_endian_and_aligned() -> None:
    content = write_fat(
        FatMachO(slices=(MachO(architecture="x86_64"), MachO(architecture="arm64")))
    )

    assert content[:20].hex(" ", 4) == "cafebabe 00000002 01000007 00000003 00001000"
    assert content[28:40].hex(" ", 4) == "0100000c 00000000 00004000"
    assert content[0x1000:0x1004].hex() == "cffaedfe"
    assert content[0x4004:0x4008].hex() == "0c000001"


def test_fat64_count_is_four_bytes_and_entries_thirty_two() -> None:
    member = FatMember(architecture="arm64", content=b"!<arch>\n")

    content = write_fat(FatMachO(slices=(member,), wide=True))

    assert content[:40].hex(" ", 4) == (
        "cafebabf 00000001 0100000c 00000000 00000000 00004000 00000000 00000008 0000000e 00000000"
    )
    assert content[0x4000:] == b"!<arch>\n"


def test_fat_count_can_lie() -> None:
    it = FatMachO(slices=(MachO(architecture="arm64"),), count=0x7FFF)

    assert write_fat(it)[4:8].hex() == "00007fff"


def test_writing_is_reproducible() -> None:
    it = MachO(architecture="arm64", symbols=(flat("_a"),))

    assert write_macho(it) == write_macho(it)
