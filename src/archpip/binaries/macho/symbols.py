"""The symbol table of one Mach-O slice, with the library that each symbol is bound to.

Source: `<mach-o/nlist.h>`.
"""

from array import array
from collections.abc import Iterator
from itertools import compress
from struct import Struct

import msgspec

from archpip.binaries.limits import MAX_SYMBOLS, check_limit
from archpip.binaries.macho.bindings import read_loader_symbols
from archpip.binaries.macho.commands import Commands, SymbolTableCommand
from archpip.binaries.macho.header import DYNAMIC_LOOKUP_ORDINAL, MachHeader
from archpip.binaries.names import find_names
from archpip.binaries.symbols import SymbolTable
from archpip.binaries.window import Window

# `n_type`: "debugger's note" (three bits), "private external", kind (three bits), "external"
_STAB = 0xE0
_PRIVATE_EXTERNAL = 0x10
_KIND = 0x0E
_EXTERNAL = 0x01
_KIND_UNDEFINED = 0x0
_KIND_INDIRECT = 0xA  # another name for a symbol, which may itself be undefined
_KIND_PREBOUND_UNDEFINED = 0xC

# `n_desc` of an undefined symbol: library ordinal in the high byte, flags in the low one.
_WEAK_REFERENCE = 0x0040

_OFFSET_BYTES = 4

# Symbols are read so many at a time, to hold a megabyte whatever their number.
_STEP = 1 << 16


def _is_undefined(kind: int) -> bool:
    return (
        not kind & _STAB
        and bool(kind & _EXTERNAL)
        and kind & _KIND in {_KIND_UNDEFINED, _KIND_PREBOUND_UNDEFINED}
    )


def _is_defined(kind: int) -> bool:
    return (
        not kind & _STAB
        and bool(kind & (_EXTERNAL | _PRIVATE_EXTERNAL))
        and kind & _KIND not in {_KIND_UNDEFINED, _KIND_INDIRECT, _KIND_PREBOUND_UNDEFINED}
    )


# One byte in, one byte out: `bytes.translate` sorts a whole column of `n_type`.
_SELECTED = bytes(_is_undefined(kind) or _is_defined(kind) for kind in range(256))
_UNDEFINED = frozenset(filter(_is_undefined, range(256)))


def _offsets() -> "array[int]":
    # `n_strx` has four bytes, and a list of as many numbers takes ten times as much.
    return array("L" if array("I").itemsize < _OFFSET_BYTES else "I")


class _Offsets(msgspec.Struct):
    """The offsets in the string table of the names of each kind of symbol."""

    defined: "array[int]" = msgspec.field(default_factory=_offsets)
    private: "array[int]" = msgspec.field(default_factory=_offsets)
    flat: "array[int]" = msgspec.field(default_factory=_offsets)
    bound: dict[int, "array[int]"] = msgspec.field(default_factory=dict)
    """By library ordinal."""

    @property
    def is_empty(self) -> bool:
        """No symbol of any sort."""
        return not (self.defined or self.private or self.flat or self.bound)


def read_symbol_table(
    part: Window,
    header: MachHeader,
    commands: Commands,
    *,
    among: frozenset[bytes] | None = None,
) -> SymbolTable:
    """Read the external symbols of a slice; weak references are left out.

    If `strip` removed them all, the loader's own tables are read. With `among`, symbols not left to
    flat lookup are returned only if they are among those names: a large library defines a million.

    Raises:
        TruncatedBinaryError: The table or a name lies outside the slice.
        UnsupportedBinaryError: There are more symbols than in any real file.
    """
    table = commands.symbols
    offsets = _Offsets() if table is None else _sort_symbols(part, header, table)
    if table is None or offsets.is_empty:
        return read_loader_symbols(part, header, commands, among=among)
    strings = part.sub(table.strings_offset, table.strings_size)

    def names(of: "array[int]") -> frozenset[bytes]:
        return find_names(strings, of, among=among)

    return SymbolTable(
        architecture=header.machine.architecture,
        defined=names(offsets.defined),
        private=names(offsets.private),
        flat=find_names(strings, offsets.flat),
        bound=tuple(
            (library.name, names(offsets.bound[ordinal]))
            for ordinal, library in enumerate(commands.needed, start=1)
            if ordinal in offsets.bound
        ),
        linked=tuple(library.name for library in commands.needed),
    )


def _sort_symbols(part: Window, header: MachHeader, table: SymbolTableCommand) -> _Offsets:
    sorts = _Offsets()
    for name, kind, description in _iter_external(part, header, table):
        ordinal = description >> 8
        if kind not in _UNDEFINED:
            (sorts.defined if kind & _EXTERNAL else sorts.private).append(name)
        elif description & _WEAK_REFERENCE:
            continue
        elif not header.two_level or ordinal == DYNAMIC_LOOKUP_ORDINAL:
            sorts.flat.append(name)
        else:
            # Ordinal 0 is the slice itself and 0xFF the program: no command has those numbers.
            sorts.bound.setdefault(ordinal, _offsets()).append(name)
    return sorts


def _iter_external(
    part: Window, header: MachHeader, table: SymbolTableCommand
) -> Iterator[tuple[int, ...]]:
    """Yield the name's offset, `n_type` and `n_desc` of each external symbol, in table order."""
    check_limit("symbols", table.symbol_count, MAX_SYMBOLS)
    # n_strx, n_type, n_sect, n_desc, n_value
    layout = Struct(f"{header.order}IBxH{header.bits // 8}x")
    for first in range(0, table.symbol_count, _STEP):
        count = min(_STEP, table.symbol_count - first)
        offset = table.symbols_offset + first * layout.size
        content = part.read(offset, count * layout.size, "symbol table")
        # Most symbols of a large library are local: filtered here, they cost no step in Python.
        kinds = content[4 :: layout.size].translate(_SELECTED)
        yield from compress(layout.iter_unpack(content), kinds)
