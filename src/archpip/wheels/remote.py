"""A wheel read by HTTP ranges: what is asked for, what is kept, and what if the server lies.

dist-info stands at the end of a wheel, next to the zip directory, so one request for the tail
brings both for most wheels. Heads of members then come side by side,
neighbours in one request. A server that does not serve ranges, or whose bytes make no sense, costs
one plain download, and the answer is the same. The requests themselves are made in
`archpip.index`.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from archpip.wheels.archive import ArchiveWheel
from archpip.wheels.content import LocalContent, Range
from archpip.wheels.errors import RangesUnsupportedError
from archpip.wheels.model import RangeReader, ReadingCost

TAIL_BYTES = 8 * 1024
"""How much of the end is asked for first: seven of ten wheels' directories fit in."""

METADATA_TAIL_BYTES = 20 * 1024
"""The same where METADATA is wanted, too: for every other wheel it comes along."""

_MERGE_GAP = 8 * 1024
"""Ranges closer than this come in one request: a request costs more than these bytes."""

_MERGE_BYTES = 64 * 1024
_MERGE_SHARE = 1 / 500
_MERGE_WANTED_SHARE = 1 / 16
"""How many bytes that nobody asked for a round may bring to save requests, smallest gaps first: so
much of the file, but no more than so many bytes, and so much of what was asked for."""

_PART_BYTES = 1024 * 1024
"""The most that one request asks for: several together are faster than one that is large."""

_READ_AHEAD = 4 * 1024
"""The least that is asked for when nobody said before what would be needed."""

_KEPT_BYTES = 16 * 1024 * 1024
"""Beyond this, the parts read first are dropped (never the tail): dozens of wheels may be open."""


class RemoteWheel(ArchiveWheel):
    """A `WheelSource` over a URL. No request is made before something is asked of it."""

    def __init__(
        self,
        *,
        url: str,
        filename: str,
        ranges: RangeReader,
        download: Callable[[str], Path] | None = None,
        with_metadata: bool = False,
    ) -> None:
        """Name the wheel.

        Args:
            url: Where it lies.
            filename: The wheel's file name.
            ranges: Who reads parts of it.
            download: Called with the URL, at most once, where parts cannot be had; returns a file
                that the caller owns and keeps until this wheel is closed. Where it is `None`,
                `RangesUnsupportedError` goes through instead.
            with_metadata: METADATA will be read, too.
        """
        tail_bytes = METADATA_TAIL_BYTES if with_metadata else TAIL_BYTES
        content = RemoteContent(url, ranges, download, tail_bytes=tail_bytes)
        super().__init__(content, filename=filename)


class RemoteContent:
    """The bytes of a remote archive, as far as they were fetched."""

    def __init__(
        self,
        url: str,
        ranges: RangeReader,
        download: Callable[[str], Path] | None,
        *,
        tail_bytes: int = TAIL_BYTES,
    ) -> None:
        self._url = url
        self._tail_bytes = tail_bytes
        self._ranges = ranges
        self._download = download
        self._whole: LocalContent | None = None
        self._size: int | None = None
        self._parts = _Parts()
        self._bytes_read = 0
        self._requests = 0

    @property
    def size(self) -> int:
        """The file's size in bytes; the first request of all finds it."""
        if self._size is None:
            self._read_tail()
        if self._whole is not None:
            return self._whole.size
        return self._size or 0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes; fewer than `length` only at the file's end."""
        stop = min(offset + length, self.size)
        if offset >= stop:
            return b""
        if self._whole is None and (missing := self._parts.missing(offset, stop)) is not None:
            start, end = missing
            # A gap is filled, and the end of what is held is read on from.
            self._fetch([(start, max(end, start + _READ_AHEAD) if end == stop else end)])
        if self._whole is not None:
            return self._whole.read_at(offset, stop - offset)
        return self._parts.find(offset, stop) or b""

    def prefetch(self, ranges: Sequence[Range]) -> None:
        """Fetch what is missing of the ranges, neighbours in one request."""
        size = self.size
        if self._whole is None:
            asked = (self._parts.missing(start, min(stop, size)) for start, stop in ranges)
            missing = [each for each in asked if each is not None]
            wanted = sum(stop - start for start, stop in missing)
            spare = min(_MERGE_BYTES, size * _MERGE_SHARE) + wanted * _MERGE_WANTED_SHARE
            self._fetch(merge_ranges(missing, spare_bytes=int(spare)))

    def held(self, offset: int) -> int:
        """Return how many bytes from `offset` were fetched."""
        if self._whole is not None:
            return self._whole.held(offset)
        return self._parts.held(offset)

    def refresh(self) -> bool:
        """Download the file once: a server may answer ranges with bytes of somewhere else."""
        if self._whole is not None or self._download is None:
            return False
        self._fetch_whole(self._download)
        return True

    def cost(self) -> ReadingCost:
        """Return what was fetched; `bytes_total` is 0 before the first request."""
        return ReadingCost(
            bytes_read=self._bytes_read, bytes_total=self._size or 0, requests=self._requests
        )

    def close(self) -> None:
        """Drop what was fetched; a downloaded file is its owner's to delete."""
        self._parts = _Parts()
        if self._whole is not None:
            self._whole.close()

    def _read_tail(self) -> None:
        self._requests += 1
        try:
            tail = self._ranges.read_tail(self._url, self._tail_bytes)
            self._check(len(tail.content) == min(self._tail_bytes, tail.file_size))
        except RangesUnsupportedError as error:
            self._fall_back(error)
            return
        self._size = tail.file_size
        self._bytes_read += len(tail.content)
        self._parts.add(tail.file_size - len(tail.content), tail.content, pinned=True)

    def _fetch(self, ranges: Sequence[Range]) -> None:
        if not ranges:
            return
        clipped = [
            (at, min(at + _PART_BYTES, stop, self.size))
            for start, stop in ranges
            for at in range(start, min(stop, self.size), _PART_BYTES)
        ]
        self._requests += len(clipped)
        try:
            contents = self._ranges.read_many(self._url, clipped)
            self._check([len(c) for c in contents] == [stop - start for start, stop in clipped])
        except RangesUnsupportedError as error:
            self._fall_back(error)
            return
        for (start, _), content in zip(clipped, contents, strict=True):
            self._bytes_read += len(content)
            self._parts.add(start, content)

    def _check(self, complete: bool) -> None:  # noqa: FBT001 -- the one thing it is told
        if not complete:
            reason = "another number of bytes came than was asked for"
            raise RangesUnsupportedError(url=self._url, reason=reason)

    def _fall_back(self, error: RangesUnsupportedError) -> None:
        """Download the file, or raise `error` where nobody can."""
        if self._download is None:
            raise error
        self._fetch_whole(self._download)

    def _fetch_whole(self, download: Callable[[str], Path]) -> None:
        self._whole = LocalContent(download(self._url))
        self._requests += 1
        self._bytes_read += self._whole.size
        self._size = self._whole.size
        self._parts = _Parts()


