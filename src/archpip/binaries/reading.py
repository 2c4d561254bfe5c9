"""The entry point: read any bytes as a `Binary`, or return `None`.

The reader of a format is imported when the first binary of that format is read.
"""

from archpip.binaries import macho, pe
from archpip.binaries.archives import is_archive, read_archive
from archpip.binaries.elf import is_elf, read_elf, read_elf_symbols
from archpip.binaries.errors import BytesNotHeldError
from archpip.binaries.model import Binary, ByteSource, Depth, Slice
from archpip.binaries.symbols import SymbolTable
from archpip.binaries.wasm import is_wasm, read_wasm
from archpip.binaries.window import Window

# Enough for the headers of nearly every file of any format, and cheap wherever it comes from.
_HEAD_BYTES = 1024
_SMALLEST_HEAD_BYTES = 64
_MAGIC_BYTES = 8


def looks_native(head: bytes) -> bool:
    """Return whether a file that begins with these bytes may be a native binary.

    Cheap, and meant for choosing which files to read at all: `read_binary` may still return `None`.

    Args:
        head: The first 64 bytes or more; all of them if the file is shorter.
    """
    return (
        is_elf(head)
        or macho.is_macho(head)
        or pe.is_dos(head)
        or is_archive(head)
        or is_wasm(head)
        or pe.is_object(head)
    )


def read_binary(source: ByteSource, *, depth: Depth = Depth.LINKS) -> Binary | None:
    """Read the facts of a native binary.

    Reads no more of the source than `depth` requires. If the source has only the start of the file,
    the result has the facts known from it, and each slice's `depth` says how many those are; call
    again with more bytes for more. An error means that the file is truncated or contradicts itself
    within `depth`; a smaller depth may still succeed.

    Returns:
        `None` if the bytes are not a native binary.

    Raises:
        TruncatedBinaryError: The file ends within one of its structures.
        MalformedBinaryError: A field has a value that the format forbids.
        UnsupportedBinaryError: A count or size exceeds archpip's limits.
        BytesNotHeldError: The source does not even have the header.
    """
    head = _read_head(source)
    file = Window(source, head=head)
    if pe.is_dos(head):
        return pe.read_pe(file, depth=depth)
    if is_archive(head):
        return read_archive(file, _read_member)
    if pe.is_object(head, size=source.size):
        return pe.read_object(file, head)
    return _read_one(file, head, depth=depth)


def read_symbols(
    source: ByteSource, part: Slice, *, among: frozenset[bytes] | None = None
) -> SymbolTable | None:
    """Read the symbols of one slice, to be compared with those of another file.

    Args:
        source: The file that the slice was read from.
        part: One of its slices.
        among: Of symbols not left to flat lookup, return only these names: of a million symbols, a
            comparison needs those that another file lacks. `None`: all.

    Returns:
        `None` if the format has no symbols with flat lookup: all but Mach-O and ELF.

    Raises:
        TruncatedBinaryError: A table runs past the end of the slice.
        MalformedBinaryError: A field has a value that the format forbids.
        UnsupportedBinaryError: There are more symbols, or longer names, than in any real file.
        BytesNotHeldError: The source does not have the tables.
    """
    window = Window(source, start=part.offset, size=part.size_bytes)
    window.keep_head(_HEAD_BYTES)
    head = window.read(0, min(_MAGIC_BYTES, window.size), "magic")
    if is_elf(head):
        return read_elf_symbols(window, among=among)
    if macho.is_thin(head):  # a hostile slice may begin like a fat file
        return macho.read_macho_symbols(window, among=among)
    return None


def _read_head(source: ByteSource) -> bytes:
    """Read the first bytes: as many as are useful, or as the source has."""
    try:
        return source.read_at(0, min(_HEAD_BYTES, source.size))
    except BytesNotHeldError as error:
        if error.held < min(_SMALLEST_HEAD_BYTES, source.size):
            raise
        return source.read_at(0, min(error.held, source.size))


def _read_one(file: Window, head: bytes, *, depth: Depth) -> Binary | None:
    """Read an ELF, Mach-O or WebAssembly file; `None` if it is none of these."""
    if is_elf(head):
        return read_elf(file, depth=depth)
    if macho.is_macho(head):
        return macho.read_macho(file, depth=depth)
    return read_wasm(file) if is_wasm(head) else None


def _read_member(member: Window) -> Binary | None:
    """Read the header of an object in an archive, which has all its facts."""
    member.keep_head(_SMALLEST_HEAD_BYTES)
    head = member.read(0, min(_SMALLEST_HEAD_BYTES, member.size), "archive member")
    if pe.is_object(head, size=member.size):
        return pe.read_object(member, head)
    return _read_one(member, head, depth=Depth.HEADERS)
