"""Symbols from the loader's own tables, for slices whose symbol table was stripped.

A loader needs no symbol table: it binds by chained fixups (since macOS 12) or by small programs of
opcodes, and looks exports up in a trie. They have the same facts, but are slower to read.

Source: `<mach-o/fixup-chains.h>`: `dyld_chained_fixups_header`, `dyld_chained_import`;
`<mach-o/loader.h>`: `dyld_info_command`, BIND_OPCODE_*; for the trie, dyld's
`MachOLoaded::trieWalk`.
"""

from collections.abc import Iterator
from struct import Struct
from typing import NamedTuple

from archpip.binaries.errors import MalformedBinaryError
from archpip.binaries.leb128 import read_uleb128
from archpip.binaries.limits import (
    MAX_BINDING_BYTES,
    MAX_EXPORTS_PER_BYTE,
    MAX_SYMBOL_NAMES_BYTES,
    check_limit,
)
from archpip.binaries.macho.commands import Blob, Commands
from archpip.binaries.macho.header import DYNAMIC_LOOKUP_ORDINAL, MachHeader
from archpip.binaries.names import read_names
from archpip.binaries.symbols import SymbolTable
from archpip.binaries.window import Window


class Binding(NamedTuple):
    """One undefined symbol and where the loader looks for it."""

    name: bytes
    ordinal: int
    """As in a symbol table: the number of a library, or one of its special values."""
    weak: bool


_ORDINAL_MASK = 0xFF  # negative ordinals become the values that a symbol table has for them

# Version; offsets of starts, imports and symbols; imports' count and format; symbols' format
_FIXUPS = Struct("<7I")


class _ImportLayout(NamedTuple):
    """The positions of the fields in the first integer of one kind of `dyld_chained_import`."""

    layout: Struct
    ordinal_bits: int
    name_shift: int


_IMPORT_FORMATS = {
    1: _ImportLayout(Struct("<I"), 8, 9),  # DYLD_CHAINED_IMPORT
    2: _ImportLayout(Struct("<I4x"), 8, 9),  # …_ADDEND
    3: _ImportLayout(Struct("<Q8x"), 16, 32),  # …_ADDEND64
}

_OPCODE_MASK = 0xF0
_IMMEDIATE_MASK = 0x0F
_SET_ORDINAL_IMMEDIATE = 0x10
_SET_ORDINAL = 0x20
_SET_SPECIAL_ORDINAL = 0x30
_SET_SYMBOL = 0x40
_BINDS = {0x90, 0xA0, 0xB0, 0xC0}
_THREADED = 0xD0
# How many LEB128 numbers follow an opcode that is otherwise ignored.
_NUMBERS = {0x60: 1, 0x70: 1, 0x80: 1, 0xA0: 1, 0xC0: 2}
_WEAK_IMPORT = 0x1


def read_loader_symbols(
    part: Window,
    header: MachHeader,
    commands: Commands,
    *,
    among: frozenset[bytes] | None = None,
) -> SymbolTable:
    """Read the symbols that the loader binds and exports; weak imports are left out.

    With `among`, symbols not left to flat lookup are returned only if they are among those names.

    Raises:
        TruncatedBinaryError: A table runs past the end of the slice.
        MalformedBinaryError: A table is of a kind that does not exist.
        UnsupportedBinaryError: One is larger than any real one.
    """
    flat: set[bytes] = set()
    bound: dict[int, set[bytes]] = {}
    for name, ordinal, weak in iter_bindings(part, commands):
        if weak:
            continue
        if not header.two_level or ordinal == DYNAMIC_LOOKUP_ORDINAL:
            flat.add(name)
        elif among is None or name in among:
            bound.setdefault(ordinal, set()).add(name)
    return SymbolTable(
        architecture=header.machine.architecture,
        defined=read_exports(part, commands, among=among),
        flat=frozenset(flat),
        bound=tuple(
            (library.name, frozenset(bound[ordinal]))
            for ordinal, library in enumerate(commands.needed, start=1)
            if ordinal in bound
        ),
        linked=tuple(library.name for library in commands.needed),
    )


def iter_bindings(part: Window, commands: Commands) -> Iterator[Binding]:
    """Yield the loader's bindings, in its order; a symbol bound in several places repeats.

    Raises:
        TruncatedBinaryError: A table runs past the end of the slice.
        MalformedBinaryError: A table is of a kind that does not exist.
        UnsupportedBinaryError: One is larger than any real one.
    """
    if commands.fixups is not None:
        yield from _iter_imports(part.sub(commands.fixups.offset, _size(commands.fixups)))
    for program in commands.bindings:
        yield from _iter_bound(part.read(program.offset, _size(program), "bind opcodes"))