def merge_ranges(ranges: Sequence[Range], *, spare_bytes: int) -> list[Range]:
    """Join ranges that touch or lie close together; the result is sorted and disjoint.

    Gaps up to `_MERGE_GAP` are always read over, wider ones while their sum fits `spare_bytes`.
    """
    joined = _join(ranges, gap=_MERGE_GAP)
    gaps = sorted(after[0] - before[1] for before, after in pairwise(joined))
    widest = 0
    for gap in gaps:
        spare_bytes -= gap
        if spare_bytes < 0:
            break
        widest = gap
    return _join(joined, gap=widest)


def _join(ranges: Sequence[Range], *, gap: int) -> list[Range]:
    merged: list[Range] = []
    for start, stop in sorted(ranges):
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return merged


class _Parts:
    """The fetched parts of one file; none overlaps another, and a read may span touching ones."""

    def __init__(self) -> None:
        self._starts: list[int] = []  # sorted, so that a read is a bisection
        self._contents: dict[int, bytes] = {}  # in the order of fetching
        self._pinned: int | None = None
        self._bytes = 0

    def add(self, start: int, content: bytes, *, pinned: bool = False) -> None:
        """Keep what is new of a part; old parts go where there is too much."""
        if pinned:
            self._pinned = start
        at, stop = start, start + len(content)
        while at < stop:
            index = bisect_right(self._starts, at)
            until = min([stop, *self._starts[index : index + 1]])
            held = self._held_here(at)
            if not held:
                piece = (
                    content if (at, until) == (start, stop) else content[at - start : until - start]
                )
                self._starts.insert(index, at)
                self._contents[at] = piece
                self._bytes += len(piece)
            at = at + held if held else until
        self._shrink(start, stop)

    def held(self, offset: int) -> int:
        """Return how many bytes from `offset` are here without a hole."""
        at = offset
        while held := self._held_here(at):
            at += held
        return at - offset

    def missing(self, start: int, stop: int) -> Range | None:
        """Return what of `[start, stop)` is not here, without what is at its two ends."""
        start += self.held(start)
        if start >= stop:
            return None
        last = self._starts[bisect_right(self._starts, stop - 1) - 1] if self._starts else start
        ends_here = start < last < stop <= last + len(self._contents[last])
        return start, last if ends_here else stop

    def find(self, start: int, stop: int) -> bytes | None:
        """Return the bytes of `[start, stop)`, or `None` where some are missing."""
        pieces: list[bytes] = []
        at = start
        while at < stop:
            if not self._held_here(at):
                return None
            part = self._starts[bisect_right(self._starts, at) - 1]
            pieces.append(self._contents[part][at - part : stop - part])
            at += len(pieces[-1])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _held_here(self, offset: int) -> int:
        """Return how many bytes from `offset` are in the one part that has it."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return 0
        start = self._starts[index]
        return max(0, start + len(self._contents[start]) - offset)

    def _shrink(self, start: int, stop: int) -> None:
        """Drop the parts that were fetched first, but not those in `[start, stop)`."""
        for old in list(self._contents):
            if self._bytes <= _KEPT_BYTES:
                break
            if old != self._pinned and not start <= old < stop:
                self._starts.remove(old)
                self._bytes -= len(self._contents.pop(old))
