from hashlib import sha512
from struct import pack

import pytest

from archpip.architecture import Architecture
from archpip.binaries import (
    BinaryFormat,
    BinaryKind,
    BytesNotHeldError,
    BytesSource,
    Depth,
    ForeignProcessor,
    PrefixSource,
    looks_native,
    read_binary,
    read_symbols,
)
from fake_index.binaries import (
    CoffObject,
    Description,
    native_binary,
    write_binary,
    write_dos_program,
    write_java_class,
    write_wasm,
)
from fake_index.elf import Elf, ElfSymbol, write_elf
from fake_index.macho import FatMachO, MachO, defined, flat, write_fat
from fake_index.pe import Pe, write_pe
from tests.unit.binaries.reads import WatchedSource, read, read_slice

ORDINARY = {
    "macos-arm64": Architecture.ARM64,
    "macos-x86_64": Architecture.X86_64,
    "linux-x86_64": Architecture.X86_64,
    "linux-aarch64": Architecture.ARM64,
    "linux-i686": Architecture.I686,
    "linux-armv7l": Architecture.ARMV7L,
    "linux-ppc64le": Architecture.PPC64LE,
    "linux-s390x": Architecture.S390X,
    "linux-riscv64": Architecture.RISCV64,
    "windows-amd64": Architecture.X86_64,
    "windows-arm64": Architecture.ARM64,
    "windows-x86": Architecture.I686,
}


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize(("platform", "architecture"), ORDINARY.items(), ids=ORDINARY)
def test_an_ordinary_module_of_each_platform(
    platform: str, architecture: Architecture, depth: Depth
) -> None:
    content = write_binary(native_binary(platform, init="module"))
    assert looks_native(content[:64])
    one = read_slice(content, depth)
    assert one.architecture is architecture
    assert one.depth is depth
    assert (one.offset, one.size_bytes) == (0, len(content))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"M",
        b"\x7fEL",
        b"\xca\xfe\xba",
        b"import sys\n",
        b"#!/bin/sh\nexec true\n" * 20,
        b"\0" * 200,
        b"PK\x03\x04" + bytes(100),
        write_java_class(),
        sha512(b"noise").digest() * 5,
    ],
    ids=["empty", "M", "EL", "CAFEBA", "python", "shell", "zeros", "zip", "java", "noise"],
)
def test_what_is_no_binary_is_none(content: bytes) -> None:
    assert not looks_native(content[:64])
    assert read_binary(BytesSource(content)) is None


def test_java_classes_of_every_version_share_the_fat_magic_and_are_none() -> None:
    for major in range(45, 80):
        content = b"\xca\xfe\xba\xbe\0\0" + major.to_bytes(2, "big") + bytes(60)
        assert not looks_native(content)


def test_webassembly_runs_on_no_processor_of_ours() -> None:
    one = read_slice(write_wasm())
    assert read(write_wasm()).format is BinaryFormat.WASM
    assert one.architecture is None
    assert one.foreign is ForeignProcessor.VIRTUAL_MACHINE


def test_a_dos_program_has_no_architecture() -> None:
    content = write_dos_program()
    assert looks_native(content[:64])
    assert read(content).format is BinaryFormat.DOS
    assert read_slice(content).architecture is None


@pytest.mark.parametrize(
    "description",
    [
        MachO(architecture="arm64", code_bytes=100_000),
        Elf(machine="x86_64", code_bytes=100_000, needed=("libc.so.6",)),
        Pe(machine="amd64", code_bytes=100_000),
        FatMachO(slices=(MachO(architecture="x86_64"), MachO(architecture="arm64"))),
    ],
    ids=["macho", "elf", "pe", "fat"],
)
def test_headers_are_read_from_the_first_kilobyte_alone(description: Description) -> None:
    source = WatchedSource(write_binary(description))
    assert read_binary(source, depth=Depth.HEADERS) is not None
    assert source.reads == [(0, 1024)]


def test_a_source_without_even_the_header_says_so() -> None:
    content = write_elf(Elf(machine="x86_64"))
    with pytest.raises(BytesNotHeldError, match=r"\+0x0 were not fetched: only the first 16 bytes"):
        read_binary(PrefixSource(content[:16], size=len(content)))


def test_sixty_four_bytes_name_the_architecture() -> None:
    for platform, architecture in ORDINARY.items():
        if platform.startswith("windows"):
            continue  # the DOS stub alone is longer
        content = write_binary(native_binary(platform, code_bytes=5000))
        binary = read_binary(PrefixSource(content[:64], size=len(content)))
        assert binary is not None
        assert binary.architectures == {architecture}
        assert binary.depth is Depth.HEADERS


def test_symbols_of_a_slice_of_a_fat_file() -> None:
    content = write_fat(
        FatMachO(
            slices=(
                MachO(architecture="x86_64", symbols=(defined("_a"),)),
                MachO(architecture="arm64", symbols=(flat("_a"),)),
            )
        )
    )
    intel, arm = (read_symbols(BytesSource(content), one) for one in read(content).slices)
    assert intel is not None
    assert arm is not None
    assert (intel.architecture, arm.architecture) == (Architecture.X86_64, Architecture.ARM64)
    assert (intel.defined, intel.flat) == (frozenset({b"_a"}), frozenset())
    assert (arm.defined, arm.flat) == (frozenset(), frozenset({b"_a"}))


def test_symbols_of_an_elf_file() -> None:
    symbols = (
        ElfSymbol(name="PyInit_x", defined=True),
        ElfSymbol(name="malloc", defined=False),
        ElfSymbol(name="__gmon_start__", defined=False, weak=True),
    )
    content = write_elf(Elf(machine="aarch64", symbols=symbols))
    table = read_symbols(BytesSource(content), read_slice(content))
    assert table is not None
    assert table.defined == {b"PyInit_x"}
    assert table.flat == {b"malloc"}


def test_a_fat_file_within_a_fat_file_has_no_symbols() -> None:
    inner = write_fat(FatMachO(slices=(MachO(architecture="arm64"),)))
    # One entry of the table (fat_header, fat_arch): arm64, right behind it.
    table = pack(">7I", 0xCAFEBABE, 1, 0x0100_000C, 0, 28, len(inner), 0)
    content = table + inner
    assert read_symbols(BytesSource(content), read_slice(content)) is None


def test_pe_binds_every_import_to_a_library_so_there_is_no_table_to_compare() -> None:
    content = write_pe(Pe(machine="amd64"))
    assert read_symbols(BytesSource(content), read_slice(content)) is None


@pytest.mark.parametrize("machine", ["amd64", "x86", "arm64"])
def test_coff_objects_are_recognised_without_a_magic(machine: str) -> None:
    content = write_binary(CoffObject(machine=machine))
    assert looks_native(content)
    assert read(content).format is BinaryFormat.COFF
    assert read_slice(content).kind is BinaryKind.OBJECT
