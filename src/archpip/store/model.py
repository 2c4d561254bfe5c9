"""What a store is, and what it says about itself."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from msgspec import Struct

from archpip.binaries import Depth
from archpip.wheels import Inspection


class StoreInfo(Struct, frozen=True, kw_only=True):
    """What a store holds."""

    location: str
    """A file, or a server's address without credentials."""
    inspections: int
    metadata: int
    pages: int
    answers: int
    size_bytes: int
    """On disk: of the files, the write-ahead log too, or of the tables."""


class Store(Protocol):
    """Keeps inspections, metadata, pages and answers. Safe to use from several threads.

    It is a cache: trouble with it is told, and then it finds nothing and keeps nothing. What was
    put can be got back after `flush` or `close`, or soon.
    """

    def get_inspection(self, sha256: str, *, depth: Depth = ...) -> Inspection | None:
        """Return what this reader's version learned of a wheel, at least as deep as `depth`."""
        ...

    def get_inspections(
        self, sha256s: Iterable[str], *, depth: Depth = ...
    ) -> dict[str, Inspection]:
        """Return the inspections that are kept, by sha256, with as few queries as possible."""
        ...

    def put_inspection(self, sha256: str, inspection: Inspection) -> None:
        """Keep an inspection, unless a deeper one is kept."""
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
        """Keep a page in place of an earlier one. `state` holds no credentials.

        `packed` is the body by gzip, where it came so: it is then kept as it is.
        """
        ...

    def get_page_state(self, url: str) -> str | None:
        """Return the state that was put for a page, without reading its body."""
        ...

    def put_page_state(self, url: str, state: str) -> None:
        """Replace the state of a page whose body stays as it is."""
        ...

    def get_answer(self, question: str) -> bytes | None:
        """Return what was answered to a question, by the hash that it was put under."""
        ...

    def put_answer(self, question: str, answer: bytes) -> None:
        """Keep an answer in place of an earlier one. It holds no credentials."""
        ...

    def flush(self) -> None:
        """Wait until all that was put is written."""
        ...

    def check(self) -> None:
        """See whether it can be used now.

        Raises:
            StoreError: It cannot.
        """
        ...

    def info(self) -> StoreInfo:
        """Count what the store holds.

        Raises:
            StoreError: It cannot be read.
        """
        ...

    def clear(self) -> int:
        """Forget everything, and return how many bytes that was.

        Raises:
            StoreError: It cannot be cleared.
        """
        ...

    def close(self) -> None:
        """Write what waits and let go; a later call opens it again."""
        ...

    def claim(self, sha256: str) -> AbstractContextManager[None]:
        """Be the only one, of all that share the store, to open a wheel while this is entered.

        Who waits for a claim finds in the store, after that, what the other has learned.
        """
        ...
