"""The store in one SQLite file: a cache of inspections, metadata, pages and answers between runs.

Everything in it can be read again, so no error of it stops archpip. An error is reported once, and
from then on the store finds nothing and stores nothing.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum, auto
from pathlib import Path
from typing import Self

from archpip.errors import StoreError
from archpip.store.database import (
    TABLES,
    bytes_used,
    connect,
    delete_unused,
    files_of,
    is_busy,
    is_damaged,
    move_aside,
    transaction,
)
from archpip.store.errors import StoreBusyError, StoreDamagedError, StoreUnusableError
from archpip.store.model import StoreInfo
from archpip.store.rows import Dialect, RowStore
from archpip.store.writing import Statement, Value, Writer
from archpip.wheels import READER_VERSION

_log = logging.getLogger(__name__)

_MOST_IDLE = 8
"""How many idle connections to keep for reads; a thread that finds none opens another."""

_READ_WAIT_SECONDS = 2.0
"""Longest wait for a process that locks the file. Readers and a writer do not lock each other out
(WAL), so who waits so long is likely to wait on, and a cache is not worth that."""
_WRITE_WAIT_SECONDS = 5.0
_PAUSE_SECONDS = 30.0
"""How long a file that stayed locked is not tried again."""

_MOST_BYTES = 1024**3
_ROOM_DAYS = (90, 30, 7, 0)
"""How long rows must have been unused to be dropped when space is short; today's are kept."""

_DIALECT = Dialect(prefix="", mark="?", most_values=500)
"""Older SQLite versions allow no more than 999 values per statement."""


class _Use(Enum):
    """What a connection is for."""

    READ = auto()
    WRITE = auto()


def _warn(error: StoreError) -> None:
    _log.warning("%s", error)


