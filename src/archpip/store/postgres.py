"""The store in a PostgreSQL database, which replicas of a gateway share.

It is a cache like the file: values that cannot be read are computed again, and failed writes are
dropped. An unavailable server is tried again after some seconds, not at every call.

Needs the extra `postgres`. Source: https://www.psycopg.org/psycopg3/docs/ and, for claims,
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, LiteralString, Self
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from archpip.errors import StoreError
from archpip.store.errors import StoreServerError, StoreVersionError
from archpip.store.model import StoreInfo
from archpip.store.rows import Dialect, RowStore
from archpip.store.writing import Statement, Value, Writer
from archpip.wheels import READER_VERSION

_log = logging.getLogger(__name__)
# We report an error once; the pool would log each attempt.
logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)

_SCHEMA_VERSION = 2
"""Raised when a table changes. Older tables are dropped: all can be read again."""

_SCHEMA_LOCK = 0x61726368
"""Lock by which replicas that start at once create the tables one after another."""

_MOST_CONNECTIONS = 24
_MOST_CLAIMS = 16
"""Each holds a connection while a wheel is opened; the others are for reads and writes."""
_SECONDS_TO_CONNECT = 5.0
_SECONDS_AWAY = 10.0
"""How long a server that did not answer is not tried again."""
_NO_ANSWER = "the server does not answer"
_CLAIM_TIMEOUT = "60s"
"""How long to wait while another replica opens a wheel; after that, it is opened twice."""

_KEPT_DAYS = 90
"""Rows that were not used for longer are dropped."""

_TABLES: tuple[LiteralString, ...] = (
    """CREATE TABLE archpip_inspections (
        sha256 text NOT NULL,
        reader integer NOT NULL,  -- archpip.wheels.READER_VERSION
        depth integer NOT NULL,   -- archpip.binaries.Depth; only a deeper one replaces a row
        used integer NOT NULL,    -- day of last use, counted from 1970-01-01
        body bytea NOT NULL,      -- JSON, compressed by zlib
        PRIMARY KEY (sha256, reader)
    )""",
    """CREATE TABLE archpip_metadata (
        sha256 text PRIMARY KEY,
        used integer NOT NULL,
        body bytea NOT NULL       -- METADATA, compressed by zlib
    )""",
    """CREATE TABLE archpip_pages (
        url text PRIMARY KEY,     -- sha256 of the URL without credentials
        state text NOT NULL,      -- what the index client needs to ask whether it changed
        used integer NOT NULL,
        body bytea NOT NULL       -- compressed by zlib
    )""",
    """CREATE TABLE archpip_answers (
        question text PRIMARY KEY,  -- a hash of all that was asked
        used integer NOT NULL,
        body bytea NOT NULL         -- JSON, compressed by zlib
    )""",
)
_DROP: LiteralString = (
    "DROP TABLE IF EXISTS"
    " archpip_inspections, archpip_metadata, archpip_pages, archpip_answers, archpip_schema"
)
_TOTALS: LiteralString = """
    SELECT (SELECT count(*) FROM archpip_inspections),
           (SELECT count(*) FROM archpip_metadata),
           (SELECT count(*) FROM archpip_pages),
           (SELECT count(*) FROM archpip_answers),
           pg_total_relation_size('archpip_inspections')
             + pg_total_relation_size('archpip_metadata') + pg_total_relation_size('archpip_pages')
             + pg_total_relation_size('archpip_answers')
