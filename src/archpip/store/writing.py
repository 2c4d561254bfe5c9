"""Batched writes in one thread, so that callers do not wait for the disk.

A killed process loses only pending writes. A process that ends, even by an error, finishes them:
the interpreter joins the thread.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from msgspec import Struct

_MOST_WAITING = 20_000
"""Limit for pending statements; further ones are dropped, as this is a cache."""

Value = str | int | bytes


class Statement(Struct, frozen=True, kw_only=True):
    """One write."""

    sql: str
    row: tuple[str, str]
    """The table, and the key of the row that is written."""
    values: Callable[[], tuple[Value, ...]]
    """Makes the values: encoding and compressing are done in the writing thread too."""


class Writer:
    """Passes statements to `write` in the order in which they are put, many at once.

    Statements put while a batch is written form the next batch, so batches grow with the load.
    Safe to use from several threads.
    """

    def __init__(self, write: Callable[[Sequence[Statement]], None]) -> None:
        """Start nothing yet. `write` is called in one thread, and must not raise."""
        self._write = write
        self._lock = threading.Lock()
        self._waiting: list[Statement] = []
        self._thread: ThreadPoolExecutor | None = None
        self._drained: Future[None] | None = None

    def put(self, statement: Statement) -> None:
        """Queue a write."""
        with self._lock:
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(statement)
            if self._drained is None:
                if self._thread is None:
                    self._thread = ThreadPoolExecutor(1, thread_name_prefix="archpip-store")
                self._drained = self._thread.submit(self._drain)

    def flush(self) -> None:
        """Wait until all statements put before are written."""
        with self._lock:
            drained = self._drained
        if drained is not None:
            drained.result()

    def close(self) -> None:
        """Finish pending writes, and end the thread; a later `put` starts another."""
        self.flush()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown()

    def _drain(self) -> None:
        while True:
            with self._lock:
                batch, self._waiting = self._waiting, []
                if not batch:
                    self._drained = None
                    return
            self._write(batch)
