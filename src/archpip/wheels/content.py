"""The bytes of an archive, and the interface to announce which are needed next."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from archpip.binaries import ByteSource, FileSource
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.model import ReadingCost

Range = tuple[int, int]
"""`[start, stop)`, in bytes from the start of the file."""


class ArchiveContent(ByteSource, Protocol):
    """The bytes of a whole archive."""

    def prefetch(self, ranges: Sequence[Range]) -> None:
        """Fetch ranges that will be read next; they may touch, overlap and exceed the file."""
        ...

    def held(self, offset: int) -> int:
        """Return how many bytes from `offset` can be read without a request."""
        ...

    def refresh(self) -> bool:
        """Fetch the bytes another way, as those read are invalid; `False` if there is none."""
        ...

    def cost(self) -> ReadingCost:
        """Return the cost of the reads so far."""
        ...

    def close(self) -> None:
        """Free what is held; closing twice is allowed."""
        ...


class LocalContent:
    """An archive on disk."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            WheelUnreadableError: It cannot be opened.
        """
        try:
            self._file = FileSource(path)
        except OSError as error:
            reason = error.strerror or str(error)
            raise WheelUnreadableError(filename=path.name, member=None, reason=reason) from error
        self._bytes_read = 0

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self._file.size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return bytes; fewer than `length` only at the file's end."""
        content = self._file.read_at(offset, length)
        self._bytes_read += len(content)
        return content

    def prefetch(self, ranges: Sequence[Range]) -> None:
        """Do nothing: the bytes are local."""

    def held(self, offset: int) -> int:
        """Return how many bytes follow."""
        return max(0, self.size - offset)

    def refresh(self) -> bool:
        """Return `False`: there is no other way."""
        return False

    def cost(self) -> ReadingCost:
        """Return the bytes read from disk; there are no requests."""
        return ReadingCost(bytes_read=self._bytes_read, bytes_total=self.size, requests=0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
