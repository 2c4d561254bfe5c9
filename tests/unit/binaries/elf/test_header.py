import pytest

from archpip.binaries import (
    BinaryKind,
    Depth,
    MalformedBinaryError,
    TruncatedBinaryError,
    UnsupportedBinaryError,
)
from fake_index.elf import Elf, ElfKind, write_elf
from tests.unit.binaries.reads import patched, read_prefix, read_slice

LIBRARY = Elf(machine="x86_64", needed=("libc.so.6",), soname="libx.so.1")
CONTENT = write_elf(LIBRARY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (patched(CONTENT, 4, b"\0"), "has class 0 and byte order 1"),
        (patched(CONTENT, 4, b"\3"), "has class 3"),
        (patched(CONTENT, 5, b"\0"), "byte order 0"),
        (patched(CONTENT, 54, b"\x20"), "program headers have 32 bytes, not 56"),
    ],
)
def test_a_header_that_no_loader_reads_is_malformed(content: bytes, message: str) -> None:
    with pytest.raises(MalformedBinaryError, match=message):
        read_slice(content, Depth.HEADERS)


@pytest.mark.parametrize("count", [b"\xff\xff", b"\xd1\x07"])
def test_absurdly_many_program_headers_are_unsupported(count: bytes) -> None:
    with pytest.raises(UnsupportedBinaryError, match="program headers"):
        read_slice(patched(CONTENT, 56, count), Depth.HEADERS)


@pytest.mark.parametrize("length", [4, 15, 16, 63, 64, 100])
def test_a_cut_header_is_truncated(length: int) -> None:
    with pytest.raises(TruncatedBinaryError):
        read_slice(CONTENT[:length], Depth.HEADERS)


def test_program_headers_outside_the_file_are_truncated() -> None:
    with pytest.raises(TruncatedBinaryError, match=r"program headers at \+0xffffffffffff"):
        read_slice(patched(CONTENT, 32, b"\xff" * 6), Depth.HEADERS)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ElfKind.OBJECT, BinaryKind.OBJECT),
        (ElfKind.EXECUTABLE, BinaryKind.EXECUTABLE),
        (ElfKind.SHARED, BinaryKind.LIBRARY),
        (ElfKind.CORE, BinaryKind.OTHER),
    ],
)
@pytest.mark.parametrize("depth", Depth)
def test_the_type_is_the_kind(kind: ElfKind, expected: BinaryKind, depth: Depth) -> None:
    assert read_slice(write_elf(Elf(machine="x86_64", kind=kind)), depth).kind is expected


@pytest.mark.parametrize("depth", Depth)
def test_a_position_independent_program_has_an_interpreter(depth: Depth) -> None:
    content = write_elf(Elf(machine="x86_64", interpreter="/lib64/ld-linux-x86-64.so.2"))
    assert read_slice(content, depth).kind is BinaryKind.EXECUTABLE


def test_sixty_four_bytes_do_not_tell_a_library_from_a_program() -> None:
    assert read_prefix(CONTENT, 64, Depth.SYMBOLS).slices[0].kind is None
    program = write_elf(Elf(machine="x86_64", kind=ElfKind.EXECUTABLE))
    assert read_prefix(program, 64, Depth.SYMBOLS).slices[0].kind is BinaryKind.EXECUTABLE
