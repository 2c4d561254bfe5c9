"""A wheel read by HTTP ranges: requests, caching of parts, and fallback to a download.

dist-info is at the end of a wheel, next to the zip directory, so one request for the tail returns
both for most wheels. Heads of members are then fetched concurrently, neighbours in one request. If
the server does not serve ranges, or its bytes are invalid, the file is downloaded once, and the
result is the same. The requests themselves are sent in `archpip.index`.
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
"""Bytes at the end requested first: the directories of seven in ten wheels fit."""

METADATA_TAIL_BYTES = 20 * 1024
"""The same if METADATA is needed, too: for every other wheel it is included."""

_MERGE_GAP = 8 * 1024
"""Ranges closer than this are joined: a request costs more than these bytes."""

_MERGE_BYTES = 64 * 1024
_MERGE_SHARE = 1 / 500
_MERGE_WANTED_SHARE = 1 / 16
"""How many unneeded bytes a round may fetch to save requests, smallest gaps first: this share of
the file, but no more than this many bytes, and this share of the needed bytes."""

_PART_BYTES = 1024 * 1024
"""Limit for one request: several concurrent ones are faster than a large one."""

_READ_AHEAD = 4 * 1024
"""The least that is requested for a read that was not announced by `prefetch`."""

_KEPT_BYTES = 16 * 1024 * 1024
"""Beyond this, the parts read first are dropped (never the tail): dozens of wheels may be open."""


class RemoteWheel(ArchiveWheel):
    """A `WheelSource` over a URL. No request is sent before the first read."""

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
            url: The wheel's URL.
            filename: The wheel's file name.
            ranges: Reads parts of it.
            download: Called with the URL, at most once, if ranges do not work; returns a file that
                the caller owns and keeps until this wheel is closed. If it is `None`,
                `RangesUnsupportedError` is raised instead.
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
        """The file's size in bytes, from the first request."""
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
            # A gap is filled exactly; beyond the end of the known bytes, more is read ahead.
            self._fetch([(start, max(end, start + _READ_AHEAD) if end == stop else end)])
        if self._whole is not None:
            return self._whole.read_at(offset, stop - offset)
        return self._parts.find(offset, stop) or b""

    def prefetch(self, ranges: Sequence[Range]) -> None:
        """Fetch the missing parts of the ranges, neighbours in one request."""
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
        """Download the file once, as a server may answer ranges with the wrong bytes."""
        if self._whole is not None or self._download is None:
            return False
        self._fetch_whole(self._download)
        return True

    def cost(self) -> ReadingCost:
        """Return the cost so far; `bytes_total` is 0 before the first request."""
        return ReadingCost(
            bytes_read=self._bytes_read, bytes_total=self._size or 0, requests=self._requests
        )

    def close(self) -> None:
        """Drop the fetched bytes; the owner deletes a downloaded file."""
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
        """Download the file, or raise `error` if there is no `download`."""
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
    """Join ranges that touch or are close together; the result is sorted and disjoint.

    Gaps up to `_MERGE_GAP` are always included, wider ones while their sum fits `spare_bytes`.
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
        """Add the new bytes of a part; old parts are dropped if there are too many bytes."""
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
        """Return how many contiguous bytes from `offset` are present."""
        at = offset
        while held := self._held_here(at):
            at += held
        return at - offset

    def missing(self, start: int, stop: int) -> Range | None:
        """Return the missing part of `[start, stop)`, without present bytes at its two ends."""
        start += self.held(start)
        if start >= stop:
            return None
        last = self._starts[bisect_right(self._starts, stop - 1) - 1] if self._starts else start
        ends_here = start < last < stop <= last + len(self._contents[last])
        return start, last if ends_here else stop

    def find(self, start: int, stop: int) -> bytes | None:
        """Return the bytes of `[start, stop)`, or `None` if some are missing."""
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
