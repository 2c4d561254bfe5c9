"""Static archives (`!<arch>`): libraries to link against, which nothing loads.

Source: `<ar.h>`; the first object that can be read says for which machine the archive is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from archpip.binaries.errors import BytesNotHeldError, TruncatedBinaryError
from archpip.binaries.limits import MAX_ARCHIVE_MEMBERS
from archpip.binaries.model import Binary, BinaryFormat, BinaryKind, Depth, Slice
from archpip.binaries.window import Window

ARCHIVE_MAGIC = b"!<arch>\n"

_HEADER_BYTES = 60
_NAME = slice(0, 16)
_SIZE = slice(48, 58)
_BSD_LONG_NAME = b"#1/"


def read_archive(window: Window, read_member: Callable[[Window], Binary | None]) -> Binary:
    """Read a static archive, as far as its first objects tell its machine."""
    slices: tuple[Slice, ...] = ()
    try:
        for member in _iter_members(window):
            binary = read_member(member)
            if binary is not None:
                slices = binary.slices
                break
    except (BytesNotHeldError, TruncatedBinaryError):
        pass  # what a cut archive holds is of no consequence: nothing loads it
    if not slices:
        unknown = Slice(architecture=None, machine="", kind=BinaryKind.OBJECT, bits=0)
        slices = (unknown,)
    return Binary(
        format=BinaryFormat.ARCHIVE,
        slices=tuple(
            replace(one, kind=BinaryKind.OBJECT, depth=Depth.SYMBOLS, offset=0, size_bytes=0)
            for one in slices
        ),
    )


def _iter_members(window: Window) -> Iterator[Window]:
    """Yield the content of the first members, symbol tables and name tables too."""
    offset = len(ARCHIVE_MAGIC)
    for _ in range(MAX_ARCHIVE_MEMBERS):
        if offset + _HEADER_BYTES > window.size:
            return
        header = window.read(offset, _HEADER_BYTES, "archive member header")
        size_text = header[_SIZE].strip()
        if not size_text.isdigit():
            return
        size = int(size_text)
        name = header[_NAME].strip()
        # BSD writes a long name at the front of the content.
        skipped = int(name[3:]) if name.startswith(_BSD_LONG_NAME) and name[3:].isdigit() else 0
        start = offset + _HEADER_BYTES
        yield window.part(start + skipped, max(size - skipped, 0))
        offset = start + size + size % 2
