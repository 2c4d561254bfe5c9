"""The interface of a store, and its statistics."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from archpip.binaries import Depth
from archpip.wheels import Inspection


class StoreInfo(Struct, frozen=True, kw_only=True):
    """The contents of a store, as counts and size."""

    location: str
    """A file, or a server's address without credentials."""
    inspections: int
    metadata: int
    pages: int
    answers: int
    size_bytes: int
    """On disk: the files, including the write-ahead log, or the tables."""


class Store(Protocol):
    """Stores inspections, metadata, pages and answers. Safe to use from several threads.

    It is a cache: after an error, which is reported, it finds nothing and stores nothing. Values
    that were put can be read after `flush` or `close`, or soon.
    """

    def get_inspection(self, sha256: str, *, depth: Depth = ...) -> Inspection | None:
        """Return this reader version's inspection, at least as deep as `depth`, or `None`."""
        ...

    def get_inspections(
        self, sha256s: Iterable[str], *, depth: Depth = ...
    ) -> dict[str, Inspection]:
        """Return the stored inspections, by sha256, with as few queries as possible."""
        ...

    def put_inspection(self, sha256: str, inspection: Inspection) -> None:
        """Store an inspection, unless a deeper one is stored."""
        ...

    def get_metadata(self, sha256: str) -> bytes | None:
        """Return a file's METADATA."""
        ...

    def put_metadata(self, sha256: str, metadata: bytes) -> None:
        """Keep a file's METADATA."""
        ...

    def get_page(self, url: str) -> tuple[str, bytes] | None:
        """Return the state and body that were put for a page."""
        ...

    def put_page(self, url: str, state: str, body: bytes, *, packed: bytes | None = None) -> None:
        """Store a page, replacing an earlier one. `state` contains no credentials.

        `packed` is the gzipped body, if it arrived so: it is then stored as it is.
        """
        ...

    def get_page_state(self, url: str) -> str | None:
        """Return the state that was put for a page, without reading its body."""
        ...

    def put_page_state(self, url: str, state: str) -> None:
        """Replace the state of a page whose body is unchanged."""
        ...

    def get_answer(self, question: str) -> bytes | None:
        """Return the answer that was stored under the hash of a question, or `None`."""
        ...

    def put_answer(self, question: str, answer: bytes) -> None:
        """Store an answer, replacing an earlier one. It contains no credentials."""
        ...

    def flush(self) -> None:
        """Wait until all that was put is written."""
        ...

    def check(self) -> None:
        """Check that it can be used now.

        Raises:
            StoreError: It cannot.
        """
        ...

    def info(self) -> StoreInfo:
        """Return counts and size of the contents.

        Raises:
            StoreError: It cannot be read.
        """
        ...

    def clear(self) -> int:
        """Delete all contents, and return their size in bytes.

        Raises:
            StoreError: It cannot be cleared.
        """
        ...

    def close(self) -> None:
        """Finish pending writes and close; a later call opens it again."""
        ...

    def claim(self, sha256: str) -> AbstractContextManager[None]:
        """Enter a lock on opening a wheel, exclusive among all processes that share the store.

        After waiting for a claim, the caller finds the other process's inspection in the store.
        """
        ...
