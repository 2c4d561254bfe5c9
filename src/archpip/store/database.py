"""The store's database: opening it, its tables, its version, and recovery from damage.

Several processes and threads use one file: SQLite's write-ahead log lets all read while one writes,
and loses at most the last transactions when a process is killed. https://sqlite.org/wal.html
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archpip.store.errors import StoreUnusableError, StoreVersionError

SCHEMA_VERSION = 2
"""Raised when a table changes. An older file's contents are dropped: all can be read again."""

_APPLICATION_ID = 0x61726368  # "arch": distinguishes our files from other programs' databases
_TABLES = {
    "inspections": """
        sha256 TEXT NOT NULL,
        reader INTEGER NOT NULL,  -- archpip.wheels.READER_VERSION
        depth INTEGER NOT NULL,   -- archpip.binaries.Depth; only a deeper one replaces a row
        used INTEGER NOT NULL,    -- day of last use, counted from 1970-01-01
        body BLOB NOT NULL,       -- JSON, compressed by zlib; last, so that a scan skips it
        PRIMARY KEY (sha256, reader)
    """,
    "metadata": """
        sha256 TEXT PRIMARY KEY NOT NULL,
        used INTEGER NOT NULL,
        body BLOB NOT NULL        -- METADATA, compressed by zlib
    """,
    "pages": """
        url TEXT PRIMARY KEY NOT NULL,  -- sha256 of the URL without credentials
        state TEXT NOT NULL,            -- what the index client needs to ask whether it changed
        used INTEGER NOT NULL,
        body BLOB NOT NULL              -- compressed by zlib
    """,
    "answers": """
        question TEXT PRIMARY KEY NOT NULL,  -- a hash of all that was asked
        used INTEGER NOT NULL,
        body BLOB NOT NULL                   -- JSON, compressed by zlib
    """,
}
TABLES = tuple(_TABLES)


def connect(path: Path, *, wait_seconds: float) -> sqlite3.Connection:
    """Open the database, creating it if needed; the connection may move between threads.

    Args:
        path: The file.
        wait_seconds: How long to wait for a process that locks it.

    Raises:
        StoreVersionError: A newer archpip made it.
        StoreUnusableError: Its folder cannot be created, or it is another program's.
        sqlite3.DatabaseError: It is damaged (not an OperationalError), or cannot be opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusableError(path=path, reason=error.strerror or str(error)) from error
    connection = sqlite3.connect(
        path, timeout=wait_seconds, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if _read_version(connection, path) != SCHEMA_VERSION:
        # The journal mode is stored in the file. NORMAL is consistent with a WAL.
        connection.execute("PRAGMA journal_mode = WAL")
        with transaction(connection):
            # Another process may have done it meanwhile.
            if _read_version(connection, path) != SCHEMA_VERSION:
                _make_tables(connection)
    connection.execute("PRAGMA synchronous = NORMAL")


def _read_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the file's schema version, 0 for a new file."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version and application != _APPLICATION_ID:
        raise StoreUnusableError(path=path, reason="it is another program's database")
    if version > SCHEMA_VERSION:
        raise StoreVersionError(path=path, found=version, supported=SCHEMA_VERSION)
    return version


def _make_tables(connection: sqlite3.Connection) -> None:
    for name, columns in _TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS {name}")
        connection.execute(f"CREATE TABLE {name} ({columns})")
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one write transaction, waiting for other writers first."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk may have rolled back already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def bytes_used(connection: sqlite3.Connection) -> int:
    """Return how many bytes of the file are in use; deleted rows leave free space in it."""
    pages, free, size = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size


def delete_unused(connection: sqlite3.Connection, *, before: int, reader: int) -> None:
    """Delete rows last used before a day, and inspections of other readers."""
    with transaction(connection):
        connection.execute("DELETE FROM inspections WHERE reader != ?", (reader,))
        for table in TABLES:
            unused = f"DELETE FROM {table} WHERE used < ?"  # noqa: S608 -- our own names
            connection.execute(unused, (before,))


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that a database at `path` may consist of."""
    return tuple(path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm"))


def is_damaged(error: sqlite3.DatabaseError) -> bool:
    """Return whether the file is damaged, not just impossible to open, write or lock."""
    return _primary_code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def is_busy(error: sqlite3.DatabaseError) -> bool:
    """Return whether another process locked the file for too long."""
    return _primary_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _primary_code(error: sqlite3.DatabaseError) -> int:
    # The module's own errors, such as that of a closed connection, have no code.
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def move_aside(path: Path) -> Path:
    """Rename a damaged database, replacing an earlier one, and return its new name."""
    moved_to = path.with_name(path.name + ".damaged")
    path.replace(moved_to)
    for file in files_of(path)[1:]:
        file.unlink(missing_ok=True)
    return moved_to
