import struct

import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat, BinaryKind, BytesSource, looks_native, read_binary
from tests.unit.binaries.reads import read, read_slice


def coff(
    *, machine: int = 0x8664, sections: int = 1, symbols_at: int = 60, symbols: int = 1,
    optional: int = 0, flags: int = 0,
) -> bytes:  # fmt: skip
    header = struct.pack(
        "<HHIIIHH", machine, sections, 0x66000000, symbols_at, symbols, optional, flags
    )
    return header.ljust(100, b"\0")


def test_an_object_is_known_by_a_plausible_header() -> None:
    one = read_slice(coff())
    assert read(coff()).format is BinaryFormat.COFF
    assert (one.architecture, one.kind) == (Architecture.X86_64, BinaryKind.OBJECT)


@pytest.mark.parametrize(
    "content",
    [
        coff(machine=0x1234),
        coff(sections=500),
        coff(symbols_at=10),
        coff(symbols_at=90),
        coff(symbols=1000),
        coff(optional=240),
        coff(flags=0x2000),
        coff()[:19],
        b"d\x86 is how some text might begin, and is no object at all, is it?",
    ],
    ids=[
        "machine",
        "sections",
        "symbols-in-the-header",
        "symbols-cut",
        "symbols",
        "optional-header",
        "dll",
        "short",
        "text",
    ],
)
def test_an_implausible_header_is_no_object(content: bytes) -> None:
    assert read_binary(BytesSource(content)) is None


@pytest.mark.parametrize(
    ("machine", "architecture"),
    [(0xAA64, Architecture.ARM64), (0xA641, Architecture.ARM64EC), (0x14C, Architecture.I686)],
)
def test_import_descriptions_and_big_objects_have_their_machine_elsewhere(
    machine: int, architecture: Architecture
) -> None:
    content = struct.pack("<4H", 0, 0xFFFF, 2, machine).ljust(64, b"\0")
    assert looks_native(content)
    assert read_slice(content).architecture is architecture
    unknown = struct.pack("<4H", 0, 0xFFFF, 2, 0x1234).ljust(64, b"\0")
    assert read_binary(BytesSource(unknown)) is None
