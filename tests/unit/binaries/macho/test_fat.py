import struct

import pytest

from archpip.architecture import Architecture
from archpip.binaries import (
    Depth,
    MalformedBinaryError,
    TruncatedBinaryError,
    looks_native,
)
from fake_index.macho import MACHINES, FatMachO, FatMember, MachO, write_fat, write_macho
from tests.unit.binaries.reads import read, read_prefix

UNIVERSAL2 = FatMachO(slices=(MachO(architecture="x86_64"), MachO(architecture="arm64")))


@pytest.mark.parametrize("wide", [False, True], ids=["fat", "fat64"])
def test_every_machine_fits_in_one_table(*, wide: bool) -> None:
    parts = tuple(MachO(architecture=name) for name in MACHINES)
    content = write_fat(FatMachO(slices=parts, wide=wide))
    binary = read(content, Depth.HEADERS)
    assert binary.fat
    assert [one.subtype or one.machine for one in binary.slices] == [
        "CPU_TYPE_I386",
        "CPU_TYPE_X86_64",
        "x86_64h",
        "armv7",
        "CPU_TYPE_ARM64",
        "arm64e",
        "CPU_TYPE_ARM64_32",
        "CPU_TYPE_POWERPC",
        "CPU_TYPE_POWERPC64",
    ]
    for one, part in zip(binary.slices, parts, strict=True):
        assert content[one.offset : one.offset + one.size_bytes] == write_macho(part)
        assert one.big_endian is MACHINES[part.architecture].big_endian


def test_fat64_header_count_is_four_bytes() -> None:
    """An eight-byte count, as some readers have it, would take the first machine for a number."""
    content = write_fat(FatMachO(slices=UNIVERSAL2.slices, wide=True))
    assert content[:8] == b"\xca\xfe\xba\xbf\0\0\0\2"
    assert read(content).architectures == {Architecture.X86_64, Architecture.ARM64}


def test_the_table_alone_names_every_slice_but_not_their_kind() -> None:
    content = write_fat(UNIVERSAL2)
    binary = read_prefix(content, 64, Depth.HEADERS)
    assert binary.architectures == {Architecture.X86_64, Architecture.ARM64}
    assert [one.kind for one in binary.slices] == [None, None]
    assert binary == read(content, Depth.HEADERS)


def test_a_table_of_one_is_fat() -> None:
    binary = read(write_fat(FatMachO(slices=(MachO(architecture="arm64"),))))
    assert binary.fat
    assert len(binary.slices) == 1


@pytest.mark.parametrize("count", [0, 44])
def test_an_absurd_count_is_refused(count: int) -> None:
    content = write_fat(FatMachO(slices=UNIVERSAL2.slices, count=count))
    with pytest.raises((MalformedBinaryError, TruncatedBinaryError)):
        read(content)


def test_an_absurd_count_of_a_fat64_file_is_refused() -> None:
    content = write_fat(FatMachO(slices=UNIVERSAL2.slices, wide=True, count=0xFFFFFFFF))
    with pytest.raises(MalformedBinaryError, match="claims 4294967295 slices"):
        read(content)


def test_a_swapped_magic_is_no_fat_file() -> None:
    """The table is big-endian on every machine: a loader would not find it otherwise."""
    assert not looks_native(b"\xbe\xba\xfe\xca\x02\0\0\0" + bytes(100))


def table(*entries: tuple[int, int, int, int], size: int = 0x9000) -> bytes:
    """Write (cputype, cpusubtype, offset, size) entries, and zeros for slices."""
    rows = b"".join(struct.pack(">5I", *entry, 12) for entry in entries)
    return (b"\xca\xfe\xba\xbe" + struct.pack(">I", len(entries)) + rows).ljust(size, b"\0")


INTEL, ARM = (0x01000007, 3), (0x0100000C, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (table((*INTEL, 0x1000, 0x2000), (*ARM, 0x2000, 0x1000)), r"ARM64 slice at \+0x2000 overl"),
        (table((*INTEL, 0x1000, 0x2000), (*ARM, 0x1000, 0x2000)), "overlaps"),
        (table((*INTEL, 16, 0x2000)), "overlaps the slice or the table"),
        (table((*INTEL, 0x1000, 0x100), (*INTEL, 0x2000, 0x100)), "names CPU_TYPE_X86_64 twice"),
        (
            table((12 | 1 << 24, 2, 0x1000, 64), (12 | 1 << 24, 0x80000002, 0x2000, 64)),
            "names CPU_TYPE_ARM64 arm64e twice",
        ),
    ],
    ids=["overlap", "same-place", "in-the-table", "repeated", "repeated-but-for-capabilities"],
)
def test_a_table_that_contradicts_itself_is_malformed(content: bytes, message: str) -> None:
    with pytest.raises(MalformedBinaryError, match=message):
        read(content, Depth.HEADERS)


@pytest.mark.parametrize("entry", [(*ARM, 0x8000, 0x2000), (*ARM, 0xFFFFF000, 0x100)])
def test_a_slice_beyond_the_end_is_truncated(entry: tuple[int, int, int, int]) -> None:
    with pytest.raises(TruncatedBinaryError, match="CPU_TYPE_ARM64 slice"):
        read(table(entry), Depth.HEADERS)


def test_the_order_of_the_table_need_not_be_that_of_the_file() -> None:
    content = table((*ARM, 0x4000, 0x100), (*INTEL, 0x1000, 0x100))
    assert [one.offset for one in read(content, Depth.HEADERS).slices] == [0x4000, 0x1000]


def test_a_slice_for_another_machine_than_the_table_says_is_malformed() -> None:
    """The loader chooses by the table and then finds code that it cannot run."""
    lie = FatMember(architecture="arm64", content=write_macho(MachO(architecture="x86_64")))
    content = write_fat(FatMachO(slices=(lie,)))
    assert read(content, Depth.HEADERS).architectures == {Architecture.ARM64}
    with pytest.raises(
        MalformedBinaryError, match=r"ARM64 slice at \+0x4000 holds CPU_TYPE_X86_64"
    ):
        read(content, Depth.LINKS)


def test_a_cut_table_is_truncated() -> None:
    content = write_fat(UNIVERSAL2)
    for length in range(8, 48):
        with pytest.raises(TruncatedBinaryError):
            read(content[:length], Depth.HEADERS)
    assert looks_native(content[:8])
    assert not looks_native(content[:7])
