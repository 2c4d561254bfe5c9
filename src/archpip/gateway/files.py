"""Files that the gateway proxies: fetched once, cached on disk, and sent while they arrive.

A file is cached under its sha256, and only after its whole content matched the hash from the index.
A client never gets a mismatching file in full either: the index client holds the last chunk back
until the whole is verified. A file without a sha256 is fetched each time, since a change could not
be noticed.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from archpip.errors import IndexAccessError
from archpip.gateway.errors import TransferEndedError
from archpip.index import FileCache, FileStream, Link, OncePerKey

_log = logging.getLogger(__name__)

_TRANSFERS = 16
"""How many files are fetched at once."""
_LONGEST_WAIT_SECONDS = 120.0
"""Longest wait for the next chunk; the index client's own timeouts are far shorter."""


class Transfer:
    """One file while it is being downloaded. Safe to use from several threads."""

    def __init__(self, path: Path, total_bytes: int | None) -> None:
        """Store the path to write to, and the total length, if the server gave it."""
        self._path = path
        self._condition = threading.Condition()
        self._total_bytes = total_bytes
        self._available = 0
        self._ended = False
        self._error: Exception | None = None

    def total_bytes(self) -> int:
        """Return the file's length; wait for its end if the server did not give it.

        Raises:
            TransferEndedError: The download failed.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._total_bytes is not None or self._ended)
            if self._total_bytes is None:
                raise TransferEndedError(reason=str(self._error))
            return self._total_bytes

    def open(self) -> BinaryIO:
        """Open the file for reading, under its temporary or its final name.

        Raises:
            TransferEndedError: The download failed before the file was opened.
        """
        with self._condition:
            try:
                return self._path.open("rb", buffering=0)
            except FileNotFoundError as error:
                raise TransferEndedError(reason=str(self._error or "it was dropped")) from error

    def read(self, file: BinaryIO, length: int) -> bytes:
        """Read on in what `open` returned: 1 to `length` bytes, as soon as any have arrived.

        Raises:
            TransferEndedError: No more will arrive.
        """
        start = file.tell()
        with self._condition:
            self._condition.wait_for(
                lambda: self._available > start or self._ended, timeout=_LONGEST_WAIT_SECONDS
            )
            ready = self._available - start
        if ready <= 0:
            raise TransferEndedError(reason=str(self._error or "nothing came for long"))
        return file.read(min(length, ready))

    def announce(self, count: int) -> None:
        """Tell readers that `count` more bytes were written."""
        with self._condition:
            self._available += count
            self._condition.notify_all()

    def end(self, path: Path) -> None:
        """Record that the file is complete, under its final name."""
        with self._condition:
            self._path.replace(path)
            self._path = path
            self._total_bytes = self._available
            self._ended = True
            self._condition.notify_all()

    def fail(self, error: Exception) -> None:
        """Tell readers that no more bytes will arrive."""
        with self._condition:
            self._error = error
            self._ended = True
            self._condition.notify_all()


class FileShelf:
    """Keeps files on disk within a bound. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        *,
        open_file: Callable[[Link], AbstractContextManager[FileStream]],
        most_bytes: int,
    ) -> None:
        """Use a folder, with the complete files that an earlier process left there.

        Args:
            folder: Created when it is needed.
            open_file: Reads a file from its server.
            most_bytes: Above this size, the least recently requested files are deleted.
        """
        self._cache = FileCache(folder, most_bytes=most_bytes)
        self._open_file = open_file
        self._pool = ThreadPoolExecutor(_TRANSFERS, thread_name_prefix="archpip-file")
        self._under_way: OncePerKey[str, Transfer] = OncePerKey()

    def close(self) -> None:
        """Wait for the downloads under way."""
        self._pool.shutdown(cancel_futures=True)

    def get(self, link: Link) -> Path | Transfer:
        """Return a cached file, or the transfer that downloads it.

        Raises:
            IndexAccessError: It cannot be fetched.
        """
        if (path := self._cache.find(link.sha256)) is not None:
            return path
        path = self._cache.place(link.sha256)
        return self._under_way.get(path.name, lambda: self._begin(link, path))

    def _begin(self, link: Link, path: Path) -> Transfer:
        started: Future[Transfer] = Future()
        self._pool.submit(self._fetch, link, path, started)
        return started.result()

    def _fetch(self, link: Link, path: Path, started: "Future[Transfer]") -> None:
        partial = self._cache.new_partial()
        transfer: Transfer | None = None
        try:
            partial.parent.mkdir(parents=True, exist_ok=True)
            with self._open_file(link) as stream, partial.open("xb", buffering=0) as file:
                transfer = Transfer(partial, stream.total_bytes)
                started.set_result(transfer)
                for chunk in stream.chunks:
                    file.write(chunk)
                    transfer.announce(len(chunk))
            transfer.end(path)
            self._cache.make_room()
        except (IndexAccessError, OSError) as error:
            if transfer is None:
                started.set_exception(_explain(error))
            else:
                _log.warning("%s was not passed on whole: %s", link.filename, error)
                transfer.fail(_explain(error))
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        finally:
            started.cancel()  # whatever broke, nobody is to wait for ever
            self._under_way.forget(path.name)


def _explain(error: IndexAccessError | OSError) -> IndexAccessError:
    """Return what clients are told, which is no path of this machine."""
    if isinstance(error, IndexAccessError):
        return error
    return TransferEndedError(reason=f"it cannot be kept: {error.strerror or 'no reason is known'}")