def read_exports(
    part: Window, commands: Commands, *, among: frozenset[bytes] | None = None
) -> frozenset[bytes]:
    """Read the names that the slice exports, from the trie; with `among`, only those in it.

    Raises:
        TruncatedBinaryError: The trie runs past the end of the slice.
        UnsupportedBinaryError: It holds more than any real one, or leads in circles.
    """
    if commands.exports is None:
        return frozenset()
    trie = part.read(commands.exports.offset, _size(commands.exports), "export trie")
    exports = _iter_exports(trie)
    return frozenset(exports if among is None else (name for name in exports if name in among))


def _size(blob: Blob) -> int:
    check_limit("bytes of loader information", blob.size, MAX_BINDING_BYTES)
    return blob.size


def _iter_imports(fixups: Window) -> Iterator[Binding]:
    _, _, imports_offset, symbols_offset, count, number, compression = fixups.unpack(
        _FIXUPS, 0, "chained fixups"
    )
    if not count:
        return
    form = _IMPORT_FORMATS.get(number)
    if form is None or compression:
        raise MalformedBinaryError(
            what="chained fixups",
            offset=fixups.start,
            reason=f"have imports of format {number} and names of format {compression}",
        )
    table = fixups.read(imports_offset, count * form.layout.size, "chained imports")
    imports = [packed for (packed,) in form.layout.iter_unpack(table)]
    strings = fixups.sub(symbols_offset, fixups.size)
    names = read_names(strings, [packed >> form.name_shift for packed in imports])
    for name, packed in zip(names, imports, strict=True):
        weak = bool(packed >> form.ordinal_bits & 1)
        yield Binding(name=name, ordinal=packed & _ORDINAL_MASK, weak=weak)


def _iter_bound(program: bytes) -> Iterator[Binding]:
    """Run a program of bind opcodes, as far as symbols and libraries go.

    A symbol is yielded once for each run of places that it is bound in. BIND_OPCODE_DONE ends a
    program, but in the lazy one follows each symbol: it is ignored, as only padding with the same
    byte may follow the end.
    """
    name, ordinal, weak = b"", 0, False
    last: Binding | None = None
    position = 0
    while position < len(program):
        opcode = program[position] & _OPCODE_MASK
        immediate = program[position] & _IMMEDIATE_MASK
        position += 1
        if opcode == _SET_ORDINAL_IMMEDIATE:
            ordinal = immediate
        elif opcode == _SET_SPECIAL_ORDINAL:
            ordinal = _OPCODE_MASK | immediate if immediate else 0
        elif opcode == _SET_ORDINAL:
            ordinal, position = read_uleb128(program, position)
        elif opcode == _SET_SYMBOL:
            end = program.find(b"\0", position)
            end = len(program) if end < 0 else end
            name, weak = program[position:end], bool(immediate & _WEAK_IMPORT)
            position = end + 1
        else:
            numbers = _NUMBERS.get(opcode, int(opcode == _THREADED and not immediate))
            for _ in range(numbers):
                _, position = read_uleb128(program, position)
            binding = Binding(name=name, ordinal=ordinal & _ORDINAL_MASK, weak=weak)
            if opcode in _BINDS and binding != last:
                last = binding
                yield binding


def _iter_exports(trie: bytes) -> Iterator[bytes]:
    """Walk the trie: each node has the export whose name ends there, and edges to longer names.

    Each node is visited once, so that cycles end.
    """
    pending = [(b"", 0)]
    seen = {0}
    total = 0
    limit = min(MAX_SYMBOL_NAMES_BYTES, MAX_EXPORTS_PER_BYTE * len(trie))
    while pending:
        prefix, node = pending.pop()
        size, position = read_uleb128(trie, node)
        if size:
            yield prefix
        position += size
        edges = trie[position] if position < len(trie) else 0
        position += 1
        for _ in range(edges):
            end = trie.find(b"\0", position)
            if end < 0:
                break
            name = prefix + trie[position:end]
            child, position = read_uleb128(trie, end + 1)
            total += len(name)
            check_limit("bytes of exported names", total, limit)
            if child not in seen and child < len(trie):
                seen.add(child)
                pending.append((name, child))
