import struct
from dataclasses import replace

import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat, BinaryKind, Depth, NeededLibrary, Platform, read_binary
from fake_index.pe import Clr, Pe, PeImport, PeKind, write_pe
from tests.unit.binaries.reads import WatchedSource, patched, read, read_prefix, read_slice

A = Architecture
MODULE = Pe(
    machine="amd64",
    imports=(PeImport(dll="python311.dll"), PeImport(dll="KERNEL32.dll")),
    delay_imports=(PeImport(dll="cudart64_12.dll"),),
    export_name="_x.cp311-win_amd64.pyd",
    exports=("PyInit__x",),
)


@pytest.mark.parametrize(
    ("machine", "name", "architecture", "bits"),
    [
        ("x86", "IMAGE_FILE_MACHINE_I386", A.I686, 32),
        ("amd64", "IMAGE_FILE_MACHINE_AMD64", A.X86_64, 64),
        ("arm64", "IMAGE_FILE_MACHINE_ARM64", A.ARM64, 64),
        ("arm", "IMAGE_FILE_MACHINE_ARMNT", A.ARMV7L, 32),
        ("ia64", "IMAGE_FILE_MACHINE_IA64", A.IA64, 64),
        ("ebc", "IMAGE_FILE_MACHINE_EBC", None, 64),
        (0x1234, "0x1234", None, 0),
    ],
)
@pytest.mark.parametrize("depth", Depth)
def test_the_machine_of_the_header(
    machine: str | int, name: str, architecture: Architecture | None, bits: int, depth: Depth
) -> None:  # fmt: skip
    one = read_slice(write_pe(replace(MODULE, machine=machine)), depth)
    assert (one.architecture, one.machine, one.bits) == (architecture, name, bits)
    assert one.platform is Platform.WINDOWS


def test_links() -> None:
    one = read_slice(write_pe(replace(MODULE, subsystem_version=(10, 0))))
    assert one.needed == (
        NeededLibrary(name="python311.dll"),
        NeededLibrary(name="KERNEL32.dll"),
        NeededLibrary(name="cudart64_12.dll", weak=True),
    )
    assert one.install_name == "_x.cp311-win_amd64.pyd"
    assert one.minimum_os == (10, 0, 0)
    assert one.kind is BinaryKind.LIBRARY


def test_a_narrow_file_has_the_same_links() -> None:
    wide = read_slice(write_pe(MODULE))
    narrow = read_slice(write_pe(replace(MODULE, machine="x86")))
    assert (narrow.needed, narrow.install_name) == (wide.needed, wide.install_name)


def test_a_program_without_imports() -> None:
    one = read_slice(write_pe(Pe(machine="arm64", kind=PeKind.EXE)))
    assert one.kind is BinaryKind.EXECUTABLE
    assert (one.needed, one.install_name) == ((), None)


def test_firmware_programs_are_not_for_windows() -> None:
    assert read_slice(write_pe(Pe(machine="amd64", subsystem=10))).platform is Platform.EFI


def test_arm64ec_says_x64_in_its_header() -> None:
    content = write_pe(replace(MODULE, machine="arm64ec"))
    assert read_slice(content, Depth.HEADERS).architecture is A.X86_64
    one = read_slice(content, Depth.LINKS)
    assert (one.architecture, one.subtype) == (A.ARM64EC, "arm64ec")


def test_arm64x_serves_two_kinds_of_process() -> None:
    binary = read(write_pe(replace(MODULE, machine="arm64x")))
    assert binary.architectures == {A.ARM64, A.ARM64EC}
    assert {one.subtype for one in binary.slices} == {"arm64x"}
    assert not binary.fat


@pytest.mark.parametrize(
    ("machine", "clr", "managed"),
    [
        ("x86", Clr.ANY_CPU, True),
        ("x86", Clr.PREFER_32, True),
        ("x86", Clr.X86, False),
        ("x86", Clr.MIXED, False),
        ("x86", None, False),
        ("amd64", Clr.ANY_CPU, False),
        ("amd64", Clr.MIXED, False),
    ],
)
def test_an_assembly_for_any_cpu_says_x86_in_its_header(
    machine: str, clr: Clr | None, *, managed: bool
) -> None:
    assert read_slice(write_pe(Pe(machine=machine, clr=clr))).managed is managed


def test_a_prefix_gives_the_machine_and_a_longer_one_the_rest() -> None:
    content = write_pe(replace(MODULE, code_bytes=50_000))
    assert read_prefix(content, 1024, Depth.LINKS).slices == (read_slice(content, Depth.HEADERS),)
    assert read_prefix(content, len(content), Depth.LINKS) == read(content, Depth.LINKS)


def test_a_long_stub_is_followed() -> None:
    content = write_pe(MODULE)
    stub = 0x2000
    moved = patched(content[:64].ljust(stub, b"\0") + content[0x80:], 0x3C, struct.pack("<I", stub))
    source = WatchedSource(moved)
    binary = read_binary(source, depth=Depth.HEADERS)
    assert binary is not None
    assert binary.architectures == {A.X86_64}
    assert sum(length for _, length in source.reads) < 1100


@pytest.mark.parametrize(
    "content",
    [
        b"MZ" + bytes(10),
        b"MZ" + bytes(62),
        patched(write_pe(MODULE), 0x80, b"NE"),
        patched(write_pe(MODULE), 0x80, b"LE"),
        patched(write_pe(MODULE), 0x3C, b"\xff\xff\xff\xff"),
    ],
    ids=["two-letters", "no-pointer", "windows-3", "vxd", "pointer-beyond"],
)
def test_what_has_no_pe_header_is_a_dos_file(content: bytes) -> None:
    binary = read(content)
    assert binary.format is BinaryFormat.DOS
    assert binary.slices[0].architecture is None
    assert binary.slices[0].kind is BinaryKind.EXECUTABLE
