import struct

import pytest

from archpip.architecture import Architecture
from archpip.binaries import Depth, MalformedBinaryError
from fake_index.pe import Clr, Pe, write_pe
from tests.unit.binaries.reads import read_slice

OPTIONAL = 0x84 + 20


def test_a_load_configuration_from_before_arm64ec_is_too_short_for_the_pointer() -> None:
    content = bytearray(write_pe(Pe(machine="arm64ec")))
    place = content.index(struct.pack("<I", 0x140).ljust(0x40, b"\0"))
    struct.pack_into("<I", content, place, 0xC8)
    assert read_slice(bytes(content)).architecture is Architecture.X86_64


def test_a_null_pointer_is_no_metadata() -> None:
    content = bytearray(write_pe(Pe(machine="arm64ec")))
    place = content.index(struct.pack("<I", 0x140).ljust(0x40, b"\0"))
    struct.pack_into("<Q", content, place + 0xC8, 0)
    assert read_slice(bytes(content)).architecture is Architecture.X86_64


def test_x86_code_with_arm64_beside_it_is_x86() -> None:
    content = bytearray(write_pe(Pe(machine="arm64x")))
    struct.pack_into("<H", content, 0x84, 0x3A64)  # IMAGE_FILE_MACHINE_CHPE_X86
    one = read_slice(bytes(content))
    assert (one.architecture, one.subtype) == (Architecture.I686, "hybrid")


def ready_to_run(machine: int, *, neutral: bool) -> bytes:
    """Write an assembly with code compiled ahead, as .NET's crossgen makes it."""
    content = bytearray(write_pe(Pe(machine=machine, clr=Clr.MIXED, code_bytes=64)))
    header = content.index(struct.pack("<IHH", 72, 2, 5))
    struct.pack_into("<I", content, header + 16, 0x4)
    struct.pack_into("<II", content, header + 64, 0x1000, 16)
    struct.pack_into("<4sHHI", content, 0x400, b"RTR\0", 9, 2, 1 if neutral else 0)
    return bytes(content)


@pytest.mark.parametrize(
    ("machine", "name", "architecture"),
    [
        (0x8664, "IMAGE_FILE_MACHINE_AMD64", Architecture.X86_64),
        (0x8664 ^ 0x7B79, "IMAGE_FILE_MACHINE_AMD64^Linux", Architecture.X86_64),
        (0xAA64 ^ 0x4644, "IMAGE_FILE_MACHINE_ARM64^Apple", Architecture.ARM64),
    ],
)
def test_code_compiled_ahead_names_its_machine_and_serves_all(
    machine: int, name: str, architecture: Architecture
) -> None:
    one = read_slice(ready_to_run(machine, neutral=True))
    assert (one.machine, one.architecture, one.managed) == (name, architecture, True)


def test_code_compiled_ahead_from_a_source_for_one_machine_serves_that_alone() -> None:
    assert not read_slice(ready_to_run(0x8664, neutral=False)).managed


def test_a_clr_header_nowhere_is_malformed() -> None:
    content = bytearray(write_pe(Pe(machine="x86", clr=Clr.ANY_CPU)))
    struct.pack_into("<I", content, OPTIONAL + 96 + 14 * 8, 0x7FFFFFF0)
    with pytest.raises(MalformedBinaryError, match="CLR header"):
        read_slice(bytes(content), Depth.LINKS)
