import struct
from dataclasses import replace

import pytest

from archpip.binaries import (
    BytesSource,
    MalformedBinaryError,
    SymbolTable,
    TruncatedBinaryError,
    UnsupportedBinaryError,
    read_symbols,
)
from archpip.binaries.elf import symbols as symbols_module
from fake_index.elf import Elf, ElfSymbol, write_elf
from tests.unit.binaries.reads import read_slice

LIBRARY = Elf(
    machine="x86_64",
    symbols=(
        ElfSymbol(name="PyInit_x", defined=True),
        ElfSymbol(name="inline_template", defined=True, weak=True),
        ElfSymbol(name="PyList_New", defined=False),
        ElfSymbol(name="__cxa_finalize", defined=False, weak=True),
    ),
)


def table_of(content: bytes) -> SymbolTable:
    table = read_symbols(BytesSource(content), read_slice(content))
    assert table is not None
    return table


@pytest.mark.parametrize(
    "elf",
    [
        LIBRARY,
        replace(LIBRARY, sections=False, load_address=0x400000),
        replace(LIBRARY, machine="i386", bits=32),
        replace(LIBRARY, machine="ppc", bits=32, big_endian=True),
        replace(LIBRARY, machine="s390", big_endian=True),
        replace(LIBRARY, machine="alpha"),
    ],
    ids=["x86_64", "stripped", "i386", "ppc", "s390x-wide-hash", "alpha-wide-hash"],
)
def test_symbols_are_counted_by_the_hash_table(elf: Elf) -> None:
    table = table_of(write_elf(elf))
    assert table.defined == {b"PyInit_x", b"inline_template"}
    assert table.flat == {b"PyList_New"}
    assert table.bound == ()


def test_a_program_without_a_dynamic_table_has_no_symbols_of_use() -> None:
    table = table_of(write_elf(replace(LIBRARY, dynamic=False)))
    assert (table.defined, table.flat) == (frozenset(), frozenset())


def test_more_symbols_than_one_step_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbols_module, "_STEP", 2)
    assert table_of(write_elf(LIBRARY)).flat == {b"PyList_New"}


STRIPPED = replace(LIBRARY, sections=False)


def with_gnu_hash(*words: int, sections: bool = False) -> bytes:
    """Return the library with a DT_GNU_HASH of these words in place of its DT_HASH."""
    content = write_elf(replace(LIBRARY, sections=sections, code_bytes=256))
    table = struct.pack(f"<{len(words)}I", *words)
    code = 0x100
    entry = content.index(struct.pack("<QQ", 4, content_address_of_hash(content)))
    bent = bytearray(content)
    bent[entry : entry + 16] = struct.pack("<QQ", 0x6FFFFEF5, code)
    bent[code : code + len(table)] = table
    return bytes(bent)


def content_address_of_hash(content: bytes) -> int:
    # nbucket 1, nchain 5, first symbol 1
    return content.index(struct.pack("<3I", 1, 5, 1))


def test_gnu_hash_ends_with_the_chain_that_begins_last() -> None:
    # nbuckets 2, symoffset 1, bloom_size 1, shift; 64 bits of bloom; buckets; chains of 1 to 4
    content = with_gnu_hash(2, 1, 1, 6, 0, 0, 1, 3, 0x10, 0x11, 0x20, 0x21)
    assert table_of(content) == table_of(write_elf(LIBRARY))


def test_gnu_hash_that_hashes_nothing_counts_what_lies_before_it() -> None:
    """Linkers write 1 there whatever the file wants, so the section is asked first."""
    content = with_gnu_hash(1, 3, 1, 6, 0, 0, 0)
    assert table_of(content).defined == {b"PyInit_x", b"inline_template"}
    assert table_of(content).flat == frozenset()
    whole = with_gnu_hash(1, 3, 1, 6, 0, 0, 0, sections=True)
    assert table_of(whole).flat == {b"PyList_New"}


def test_a_file_without_any_hash_table_has_no_symbols_that_could_be_counted() -> None:
    content = write_elf(STRIPPED)
    entry = content.index(struct.pack("<QQ", 4, content_address_of_hash(content)))
    assert table_of(content[:entry] + b"\x77" + content[entry + 1 :]).defined == frozenset()


def test_a_chain_without_an_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symbols_module, "MAX_SYMBOLS", 4)
    with pytest.raises(MalformedBinaryError, match="a chain without an end"):
        table_of(with_gnu_hash(1, 1, 1, 6, 0, 0, 1, *[2] * 20))


def test_absurd_counts_are_unsupported() -> None:
    content = write_elf(STRIPPED)
    place = content_address_of_hash(content) + 4
    bent = content[:place] + b"\xff\xff\xff\xff" + content[place + 4 :]
    with pytest.raises(UnsupportedBinaryError, match="symbols: 4294967295"):
        table_of(bent)
    with pytest.raises(UnsupportedBinaryError, match="hash buckets"):
        table_of(with_gnu_hash(0xFFFFFFFF, 1, 1, 6))
    with pytest.raises(UnsupportedBinaryError, match="hash buckets"):
        table_of(with_gnu_hash(1, 1, 0xFFFFFFFF, 6))


def test_a_count_beyond_the_table_is_truncated() -> None:
    content = write_elf(STRIPPED)
    place = content_address_of_hash(content) + 4
    bent = content[:place] + (1_000_000).to_bytes(4, "little") + content[place + 4 :]
    with pytest.raises(TruncatedBinaryError, match="dynamic symbols"):
        table_of(bent)
