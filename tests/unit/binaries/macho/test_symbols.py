from dataclasses import replace

import pytest

from archpip.binaries import (
    BytesSource,
    SymbolTable,
    TruncatedBinaryError,
    UnsupportedBinaryError,
    read_symbols,
)
from archpip.binaries.macho import symbols as symbols_module
from fake_index.macho import (
    EXECUTABLE_ORDINAL,
    Dylib,
    MachO,
    MachOSymbol,
    defined,
    flat,
    undefined,
    write_macho,
)
from tests.unit.binaries.reads import read_slice

IMAGE = MachO(
    architecture="arm64",
    dylibs=(Dylib(name="/usr/lib/libSystem.B.dylib"), Dylib(name="@rpath/libx.dylib")),
    symbols=(
        defined("_PyInit_x"),
        defined("_weak_template", weak=True),
        defined("_static", external=False),
        MachOSymbol(name="/build/x.c", defined=True, debug=True),
        flat("_PyList_New"),
        flat("_optional", weak=True),
        undefined("_malloc", ordinal=1),
        undefined("_free", ordinal=1),
        undefined("_x_open", ordinal=2),
        undefined("_own", ordinal=0),
        undefined("_main", ordinal=EXECUTABLE_ORDINAL),
        undefined("_beyond", ordinal=9),
    ),
)


def table_of(content: bytes) -> SymbolTable:
    table = read_symbols(BytesSource(content), read_slice(content))
    assert table is not None
    return table


@pytest.mark.parametrize("architecture", ["arm64", "i386", "ppc", "ppc64", "arm64_32"])
def test_symbols_are_sorted_by_what_the_loader_does_with_them(architecture: str) -> None:
    table = table_of(write_macho(replace(IMAGE, architecture=architecture)))
    assert table.defined == {b"_PyInit_x", b"_weak_template"}
    assert table.private == frozenset()
    assert table.flat == {b"_PyList_New"}
    assert table.bound == (
        ("/usr/lib/libSystem.B.dylib", frozenset({b"_malloc", b"_free"})),
        ("@rpath/libx.dylib", frozenset({b"_x_open"})),
    )


def test_without_two_levels_nothing_is_bound() -> None:
    table = table_of(write_macho(replace(IMAGE, two_level=False)))
    assert table.bound == ()
    assert table.flat == {
        b"_PyList_New", b"_malloc", b"_free", b"_x_open", b"_own", b"_main", b"_beyond"
    }  # fmt: skip


def test_an_indirect_symbol_defines_nothing() -> None:
    # open3d 0.19.0 names one symbol as an alias of itself, in both slices.
    assert not symbols_module._is_defined(0x0A | 0x01)
    assert symbols_module._is_defined(0x0E | 0x01)


def test_private_externals_are_kept_apart() -> None:
    content = write_macho(MachO(architecture="x86_64", symbols=(defined("_hidden"),)))
    entry = content.index(b"\x0f\x01", 300)  # N_SECT | N_EXT in the first section
    hidden = content[:entry] + b"\x1e" + content[entry + 1 :]  # N_SECT | N_PEXT
    table = table_of(hidden)
    assert (table.defined, table.private) == (frozenset(), frozenset({b"_hidden"}))


def test_more_symbols_than_one_step_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_macho(IMAGE)
    whole = table_of(content)
    monkeypatch.setattr(symbols_module, "_STEP", 2)
    assert table_of(content) == whole


def test_a_slice_without_symbols_has_empty_sets() -> None:
    table = table_of(write_macho(MachO(architecture="arm64")))
    assert (table.defined, table.flat, table.bound) == (frozenset(), frozenset(), ())


def symtab(content: bytes) -> int:
    """Return where LC_SYMTAB begins."""
    return content.index(b"\x02\0\0\0\x18\0\0\0")


def test_a_table_beyond_the_slice_is_truncated() -> None:
    content = write_macho(IMAGE)
    place = symtab(content) + 8
    bent = content[:place] + b"\0\0\0\x10" + content[place + 4 :]
    with pytest.raises(TruncatedBinaryError, match=r"symbol table at \+0x10000000"):
        table_of(bent)


def test_names_beyond_their_table_are_truncated() -> None:
    content = write_macho(IMAGE)
    place = symtab(content) + 20
    bent = content[:place] + b"\4\0\0\0" + content[place + 4 :]
    with pytest.raises(TruncatedBinaryError, match="symbol name"):
        table_of(bent)


def test_absurdly_many_symbols_are_unsupported() -> None:
    content = write_macho(IMAGE)
    place = symtab(content) + 12
    bent = content[:place] + b"\xff\xff\xff\xff" + content[place + 4 :]
    with pytest.raises(UnsupportedBinaryError, match="symbols: 4294967295 is more than"):
        table_of(bent)
