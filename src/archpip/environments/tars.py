"""Tar archives, read in bounded memory.

`tarfile` reads whatever a header announces into memory at once (a long name of gigabytes, which
compresses to a thousandth), keeps every entry that it has passed, and takes a damaged header for
the end of the archive. Here each of these is an error or is avoided.
"""

import tarfile
from collections.abc import Iterator
from typing import IO

MAX_HEADER_BYTES = 1 << 20
"""Most bytes between the content of one entry and that of the next; extended attributes, the
longest of real headers, have up to 64 KB."""

_CHUNK_BYTES = 1 << 20
_CONTENT_SLACK = 64 * 1024
"""`extractfile` fills a buffer beyond what it is asked for."""


class TarReader:
    """The entries of one tar archive, in its order.

    Every error is a `tarfile.TarError`, `OSError`, `EOFError` or `ValueError`, or one of the
    stream's own.
    """

    def __init__(self, stream: IO[bytes], *, seekable: bool) -> None:
        """Read the first header.

        Args:
            stream: The archive, not compressed, at its start.
            seekable: Whether the stream can be positioned at no cost. If not, it is only read
                forward, and an entry must be opened before the next one is requested.
        """
        self._seekable = seekable
        self._bounded = _BoundedStream(stream, seekable=seekable)
        self._bounded.allow(MAX_HEADER_BYTES)
        try:
            self._archive = tarfile.open(fileobj=self._bounded, mode="r:")  # type: ignore[call-overload]  # noqa: SIM115 - holds nothing that is to be closed
        except RecursionError as error:
            raise _headers_of_headers() from error

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        """Yield each entry once."""
        while (entry := self._next()) is not None:
            yield entry

    def open(self, entry: tarfile.TarInfo) -> IO[bytes] | None:
        """Open an entry's content, through links; `None` if it has none."""
        self._bounded.allow(None if self._seekable else entry.size + _CONTENT_SLACK)
        try:
            content: IO[bytes] | None = self._archive.extractfile(entry)
        except RecursionError as error:
            reason = f"{entry.name} is a link to itself"
            raise ValueError(reason) from error
        return content

    def _next(self) -> tarfile.TarInfo | None:
        self._bounded.allow(MAX_HEADER_BYTES)
        try:
            entry: tarfile.TarInfo | None = self._archive.next()
        except RecursionError as error:
            raise _headers_of_headers() from error
        if entry is None and self._bounded.last.strip(b"\0"):
            reason = "a header is damaged"
            raise tarfile.ReadError(reason)
        return entry

    def forget(self) -> None:
        """Free the entries that were yielded: their links can no longer be followed."""
        self._archive.members.clear()


def _headers_of_headers() -> ValueError:
    return ValueError("too many headers belong to one file")


class _BoundedStream:
    """What `tarfile` reads from: a stream of which it gets no more bytes than were allowed."""

    def __init__(self, stream: IO[bytes], *, seekable: bool) -> None:
        self._stream = stream
        self._seekable = seekable
        self._position = 0
        self._allowed: int | None = 0
        self.last = b""
        """The bytes of the last read."""

    def allow(self, size_bytes: int | None) -> None:
        """Set how much may be read from now on; `None` for no bound."""
        self._allowed = size_bytes

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        if self._allowed is not None:
            self._allowed -= size
            if self._allowed < 0:
                reason = f"a header has more than {MAX_HEADER_BYTES} bytes"
                raise tarfile.ReadError(reason)
        self.last = self._stream.read(size)
        self._position += len(self.last)
        return self.last

    def seek(self, position: int) -> int:
        """Go to a position; forward only, if the stream is not seekable."""
        if self._seekable:
            self._position = self._stream.seek(position)
            return self._position
        if position < self._position:
            reason = "a header points back"
            raise tarfile.ReadError(reason)
        while left := position - self._position:
            skipped = len(self._stream.read(min(left, _CHUNK_BYTES)))
            if not skipped:
                break
            self._position += skipped
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position
