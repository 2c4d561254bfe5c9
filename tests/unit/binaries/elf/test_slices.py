from archpip.binaries import BinaryFormat, BinaryKind, Depth, read_binary
from fake_index.elf import Elf, ElfSymbol, write_elf
from tests.unit.binaries.reads import WatchedSource, read, read_slice


def test_an_interpreter_is_told() -> None:
    content = write_elf(Elf(machine="aarch64", interpreter="/lib/ld-musl-aarch64.so.1"))
    assert read_slice(content).interpreter == "/lib/ld-musl-aarch64.so.1"


def test_a_library_that_can_be_run_is_a_library_by_its_soname() -> None:
    content = write_elf(
        Elf(machine="x86_64", interpreter="/lib64/ld-linux-x86-64.so.2", soname="libc.so.6")
    )
    assert read_slice(content).kind is BinaryKind.LIBRARY


def test_symbols_are_left_unread_as_they_tell_nothing_alone() -> None:
    symbols = tuple(ElfSymbol(name=f"f{number}", defined=True) for number in range(2000))
    content = write_elf(Elf(machine="x86_64", symbols=symbols))
    source = WatchedSource(content)
    binary = read_binary(source, depth=Depth.SYMBOLS)
    assert binary is not None
    assert binary.depth is Depth.SYMBOLS
    assert sum(length for _, length in source.reads) < 5000


def test_an_elf_file_is_one_slice_from_its_start() -> None:
    content = write_elf(Elf(machine="x86_64"))
    binary = read(content)
    assert binary.format is BinaryFormat.ELF
    assert [(one.offset, one.size_bytes) for one in binary.slices] == [(0, len(content))]
