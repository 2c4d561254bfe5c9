"""Static archives: libraries to link against, which are never loaded.

Source: `<ar.h>`; System V writes long names to a table, BSD before the member's content.
"""

from collections.abc import Callable, Iterator
from struct import Struct

from msgspec.structs import replace

from archpip.binaries.limits import MAX_ARCHIVE_MEMBERS
from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, Slice
from archpip.binaries.window import Window
from archpip.errors import BinaryFormatError

_MAGICS = (b"!<arch>\n", b"!<thin>\n")  # a thin archive only names its members' files
_MAGIC_BYTES = 8
_HEADER = Struct("16s12s6s6s8s10s2s")  # name, date, uid, gid, mode, size, end; all of them text
_BSD_LONG_NAME = b"#1/"


def is_archive(head: bytes) -> bool:
    """Return whether the first eight bytes are an archive's."""
    return head.startswith(_MAGICS)


def read_archive(file: Window, read_member: Callable[[Window], Binary | None]) -> Binary:
    """Find the machine of an archive, from the first object that can be read.

    Symbol and name tables come first and may be long, so the start of a file is mostly not enough;
    as archives are never loaded, no more is read, and damage is not an error.
    """
    try:
        binaries = (read_member(member) for member in _iter_members(file))
        found = next((binary for binary in binaries if binary is not None), None)
    except BinaryFormatError:
        found = None
    unknown = Slice(architecture=None, machine="archive", kind=BinaryKind.OBJECT, bits=0)
    only = unknown if found is None else found.slices[0]
    return Binary(
        format=BinaryFormat.ARCHIVE,
        slices=(
            replace(
                only, kind=BinaryKind.OBJECT, depth=Depth.SYMBOLS, offset=0, size_bytes=file.size
            ),
        ),
    )


def _iter_members(file: Window) -> Iterator[Window]:
    """Yield the first members' content, tables too, until one has no readable header."""
    offset = _MAGIC_BYTES
    for _ in range(MAX_ARCHIVE_MEMBERS):
        name, *_, size_text, _ = _HEADER.unpack(
            file.read(offset, _HEADER.size, "archive member header")
        )
        start = offset + _HEADER.size
        size = _number(size_text)
        skipped = _number(name[len(_BSD_LONG_NAME) :]) if name.startswith(_BSD_LONG_NAME) else 0
        yield file.sub(start + skipped, max(size - skipped, 0))
        offset = start + size + size % 2


def _number(text: bytes) -> int:
    """Parse a decimal field; an invalid one leads to no member, which ends the archive."""
    text = text.strip()
    return int(text) if text.isdigit() else 0
