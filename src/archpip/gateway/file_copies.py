"""Copies of large response bodies in files, which the kernel sends to a client as they are.

By `sendfile` a page of 4 MB takes two thirds of the time that `send` takes: nothing is copied into
the socket. The files have no name, so none is left over when the process is killed.
"""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from archpip.gateway.answering import WholeResponse

_LEAST_BYTES = 256 * 1024
_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILES = 32
"""With `_MOST_BYTES`, 256 MB on disk at most. What is sent often is in the kernel's page cache."""


class FileCopies:
    """Keeps copies of the bodies that were sent most recently. Used by one thread."""

    def __init__(self, folder: Path) -> None:
        """Store the folder, which is made when needed.

        It should be on a disk: Linux sends the files of a tmpfs slower than the process's memory.
        """
        self._folder = folder
        self._files: dict[str, IO[bytes] | None] = {}
        """By ETag, the most recently sent last; `None` for a body that was sent once."""

    def close(self) -> None:
        """Delete the copies."""
        while self._files:
            self._drop_oldest()

    def find(self, response: WholeResponse) -> int | None:
        """Return the descriptor of a file with a response's body, if there is to be one.

        A copy is made when a body is sent for the second time.
        """
        if not hasattr(os, "sendfile") or not _LEAST_BYTES <= len(response.body) <= _MOST_BYTES:
            return None
        is_known = response.etag in self._files
        file = self._files.pop(response.etag, None)
        if file is None and is_known:
            file = self._copy(response.body)
        self._files[response.etag] = file
        if len(self._files) > _MOST_FILES:
            self._drop_oldest()
        return None if file is None else file.fileno()

    def _copy(self, body: bytes) -> IO[bytes] | None:
        with suppress(OSError):  # a full disk only costs speed
            self._folder.mkdir(parents=True, exist_ok=True)
            file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115  # kept
            if file.write(body) == len(body):
                return file
            file.close()
        return None

    def _drop_oldest(self) -> None:
        file = self._files.pop(next(iter(self._files)))
        if file is not None:
            file.close()