class SqliteStore(RowStore):
    """Keeps inspections, metadata, pages and answers in one file.

    Safe to use from several threads, and the file from several processes. The file is opened at the
    first query. Writes are batched, and made by a thread of the store's own: values that were put
    can be read after `flush` or `close`, or soon.
    """

    def __init__(
        self,
        path: Path,
        *,
        warn: Callable[[StoreError], None] = _warn,
        now: Callable[[], float] = time.time,
        most_bytes: int = _MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the file.

        Args:
            path: The database; its folder is created if needed.
            warn: Called once with the error, if the store cannot be used, is locked for long, or
                was replaced.
            now: Returns seconds since 1970.
            most_bytes: If it is larger, rows that were not used for long are dropped.
            clock: Returns seconds that only grow.
        """
        super().__init__(_DIALECT, now=now)
        self._clock = clock
        self._pauses = {_Use.READ: 0.0, _Use.WRITE: 0.0}
        """Until when the file, which another process locks, is not tried again."""
        self._told_busy = False
        self._most_bytes = most_bytes
        self.path = path
        self._warn = warn
        self._lock = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        """For reads; the last used one is last."""
        self._era = 0
        """Incremented when the file is closed or moved aside: older connections become invalid."""
        self._writing: sqlite3.Connection | None = None
        self._unreadable = False
        self._unwritable = False
        self._writer = Writer(self._write)

    @contextmanager
    def claim(self, sha256: str) -> Iterator[None]:  # noqa: ARG002  # see `Store`
        """Claim nothing: each process keeps track of the wheels that it is opening."""
        yield

    def flush(self) -> None:
        """Wait until all that was put is written."""
        self._writer.flush()

    def check(self) -> None:
        """Check that it can be used now.

        Raises:
            StoreError: It cannot.
        """
        self._query("SELECT 1")

    def info(self) -> StoreInfo:
        """Return counts and size of the contents.

        Raises:
            StoreVersionError: A newer archpip made it.
            StoreUnusableError: It cannot be opened or read.
        """
        self.flush()
        counts = {
            table: int(self._query(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608
            for table in TABLES
        }
        return StoreInfo(
            location=str(self.path),
            inspections=counts["inspections"],
            metadata=counts["metadata"],
            pages=counts["pages"],
            answers=counts["answers"],
            size_bytes=sum(f.stat().st_size for f in files_of(self.path) if f.exists()),
        )

    def clear(self) -> int:
        """Delete the store's files, and return their size in bytes.

        Works on a damaged or newer store too, as the way to replace it.

        Raises:
            StoreUnusableError: They cannot be deleted.
        """
        self.close()
        freed = 0
        damaged = self.path.with_name(self.path.name + ".damaged")
        with self._lock:
            for file in (*files_of(self.path), damaged):
                try:
                    size = file.stat().st_size
                    file.unlink()
                except FileNotFoundError:
                    continue
                except OSError as error:
                    reason = error.strerror or str(error)
                    raise StoreUnusableError(path=self.path, reason=reason) from error
                freed += size
            self._unreadable = self._unwritable = False
        return freed

    def close(self) -> None:
        """Finish pending writes and close the file; a later call opens it again."""
        self._writer.close()
        with self._lock:
            self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _select(self, query: str, values: Sequence[Value]) -> list[tuple[Value, ...]]:
        """Return the rows; none if the store cannot be read."""
        if self._unreadable or self._is_paused(_Use.READ):
            return []
        try:
            return self._query(query, values)
        except StoreDamagedError as error:
            self._warn(error)
        except StoreBusyError as error:
            self._tell_busy(error, _Use.READ)
        except StoreError as error:
            self._unreadable = self._unwritable = True
            self._warn(error)
        return []

    def _query(self, query: str, values: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        with self._lent() as connection:
            return connection.execute(query, values).fetchall()

    def _put(self, statement: Statement) -> None:
        if not self._unwritable:
            self._writer.put(statement)

    def _write(self, batch: Sequence[Statement]) -> None:
        """Write a batch in one transaction, or report why not; runs in the writer's thread."""
        if self._unwritable or self._is_paused(_Use.WRITE):
            return
        prepared = [(statement.sql, statement.values()) for statement in batch]
        try:
            with self._translated(self._era, _Use.WRITE):
                connection = self._open_writing()
                with transaction(connection):
                    for sql, values in prepared:
                        connection.execute(sql, values)
        except StoreDamagedError as error:
            self._warn(error)
        except StoreBusyError as error:
            self._tell_busy(error, _Use.WRITE)
        except StoreError as error:
            with self._lock:
                told, self._unwritable = self._unwritable, True
            if not told:
                self._warn(error)

    @contextmanager
    def _lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to one thread, so that many can read at once without waiting."""
        with self._lock:
            # Another thread may have waited in vain while this one waited for it.
            if self._is_paused(_Use.READ):
                raise StoreBusyError(path=self.path)
            era = self._era
            with self._translated(era, _Use.READ):
                connection = (
                    self._idle.pop()
                    if self._idle
                    else connect(self.path, wait_seconds=_READ_WAIT_SECONDS)
                )
        try:
            with self._translated(era, _Use.READ):
                yield connection
        finally:
            with self._lock:
                if era == self._era and len(self._idle) < _MOST_IDLE:
                    self._idle.append(connection)
                else:
                    connection.close()

    def _let_go(self) -> None:
        """Close the idle connections; lent ones are closed when they are returned."""
        self._era += 1
        while self._idle:
            self._idle.pop().close()
        if self._writing is not None:
            self._writing.close()
            self._writing = None

    def _open_writing(self) -> sqlite3.Connection:
        with self._lock:
            if self._writing is None:
                self._writing = connect(self.path, wait_seconds=_WRITE_WAIT_SECONDS)
                self._make_room(self._writing)
            return self._writing

    def _make_room(self, connection: sqlite3.Connection) -> None:
        """Limit the file's size: drop the longest unused rows until there is room."""
        for unused_days in _ROOM_DAYS:
            if bytes_used(connection) <= self._most_bytes:
                return
            before = self._today - unused_days
            delete_unused(connection, before=before, reader=READER_VERSION)

    def _is_paused(self, use: _Use) -> bool:
        return self._clock() < self._pauses[use]

    def _tell_busy(self, error: StoreBusyError, use: _Use) -> None:
        """Report once that the file stayed locked, unless it was only moved aside meanwhile."""
        with self._lock:
            told, self._told_busy = self._told_busy, self._told_busy or self._is_paused(use)
        if self._is_paused(use) and not told:
            self._warn(error)

    @contextmanager
    def _translated(self, era: int, use: _Use) -> Iterator[None]:
        """Translate SQLite's errors into ours; the first thread moves a damaged file aside."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if is_busy(error):
                self._pauses[use] = self._clock() + _PAUSE_SECONDS
                raise StoreBusyError(path=self.path) from error
            if not is_damaged(error):
                raise StoreUnusableError(path=self.path, reason=str(error)) from error
            with self._lock:
                if self._era != era:
                    raise StoreBusyError(path=self.path) from error
                self._let_go()
                moved_to = move_aside(self.path)
            raise StoreDamagedError(path=self.path, moved_to=moved_to) from error
