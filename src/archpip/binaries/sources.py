"""Sources of a binary's bytes: memory, a file, or the fetched start of a remote file."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Self

from archpip.binaries.errors import BytesNotHeldError

if TYPE_CHECKING:
    from threading import Lock

# The last two are not on every system.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CLOSED = -1


class BytesSource:
    """A whole binary in memory."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size(self) -> int:
        """The length in bytes."""
        return len(self._content)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes from `offset`, fewer at the end."""
        return self._content[offset : offset + length]


class PrefixSource:
    """The first bytes of a binary whose rest was not fetched.

    A read beyond them raises `BytesNotHeldError` and is recorded in `wanted`, so that the caller
    knows how much more would take the reader one step further.
    """

    def __init__(self, prefix: bytes, *, size: int) -> None:
        """Hold `prefix` of a binary that is `size` bytes long in all."""
        self._prefix = prefix
        self._size = size
        self.wanted = 0
        """How many bytes from the start the furthest refused read needs; 0 if none was refused."""

    @property
    def size(self) -> int:
        """The length of the whole binary in bytes, not of the prefix."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes from `offset`, fewer at the end of the whole binary.

        Raises:
            BytesNotHeldError: Some of them exist, but lie beyond the prefix.
        """
        end = min(offset + length, self._size)
        if end > len(self._prefix) and offset < end:
            self.wanted = max(self.wanted, end)
            raise BytesNotHeldError(offset=offset, wanted=end - offset, held=len(self._prefix))
        return self._prefix[offset:end]


class FileSource:
    """A binary on disk, read on demand, so that its size costs no memory.

    Has one file descriptor until it is closed; closing twice is allowed. Positioned reads need no
    lock; on systems without them (Windows), one lock makes seeking and reading atomic.
    """

    def __init__(self, path: Path | str) -> None:
        """Open `path`. The caller translates an OSError, as it knows the purpose of the file."""
        # A descriptor, as it is made thrice as fast as a file object; a pipe must not block.
        self._descriptor = os.open(path, _OPEN_FLAGS)
        status = os.fstat(self._descriptor)
        self._size = status.st_size
        self.is_regular = stat.S_ISREG(status.st_mode)
        """Whether it is a regular file: not a device, pipe or folder."""
        self._lock = None if hasattr(os, "pread") else _make_lock()

    @property
    def size(self) -> int:
        """The length in bytes when the file was opened."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return the bytes from `offset`, fewer at the end."""
        length = min(length, self._size - offset)
        if length <= 0:
            return b""
        if self._lock is None:
            return os.pread(self._descriptor, length, offset)
        with self._lock:
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            return os.read(self._descriptor, length)

    def close(self) -> None:
        """Close the descriptor."""
        if self._descriptor != _CLOSED:
            os.close(self._descriptor)
            self._descriptor = _CLOSED

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _make_lock() -> "Lock":
    from threading import Lock  # imported only on systems that need a lock

    return Lock()
