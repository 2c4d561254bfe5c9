"""Read Mach-O files, thin and fat, as `Binary`s from their parts."""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from archpip.binaries.errors import BytesNotHeldError, MalformedBinaryError
from archpip.binaries.macho.commands import Commands, read_commands
from archpip.binaries.macho.fat import SliceRange, is_fat, read_fat_table
from archpip.binaries.macho.header import MachHeader, is_thin, read_mach_header
from archpip.binaries.macho.symbols import read_symbol_table
from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, Slice
from archpip.binaries.symbols import SymbolTable, find_worst_unbound
from archpip.binaries.window import Window

# Most slices have their load commands within this; it is read in one go with the header.
_HEAD_BYTES = 4096
_MAGIC_BYTES = 8
_ARCHIVE_MAGIC = b"!<arch>\n"


class _Part(Struct, frozen=True):
    """A slice, and its symbols left to flat lookup if those were read."""

    slice: Slice
    symbols: SymbolTable | None = None
    complete: Callable[[frozenset[bytes]], SymbolTable] | None = None
    """Reads the table again, with those of its other symbols that are among some names."""


def read_macho(file: Window, *, depth: Depth) -> Binary:
    """Read a Mach-O file to `depth`, or as deep as the source has its bytes.

    Raises:
        BinaryFormatError: A subclass of it, if a fact within `depth` is invalid.
    """
    if is_fat(file.read(0, min(_MAGIC_BYTES, file.size), "Mach-O magic")):
        parts = tuple(_read_fat_slice(file, entry, depth) for entry in read_fat_table(file))
        return Binary(format=BinaryFormat.MACHO, fat=True, slices=_compare(parts))
    # Symbols tell nothing without those of another slice, so a thin file's are left unread.
    only = _read_slice(file, min(depth, Depth.LINKS)).slice
    if only.depth is Depth.LINKS:
        only = replace(only, depth=depth)
    return Binary(format=BinaryFormat.MACHO, slices=(only,))


def read_macho_symbols(part: Window, *, among: frozenset[bytes] | None = None) -> SymbolTable:
    """Read the symbols of the slice that fills the window, as `read_symbol_table` does."""
    header = read_mach_header(part)
    return read_symbol_table(part, header, read_commands(part, header), among=among)


def _read_fat_slice(file: Window, entry: SliceRange, depth: Depth) -> _Part:
    """Read one slice of a fat file; at `HEADERS` the table alone is enough.

    The loader selects by the table, so a slice whose own header has another machine is refused.
    """
    machine = entry.machine
    known = Slice(
        architecture=machine.architecture,
        machine=machine.machine,
        subtype=machine.subtype,
        kind=None,
        bits=machine.bits,
        big_endian=machine.big_endian,
        offset=entry.offset,
        size_bytes=entry.size,
    )
    if depth is Depth.HEADERS:
        return _Part(slice=known)
    part = file.sub(entry.offset, entry.size)
    try:
        part.keep_head(_HEAD_BYTES)
    except BytesNotHeldError:
        return _Part(slice=known)
    magic = part.read(0, min(_MAGIC_BYTES, part.size), "slice")
    if magic == _ARCHIVE_MAGIC:
        return _Part(slice=replace(known, kind=BinaryKind.OBJECT, depth=depth))
    if not is_thin(magic):
        # Compilers once put LLVM bitcode into such slices: no processor runs it.
        return _Part(slice=replace(known, kind=BinaryKind.OTHER, depth=depth))
    read = _read_slice(part, depth)
    if (read.slice.machine, read.slice.subtype) != (machine.machine, machine.subtype):
        raise MalformedBinaryError(
            what=f"{machine.machine} slice",
            offset=entry.offset,
            reason=f"holds {read.slice.machine} {read.slice.subtype}".rstrip(),
        )
    return read


def _read_slice(part: Window, depth: Depth) -> _Part:
    """Read a thin file, or one slice of a fat file, from its own header."""
    header = read_mach_header(part)
    known = Slice(
        architecture=header.machine.architecture,
        machine=header.machine.machine,
        subtype=header.machine.subtype,
        kind=header.kind,
        bits=header.bits,
        big_endian=header.order == ">",
        offset=part.start,
        size_bytes=part.size,
    )
    if depth is Depth.HEADERS:
        return _Part(slice=known)
    try:
        commands = read_commands(part, header)
    except BytesNotHeldError:
        return _Part(slice=known)
    known = replace(
        known,
        platform=commands.platform,
        minimum_os=commands.minimum_os,
        needed=commands.needed,
        run_paths=commands.run_paths,
        run_paths_inherited=True,
        install_name=commands.install_name,
        depth=Depth.LINKS,
    )
    if depth is Depth.LINKS:
        return _Part(slice=known)
    return _read_slice_symbols(part, known, header, commands)


def _read_slice_symbols(
    part: Window, known: Slice, header: MachHeader, commands: Commands
) -> _Part:
    def read(among: frozenset[bytes]) -> SymbolTable:
        return read_symbol_table(part, header, commands, among=among)

    try:
        symbols = read(frozenset())
    except BytesNotHeldError:
        return _Part(slice=known)
    return _Part(slice=replace(known, depth=Depth.SYMBOLS), symbols=symbols, complete=read)


def _compare(parts: tuple[_Part, ...]) -> tuple[Slice, ...]:
    """Return the slices, each with the symbols that it lacks and another has.

    They are known only if the symbols of all slices were read.
    """
    if any(part.slice.depth < Depth.SYMBOLS for part in parts):
        return tuple(
            replace(part.slice, depth=min(part.slice.depth, Depth.LINKS)) for part in parts
        )
    # The others are searched only for symbols that a slice leaves to flat lookup, mostly few: of a
    # library with a million symbols, only those are in memory.
    tables = tuple(_complete(part, parts) for part in parts)
    slices = []
    for part, own in zip(parts, tables, strict=True):
        others = tuple(table for table in tables if table is not None and table is not own)
        unbound = None if own is None else find_worst_unbound(own, others)
        slices.append(replace(part.slice, unbound=unbound))
    return tuple(slices)


def _complete(part: _Part, parts: tuple[_Part, ...]) -> SymbolTable | None:
    """Return a slice's symbols, with those that the other slices leave to flat lookup."""
    others = (other.symbols for other in parts if other is not part)
    wanted = frozenset[bytes]().union(*(table.flat for table in others if table is not None))
    return part.complete(wanted) if part.complete and wanted else part.symbols
