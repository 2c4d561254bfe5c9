"""Zero-terminated names of a large string table, read in one pass and bounded memory."""

from collections.abc import Iterator, Sequence

from archpip.binaries.errors import TruncatedBinaryError
from archpip.binaries.limits import (
    MAX_NAMES_PER_BYTE,
    MAX_STRING_TABLE_BYTES,
    MAX_SYMBOL_NAME_BYTES,
    MAX_SYMBOL_NAMES_BYTES,
    check_limit,
)
from archpip.binaries.window import Window

_STEP = 1 << 20
_BATCH = 1 << 18
"""Offsets that are sorted at a time, as a list: the table is read once per batch."""
_OBJECT_BYTES = 64  # the overhead of a bytes object and its place in a set, without the name


def read_names(strings: Window, offsets: Sequence[int]) -> list[bytes]:
    """Return the name at each offset into the string table, in the order of the offsets.

    Raises:
        TruncatedBinaryError: An offset lies outside the table.
        UnsupportedBinaryError: The table or the names are larger than any real ones.
    """
    order = sorted(range(len(offsets)), key=offsets.__getitem__)
    names = [b""] * len(offsets)
    count = _Counter(strings)
    sorted_names = _iter_names(strings, [offsets[index] for index in order])
    last, held = -1, b""
    for index, name in zip(order, sorted_names, strict=True):
        if offsets[index] != last:
            last, held = offsets[index], name
            count.add(held)
        names[index] = held
    return names


def find_names(
    strings: Window, offsets: Sequence[int], *, among: frozenset[bytes] | None = None
) -> frozenset[bytes]:
    """Return the names at the offsets; with `among`, only those in it, which saves memory.

    Raises:
        TruncatedBinaryError: An offset lies outside the table.
        UnsupportedBinaryError: The table or the names are larger than any real ones.
    """
    found: set[bytes] = set()
    if among is not None and not among:
        return frozenset()
    count = _Counter(strings)
    for first in range(0, len(offsets), _BATCH):
        for name in _iter_names(strings, sorted(offsets[first : first + _BATCH])):
            if (among is None or name in among) and name not in found:
                count.add(name)
                found.add(name)
    return frozenset(found)


def _iter_names(strings: Window, offsets: Sequence[int]) -> Iterator[bytes]:
    """Yield the name at each of the offsets, which are sorted.

    The table is read forward, a megabyte at a time: tables of hundreds of megabytes exist, and
    hostile ones point back and forth. A name without a zero byte ends with the table.
    """
    if offsets:
        check_limit("bytes of a string table", strings.size, MAX_STRING_TABLE_BYTES)
    start, held = 0, b""
    for offset in offsets:
        end = held.find(b"\0", offset - start)
        if end < 0:
            start, held = offset, _read_ahead(strings, offset)
            end = held.find(b"\0")
            if end < 0:
                end = len(held)
        name = held[offset - start : end]
        check_limit("bytes of one symbol's name", len(name), MAX_SYMBOL_NAME_BYTES)
        yield name


class _Counter:
    """Counts the memory of names; they may share their ends, so they may exceed their table."""

    def __init__(self, strings: Window) -> None:
        self._most_bytes = MAX_NAMES_PER_BYTE * strings.size
        self._bytes = self._memory = 0

    def add(self, name: bytes) -> None:
        self._bytes += len(name)
        self._memory += _OBJECT_BYTES + len(name)
        check_limit("bytes in symbol names", self._bytes, self._most_bytes)
        check_limit("bytes for symbol names", self._memory, MAX_SYMBOL_NAMES_BYTES)


def _read_ahead(strings: Window, offset: int) -> bytes:
    if offset >= strings.size:
        raise TruncatedBinaryError(
            what="symbol name", offset=strings.start + offset, wanted=1, got=0
        )
    return strings.read(offset, min(_STEP, strings.size - offset), "symbol names")
