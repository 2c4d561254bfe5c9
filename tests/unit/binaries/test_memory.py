"""A file's size costs no memory: libraries of more than a gigabyte are published."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.binaries import BytesSource, Depth, FileSource, read_binary, read_symbols
from fake_index.binaries import Description, write_binary
from fake_index.elf import Elf, ElfSymbol
from fake_index.macho import FatMachO, MachO, defined, flat, write_fat
from fake_index.pe import Pe, PeImport
from tests.unit.binaries.reads import patched

HUGE = 1_500_000_000


def peak_of(action: Callable[[], object]) -> int:
    """Return how many bytes were held at most while something ran."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def sparse(path: Path, content: bytes) -> Path:
    """Write a file that is huge, and takes no room on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.truncate(HUGE)
    return path


@pytest.mark.parametrize(
    "description",
    [
        MachO(architecture="arm64", symbols=(defined("_a"), flat("_b"))),
        Elf(machine="x86_64", needed=("libc.so.6",), symbols=(ElfSymbol(name="a", defined=True),)),
        Pe(machine="amd64", imports=(PeImport(dll="KERNEL32.dll"),)),
    ],
    ids=["macho", "elf", "pe"],
)
def test_a_huge_file_is_read_in_a_megabyte(description: Description, tmp_path: Path) -> None:
    path = sparse(tmp_path / "huge", write_binary(description))

    def read() -> None:
        with FileSource(path) as source:
            binary = read_binary(source, depth=Depth.SYMBOLS)
            assert binary is not None
            assert binary.slices[0].size_bytes == HUGE
            read_symbols(source, binary.slices[0])

    assert peak_of(read) < 1 << 20


def test_a_symbol_table_of_a_million_is_read_in_steps(tmp_path: Path) -> None:
    """Local symbols, which are nearly all of a large library's, leave nothing behind."""
    content = write_binary(MachO(architecture="arm64", symbols=(flat("_b"),)))
    place = content.index(b"\x02\0\0\0\x18\0\0\0") + 12  # LC_SYMTAB's nsyms
    path = sparse(tmp_path / "huge", patched(content, place, (1_000_000).to_bytes(4, "little")))

    def read() -> None:
        with FileSource(path) as source:
            binary = read_binary(source)
            assert binary is not None
            symbols = read_symbols(source, binary.slices[0])
            assert symbols is not None
            assert symbols.flat == {b"_b"}

    assert peak_of(read) < 8 << 20


def test_of_many_names_only_those_that_another_slice_lacks_are_held() -> None:
    many = tuple(defined(f"_mangled_{number:060000}") for number in range(100))
    whole = MachO(architecture="x86_64", symbols=(*many, defined("_b")))
    hollow = MachO(architecture="arm64", symbols=(*many, flat("_b")))
    source = BytesSource(write_fat(FatMachO(slices=(whole, hollow))))

    def read() -> None:
        binary = read_binary(source, depth=Depth.SYMBOLS)
        assert binary is not None
        unbound = binary.slices[1].unbound
        assert unbound is not None
        assert unbound.examples == ("_b",)

    # The names of either slice take 6 MB; a step through the string table takes one.
    assert peak_of(read) < 3_000_000
