"""Which format a file has, and who reads it."""

from archpip.binaries.archives import ARCHIVE_MAGIC, read_archive
from archpip.binaries.elf import ELF_MAGIC, read_elf
from archpip.binaries.errors import TruncatedBinaryError
from archpip.binaries.macho import FAT_MAGICS, THIN_MAGICS, is_fat_header, read_macho
from archpip.binaries.model import (
    Binary,
    BinaryFormat,
    BinaryKind,
    ByteSource,
    Depth,
    ForeignProcessor,
    Slice,
)
from archpip.binaries.pe import DOS_MAGIC, read_pe
from archpip.binaries.window import Window

_WASM_MAGIC = b"\0asm"
_HEAD_BYTES = 64
_MAGICS = frozenset((ELF_MAGIC, _WASM_MAGIC, *THIN_MAGICS))


def looks_native(head: bytes) -> bool:
    """Tell by a file's first bytes, 64 or more of them, whether `read_binary` may know it."""
    magic = head[:4]
    if magic in _MAGICS or head.startswith((DOS_MAGIC, ARCHIVE_MAGIC)):
        return True
    return magic in FAT_MAGICS and is_fat_header(head)


def read_binary(source: ByteSource, *, depth: Depth = Depth.HEADERS) -> Binary | None:
    """Read one native file, at most as deep as asked for.

    A source that holds only the start of a file is enough for what the start says: the slices'
    `depth` tells how far the reader came.

    Returns:
        The binary, or `None` where the file is none.

    Raises:
        TruncatedBinaryError: A structure runs past the end of the file.
        MalformedBinaryError: A field contradicts the format.
        UnsupportedBinaryError: A count goes beyond the limits.
        BytesNotHeldError: The source does not even hold the header.
    """
    head = source.read_at(0, min(_HEAD_BYTES, source.size))
    if not looks_native(head):
        return None
    window = Window(source, head=head)
    magic = head[:4]
    if magic == ELF_MAGIC:
        return read_elf(window, depth)
    if magic == _WASM_MAGIC:
        return _wasm(source.size)
    if head.startswith(DOS_MAGIC):
        return read_pe(window, depth)
    if head.startswith(ARCHIVE_MAGIC):
        return read_archive(window, _read_member)
    return read_macho(window, depth)


def _read_member(window: Window) -> Binary | None:
    """Read an object of an archive; its header is all that an object can tell."""
    try:
        magic = window.read(0, 4, "member's magic")
    except TruncatedBinaryError:
        return None
    if magic == ELF_MAGIC:
        return read_elf(window, Depth.HEADERS)
    if magic in THIN_MAGICS:
        return read_macho(window, Depth.HEADERS)
    return None


def _wasm(size_bytes: int) -> Binary:
    """Describe a WebAssembly module: no CPU runs it, so it is data to every target."""
    only = Slice(
        architecture=None,
        machine="WebAssembly",
        foreign=ForeignProcessor.VIRTUAL_MACHINE,
        kind=BinaryKind.OTHER,
        bits=32,
        depth=Depth.SYMBOLS,
        size_bytes=size_bytes,
    )
    return Binary(format=BinaryFormat.WASM, slices=(only,))