"""
_DIALECT = Dialect(prefix="archpip_", mark="%s", most_values=30_000)
"""PostgreSQL allows 65,535 values per statement."""

_UNUSED: tuple[LiteralString, ...] = (
    "DELETE FROM archpip_inspections WHERE used < %s",
    "DELETE FROM archpip_metadata WHERE used < %s",
    "DELETE FROM archpip_pages WHERE used < %s",
    "DELETE FROM archpip_answers WHERE used < %s",
)


def _warn(error: StoreError) -> None:
    _log.warning("%s", error)


class PostgresStore(RowStore):
    """Keeps inspections, metadata and pages in a database; implements `archpip.store.Store`.

    Connections are opened at the first query. Writes are batched, and made by a thread of the
    store's own.
    """

    def __init__(
        self,
        url: str,
        *,
        warn: Callable[[StoreError], None] = _warn,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the database.

        Args:
            url: `postgresql://user:password@host:port/database`, as libpq accepts it.
            warn: Called with the error, once each time the store becomes unavailable.
            now: Returns seconds since 1970.
            clock: Returns seconds since any fixed moment.
        """
        super().__init__(_DIALECT, now=now)
        self._url = url
        self.location = locate(url)
        """The server and the database, without credentials."""
        self._warn = warn
        self._clock = clock
        self._lock = threading.Lock()
        self._pool: ConnectionPool[psycopg.Connection[TupleRow]] | None = None
        self._away_until: float | None = None
        self._away_because = _NO_ANSWER
        self._claims = threading.BoundedSemaphore(_MOST_CLAIMS)
        self._writer = Writer(self._write)

    @contextmanager
    def claim(self, sha256: str) -> Iterator[None]:
        """Enter a lock on opening a wheel, exclusive among all replicas.

        A replica that dies loses its connection, and with it the claim. If the server is
        unavailable, or the other takes too long, this enters without a claim: to open a wheel twice
        does no harm.
        """
        key = int.from_bytes(bytes.fromhex(sha256)[:8], signed=True) ^ READER_VERSION
        held = ExitStack()
        try:
            if not self._is_away():
                held.enter_context(self._claimed(key))
        except StoreError as error:
            self._tell(error)
        try:
            yield
            # The inspection must be written before the next replica reads.
            self.flush()
        finally:
            try:
                held.close()
            except StoreError as error:
                self._tell(error)

    def flush(self) -> None:
        """Wait until all that was put is written."""
        self._writer.flush()

    def check(self) -> None:
        """Check that it can be used now.

        Raises:
            StoreServerError: The server does not answer.
            StoreVersionError: A newer archpip made the tables.
        """
        with self._connection() as connection:
            connection.execute("SELECT 1")

    def info(self) -> StoreInfo:
        """Return counts and size of the contents.

        Raises:
            StoreServerError: The server does not answer.
            StoreVersionError: A newer archpip made the tables.
        """
        self.flush()
        with self._connection() as connection:
            row = connection.execute(_TOTALS).fetchone() or (0,) * 5
        inspections, metadata, pages, answers, size = map(int, row)
        return StoreInfo(
            location=self.location,
            inspections=inspections,
            metadata=metadata,
            pages=pages,
            answers=answers,
            size_bytes=size,
        )

    def clear(self) -> int:
        """Delete all contents, and return their size in bytes.

        Raises:
            StoreServerError: The server does not answer.
            StoreVersionError: A newer archpip made the tables.
        """
        size = self.info().size_bytes
        with self._connection() as connection:
            connection.execute(
                "TRUNCATE archpip_inspections, archpip_metadata, archpip_pages, archpip_answers"
            )
        return size

    def close(self) -> None:
        """Finish pending writes and close the connections; a later call opens others."""
        self._writer.close()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _select(self, query: str, values: Sequence[Value]) -> list[tuple[Any, ...]]:
        """Return the rows; none if the server is unavailable."""
        if self._is_away():
            return []
        try:
            with self._connection() as connection:
                return connection.execute(query.encode(), values).fetchall()
        except StoreError as error:
            self._tell(error)
            return []

    def _put(self, statement: Statement) -> None:
        if not self._is_away():
            self._writer.put(statement)

    def _write(self, batch: Sequence[Statement]) -> None:
        """Write a batch in one transaction, or report why not; runs in the writer's thread."""
        # The same order of rows everywhere, so that replicas never deadlock. The sort is stable, so
        # writes to one row keep their order.
        ordered = sorted(batch, key=lambda statement: statement.row)
        prepared = [(statement.sql.encode(), statement.values()) for statement in ordered]
        try:
            with self._connection() as connection:
                for sql, values in prepared:
                    connection.execute(sql, values)
        except StoreError as error:
            self._tell(error)

    @contextmanager
    def _connection(self) -> "Iterator[psycopg.Connection[TupleRow]]":
        """Lend a connection; the block is one transaction.

        Raises:
            StoreServerError: The server does not answer, or refuses.
            StoreVersionError: A newer archpip made the tables.
        """
        pool = None
        try:
            pool = self._open()
            with pool.connection(timeout=_SECONDS_TO_CONNECT) as connection:
                yield connection
        except (PoolTimeout, PoolClosed) as error:
            self._drop(pool)
            raise StoreServerError(location=self.location, reason=_NO_ANSWER) from error
        except psycopg.Error as error:
            if isinstance(error, psycopg.OperationalError):
                self._drop(pool)
            raise StoreServerError(location=self.location, reason=_reason(error)) from error
        if pool is self._pool:
            # A connection of a pool that was dropped says nothing of the server as it is now.
            self._away_until = None

    def _open(self) -> "ConnectionPool[psycopg.Connection[TupleRow]]":
        with self._lock:
            if self._pool is None:
                # Another thread may have found the server unavailable while this one waited.
                if self._is_away():
                    raise StoreServerError(location=self.location, reason=self._away_because)
                self._prepare()
                self._pool = ConnectionPool(
                    self._url,
                    # Connection poolers before the server do not support prepared statements.
                    kwargs={"prepare_threshold": None},
                    min_size=1,
                    max_size=_MOST_CONNECTIONS,
                    check=ConnectionPool.check_connection,
                    open=True,
                )
            return self._pool

    def _drop(self, pool: "ConnectionPool[psycopg.Connection[TupleRow]] | None") -> None:
        """Use a new pool next time: one whose server is unavailable retries ever more rarely."""
        with self._lock:
            if pool is None or pool is not self._pool:
                return
            self._pool = None
        pool.close(timeout=0)

    def _prepare(self) -> None:
        """Create the tables if they are missing or older, and drop rows unused for long."""
        seconds = int(_SECONDS_TO_CONNECT)
        with psycopg.connect(self._url, connect_timeout=seconds) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_SCHEMA_LOCK,))
            connection.execute("SET LOCAL client_min_messages = warning")
            connection.execute("CREATE TABLE IF NOT EXISTS archpip_schema (version integer)")
            row = connection.execute("SELECT max(version) FROM archpip_schema").fetchone()
            found = int(row[0] or 0) if row else 0
            if found > _SCHEMA_VERSION:
                raise StoreVersionError(path=self.location, found=found, supported=_SCHEMA_VERSION)
            if found != _SCHEMA_VERSION:
                connection.execute(_DROP)
                connection.execute("CREATE TABLE archpip_schema (version integer)")
                connection.execute("INSERT INTO archpip_schema VALUES (%s)", (_SCHEMA_VERSION,))
                for table in _TABLES:
                    connection.execute(table)
            for query in _UNUSED:
                connection.execute(query, (self._today - _KEPT_DAYS,))

    @contextmanager
    def _claimed(self, key: int) -> Iterator[None]:
        """Wait for a claim, which ends with the transaction; continue without it after a while."""
        with self._claims, self._connection() as connection:
            connection.execute("SELECT set_config('lock_timeout', %s, true)", (_CLAIM_TIMEOUT,))
            try:
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
            except psycopg.errors.LockNotAvailable:
                connection.rollback()
            yield

    def _is_away(self) -> bool:
        away_until = self._away_until
        return away_until is not None and self._clock() < away_until

    def _tell(self, error: StoreError) -> None:
        news = self._away_until is None
        self._away_until = self._clock() + _SECONDS_AWAY
        self._away_because = error.reason if isinstance(error, StoreServerError) else str(error)
        if news:
            self._warn(error)


def locate(url: str) -> str:
    """Return the part of a database's URL that may be shown."""
    parts = urlsplit(url)
    # Options may contain a password, too.
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _reason(error: psycopg.Error) -> str:
    """Return a server's message without a URL that libpq cannot parse and quotes as a whole."""
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        return "its address cannot be understood"
    return " ".join(str(error).split()) or type(error).__name__
