"""Golden bytes, worked out by hand from the gABI's tables."""

import struct

import pytest

from fake_index.elf import (
    EF_ARM_ABI_FLOAT_HARD,
    EF_ARM_EABI_VER5,
    Elf,
    ElfKind,
    ElfSymbol,
    VersionsNeeded,
    android_note,
    write_elf,
)


def test_identity_of_a_64_bit_little_endian_file() -> None:
    content = write_elf(Elf(machine="x86_64"))

    assert content[:16].hex() == "7f454c4602010100" + "00" * 8
    assert content[16:20].hex() == "03003e00"  # ET_DYN, EM_X86_64


def test_identity_of_a_32_bit_big_endian_file() -> None:
    content = write_elf(Elf(machine="ppc", bits=32, big_endian=True, kind=ElfKind.EXECUTABLE))

    assert content[:8].hex() == "7f454c4601020100"
    assert content[16:24].hex() == "0002001400000001"


@pytest.mark.parametrize(
    ("machine", "number"),
    [("none", 0), ("cuda", 190), ("bpf", 247), ("aarch64", 183), (0x1234, 0x1234)],
)
def test_machine_number(machine: str | int, number: int) -> None:
    assert struct.unpack_from("<H", write_elf(Elf(machine=machine)), 18) == (number,)


def test_flags_stand_at_byte_36_of_a_32_bit_header() -> None:
    flags = EF_ARM_EABI_VER5 | EF_ARM_ABI_FLOAT_HARD

    content = write_elf(Elf(machine="arm", bits=32, flags=flags))

    assert content[36:40].hex() == "00040005"


def segments(content: bytes) -> dict[int, bytes]:
    """Return each segment of a little-endian 64-bit file by its type."""
    offset, count = (
        struct.unpack_from("<Q", content, 32)[0],
        struct.unpack_from("<H", content, 56)[0],
    )
    found = {}
    for number in range(count):
        kind, _, start, _, _, size = struct.unpack_from("<IIQQQQ", content, offset + 56 * number)
        found[kind] = content[start : start + size]
    return found


def test_interpreter_segment() -> None:
    content = write_elf(Elf(machine="x86_64", interpreter="/lib64/ld-linux-x86-64.so.2"))

    assert segments(content)[3] == b"/lib64/ld-linux-x86-64.so.2\0"


def dynamic(content: bytes) -> list[tuple[int, int]]:
    """Return the dynamic table of a little-endian 64-bit file."""
    return list(struct.iter_unpack("<QQ", segments(content)[2]))


@pytest.mark.parametrize("sections", [True, False], ids=["sections", "no-sections"])
@pytest.mark.parametrize("load_address", [0, 0x400000], ids=["at-zero", "elsewhere"])
def test_dynamic_table_points_into_its_string_table(load_address: int, *, sections: bool) -> None:
    it = Elf(
        machine="x86_64",
        needed=("libc.so.6", "libm.so.6"),
        soname="libx.so.1",
        rpath="/old",
        runpath="$ORIGIN/../x.libs",
        load_address=load_address,
        sections=sections,
    )

    content = write_elf(it)

    table = dynamic(content)
    strings = dict(table)[5] - load_address
    names = [
        (tag, content[strings + value :].partition(b"\0")[0].decode())
        for tag, value in table
        if tag in {1, 14, 15, 29}
    ]
    assert names == [
        (1, "libc.so.6"),
        (1, "libm.so.6"),
        (14, "libx.so.1"),
        (15, "/old"),
        (29, "$ORIGIN/../x.libs"),
    ]
    assert (struct.unpack_from("<H", content, 60)[0] > 0) is sections


def test_version_needs_are_linked_lists() -> None:
    it = Elf(
        machine="x86_64",
        needed=("libc.so.6",),
        version_needs=(
            VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.2.5", "GLIBC_2.17")),
            VersionsNeeded(library="libm.so.6", versions=("GLIBC_2.29",)),
        ),
    )

    content = write_elf(it)

    start = dict(dynamic(content))[0x6FFFFFFE]
    first = struct.unpack_from("<HHIII", content, start)
    assert (first[0], first[1], first[3], first[4]) == (1, 2, 16, 48)
    # The hash is the gABI's; 0x09691a75 is what readelf shows for GLIBC_2.2.5 everywhere.
    assert struct.unpack_from("<I", content, start + 16) == (0x09691A75,)
    assert dict(dynamic(content))[0x6FFFFFFF] == 2


def test_android_note() -> None:
    content = write_elf(Elf(machine="aarch64", notes=(android_note(24),)))

    assert segments(content)[4] == bytes.fromhex(
        "08000000 04000000 01000000 416e64726f696400 18000000"
    )


def test_arm_attributes_name_the_float_convention() -> None:
    content = write_elf(Elf(machine="arm", bits=32, arm_hard_float=True))

    assert b"aeabi\0\x01\x09\x00\x00\x00\x06\x0a\x1c\x01" in content


def test_hash_table_counts_the_symbols() -> None:
    symbols = (ElfSymbol(name="PyInit_x", defined=True), ElfSymbol(name="malloc", defined=False))

    content = write_elf(Elf(machine="x86_64", symbols=symbols))

    start = dict(dynamic(content))[4]
    assert struct.unpack_from("<6I", content, start) == (1, 3, 1, 0, 2, 0)


def test_hash_words_are_eight_bytes_on_64_bit_s390() -> None:
    content = write_elf(Elf(machine="s390", big_endian=True, sections=False))

    # One bucket, one symbol (the empty one), and nothing in the bucket or the chain.
    assert struct.pack(">4Q", 1, 1, 0, 0) in content


@pytest.mark.parametrize("kind", [ElfKind.OBJECT, ElfKind.CORE])
def test_what_nothing_loads_has_no_dynamic_table(kind: ElfKind) -> None:
    assert 2 not in segments(write_elf(Elf(machine="x86_64", kind=kind)))
