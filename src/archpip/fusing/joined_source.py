"""Byte sources concatenated from parts of other sources, without holding them in memory."""

from collections.abc import Sequence
from typing import Protocol

from archpip.binaries import ByteSource, BytesSource
from archpip.wheels import WheelSource

CHUNK_BYTES = 1024 * 1024


class _ClosingSource(ByteSource, Protocol):
    def close(self) -> None: ...


class MemberPart:
    """A `ByteSource` over a range of one member of a wheel.

    The member is inflated on the first read and released after the last byte of the range: a wheel
    has thousands of members, and a writer reads each once, from start to end.
    """

    def __init__(self, wheel: WheelSource, path: str, *, start: int = 0, size: int) -> None:
        """Read nothing yet. `start` and `size` are bytes of the inflated member."""
        self._wheel = wheel
        self._path = path
        self._start = start
        self._size = size
        self._member: _ClosingSource | None = None

    @property
    def size(self) -> int:
        """The length of the range in bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes from `offset` within the range; fewer only at its end."""
        length = min(length, self._size - offset)
        if length <= 0:
            return b""
        if self._member is None:
            self._member = self._wheel.open(self._path)
        content = self._member.read_at(self._start + offset, length)
        if offset + length == self._size:
            self.close()
        return content

    def close(self) -> None:
        """Release the member; it is opened again when it is read again."""
        if self._member is not None:
            self._member.close()
            self._member = None


class JoinedSource:
    """A `ByteSource` that concatenates several."""

    def __init__(self, parts: Sequence[ByteSource]) -> None:
        self._parts = tuple(parts)
        self._size = sum(part.size for part in self._parts)

    @property
    def size(self) -> int:
        """The length of all parts in bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes from `offset`; fewer only at the end."""
        pieces: list[bytes] = []
        for part in self._parts:
            if length <= 0:
                break
            if offset < part.size:
                piece = part.read_at(offset, length)
                pieces.append(piece)
                length -= len(piece)
                offset = 0
            else:
                offset -= part.size
        return b"".join(pieces)


def padding(size: int) -> BytesSource:
    """Return that many zero bytes."""
    return BytesSource(bytes(size))


def equal_bytes(first: MemberPart, second: MemberPart) -> bool:
    """Return whether two parts have equal bytes, reading no further than needed."""
    if first.size != second.size:
        return False
    try:
        return all(
            first.read_at(offset, CHUNK_BYTES) == second.read_at(offset, CHUNK_BYTES)
            for offset in range(0, first.size, CHUNK_BYTES)
        )
    finally:
        first.close()
        second.close()
