import struct

import pytest

from archpip.binaries import (
    BytesSource,
    MalformedBinaryError,
    SymbolTable,
    TruncatedBinaryError,
    UnsupportedBinaryError,
    read_symbols,
)
from archpip.binaries.macho import bindings
from tests.unit.binaries.macho.loader_tables import (
    CHAINED_FIXUPS,
    DO_BIND,
    DYLD_INFO,
    DYLD_INFO_ONLY,
    EXPORTS_TRIE,
    FLAT,
    FREE,
    LAZY,
    LEAF,
    LIBRARIES,
    MIDDLE,
    OPEN,
    PROGRAM,
    ROOT,
    X,
    fixups,
    stripped,
    symbol,
    trie_node,
)
from tests.unit.binaries.reads import read_slice


def table_of(content: bytes) -> SymbolTable:
    table = read_symbols(BytesSource(content), read_slice(content))
    assert table is not None
    return table


@pytest.mark.parametrize("form", [1, 2])
def test_chained_imports(form: int) -> None:
    content = fixups(
        0xFE | OPEN << 9, 1 | FREE << 9, 2 | X << 9, 0xFE | 1 << 8 | FREE << 9, form=form
    )
    table = table_of(stripped(CHAINED_FIXUPS, content))
    assert table.flat == {b"_open"}
    assert table.bound == (
        (LIBRARIES[0], frozenset({b"_free"})),
        (LIBRARIES[1], frozenset({b"_x"})),
    )
    assert table.defined == frozenset()


def test_wide_chained_imports() -> None:
    content = fixups(0xFFFE | OPEN << 32, 1 | FREE << 32, 0xFFFE | 1 << 16 | X << 32, form=3)
    table = table_of(stripped(CHAINED_FIXUPS, content))
    assert table.flat == {b"_open"}
    assert table.bound == ((LIBRARIES[0], frozenset({b"_free"})),)


def test_no_chained_imports() -> None:
    assert table_of(stripped(CHAINED_FIXUPS, fixups())).flat == frozenset()


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (fixups(1, form=9), MalformedBinaryError, "imports of format 9 and names of format 0"),
        (fixups(1, compression=1), MalformedBinaryError, "names of format 1"),
        (fixups(1)[:20], TruncatedBinaryError, "chained fixups"),
        (fixups(1 | 5000 << 9), TruncatedBinaryError, "symbol name"),
        (
            struct.pack("<7I", 0, 28, 28, 28, 0xFFFFFF, 1, 0),
            TruncatedBinaryError,
            "chained imports",
        ),
    ],
)
def test_chained_fixups_that_cannot_be_followed(
    content: bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        table_of(stripped(CHAINED_FIXUPS, content))


@pytest.mark.parametrize("number", [DYLD_INFO, DYLD_INFO_ONLY])
def test_bind_opcodes_ordinary_and_lazy(number: int) -> None:
    table = table_of(stripped(number, b"", PROGRAM + b"\0\0", b"", LAZY + b"\0", b""))
    assert table.flat == {b"_open", b"_late"}
    assert table.bound == (
        (LIBRARIES[0], frozenset({b"_free", b"_malloc"})),
        (LIBRARIES[1], frozenset({b"_x"})),
    )


def test_without_two_levels_all_is_flat() -> None:
    table = table_of(stripped(DYLD_INFO, b"", PROGRAM, b"", b"", b"", two_level=False))
    assert table.flat == {b"_free", b"_x", b"_open", b"_self", b"_main"}


@pytest.mark.parametrize("program", [b"\x40unended", b"\x20\xff\xff", b"\x70", b"\xd0\x05\xd1\xf0"])
def test_a_program_that_ends_within_an_opcode_ends(program: bytes) -> None:
    assert table_of(stripped(DYLD_INFO, b"", program, b"", b"", b"")).flat == frozenset()


def test_the_trie_names_what_is_exported() -> None:
    leaf = trie_node(terminal=True).ljust(16, b"\0")
    other = ROOT.replace(b"_open\0\x20", b"_open\0\x30")
    assert table_of(stripped(EXPORTS_TRIE, other + MIDDLE + leaf + LEAF)).defined == {
        b"_Py",
        b"_PyInit_x",
        b"_open",
    }
    assert table_of(stripped(DYLD_INFO, b"", b"", b"", b"", other + MIDDLE + leaf + LEAF)).defined


@pytest.mark.parametrize(
    "trie",
    [
        b"",
        b"\0\x05",
        trie_node((b"a", 0)),
        trie_node((b"a", 16)).ljust(16, b"\0") + trie_node((b"b", 16), (b"c", 0)),
        trie_node((b"a", 99)),
        b"\0\x01unended",
    ],
    ids=["empty", "missing-edges", "own-child", "circle", "child-outside", "label-without-end"],
)
def test_a_trie_that_leads_nowhere_ends(trie: bytes) -> None:
    assert table_of(stripped(EXPORTS_TRIE, trie)).defined == frozenset()


def test_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bindings, "MAX_SYMBOL_NAMES_BYTES", 3)
    with pytest.raises(UnsupportedBinaryError, match="bytes of exported names"):
        table_of(stripped(EXPORTS_TRIE, ROOT + MIDDLE + LEAF))
    monkeypatch.setattr(bindings, "MAX_BINDING_BYTES", 3)
    with pytest.raises(UnsupportedBinaryError, match="bytes of loader information"):
        table_of(stripped(DYLD_INFO, b"", PROGRAM, b"", b"", b""))


def test_tables_beyond_the_slice_are_truncated() -> None:
    content = stripped(DYLD_INFO, b"", PROGRAM, b"", b"", b"")
    with pytest.raises(TruncatedBinaryError, match="bind opcodes"):
        table_of(content[:-5])


def test_exports_that_are_far_longer_than_their_trie_are_refused() -> None:
    # Each node exports a name that is one letter longer than that of the node before.
    places = (7 * number for number in range(1, 2000))
    nodes = (b"\1\0\1a\0" + bytes([place & 0x7F | 0x80, place >> 7 & 0x7F]) for place in places)
    with pytest.raises(UnsupportedBinaryError, match="bytes of exported names"):
        table_of(stripped(EXPORTS_TRIE, b"".join(nodes)))


def test_of_the_loaders_tables_too_only_wanted_names_are_kept() -> None:
    program = b"\x11" + symbol("_free") + DO_BIND + FLAT + symbol("_open") + DO_BIND
    trie = b"\0\2_a\0\x0a_b\0\x0a\1\0\0"
    content = stripped(DYLD_INFO, b"", program, b"", b"", trie)
    table = read_symbols(BytesSource(content), read_slice(content), among=frozenset({b"_x"}))
    assert table is not None
    assert table.flat == {b"_open"}
    assert table.defined == frozenset()
    assert table.bound == ()
