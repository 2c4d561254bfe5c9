"""Zero-terminated names of a large string table, read in one pass and bounded memory."""

from collections.abc import Sequence

from archpip.binaries.errors import TruncatedBinaryError, UnsupportedBinaryError
from archpip.binaries.limits import (
    MAX_STRING_TABLE_BYTES,
    MAX_SYMBOL_NAME_BYTES,
    MAX_SYMBOL_NAMES_BYTES,
)
from archpip.binaries.window import Window

_STEP = 1 << 20
_OBJECT_BYTES = 64  # what a bytes object and its place in a set take beside the name itself


def read_names(strings: Window, offsets: Sequence[int]) -> list[bytes]:
    """Return the name at each offset into the string table, in the order asked for.

    The table is read forward, a megabyte at a time, however the offsets are ordered: tables of
    hundreds of megabytes exist, and hostile ones point back and forth. A name without a zero byte
    ends with the table.

    Raises:
        TruncatedBinaryError: An offset lies outside the table.
        UnsupportedBinaryError: The table or the names are larger than any real ones.
    """
    if not offsets:
        return []
    _limit("bytes of a string table", strings.size, MAX_STRING_TABLE_BYTES)
    order = sorted(range(len(offsets)), key=offsets.__getitem__)
    names = [b""] * len(offsets)
    start, held = 0, b""
    total = 0
    for index in order:
        offset = offsets[index]
        end = held.find(b"\0", offset - start)
        if end < 0:
            start, held = offset, _read_ahead(strings, offset)
            end = held.find(b"\0")
            if end < 0:
                end = len(held)
        name = held[offset - start : end]
        _limit("bytes of one symbol's name", len(name), MAX_SYMBOL_NAME_BYTES)
        # Names may share their ends, so their sum has nothing to do with the table's size.
        total += _OBJECT_BYTES + len(name)
        _limit("bytes for symbol names", total, MAX_SYMBOL_NAMES_BYTES)
        names[index] = name
    return names


def _read_ahead(strings: Window, offset: int) -> bytes:
    if offset >= strings.size:
        raise TruncatedBinaryError(
            what="symbol name", offset=strings.start + offset, wanted=1, got=0
        )
    return strings.read(offset, min(_STEP, strings.size - offset), "symbol names")


def _limit(what: str, found: int, limit: int) -> None:
    if found > limit:
        raise UnsupportedBinaryError(what=what, found=found, limit=limit)
