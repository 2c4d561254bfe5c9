"""Pages as they are sent: rendered once, compressed once, and kept as long as they hold.

The memory that they may take is bounded. What was not asked for lately is kept compressed, a
seventh of its size; then it goes.
"""

import gzip
import hashlib
import threading
from collections.abc import Callable, Hashable

from msgspec import Struct
from msgspec.structs import replace

from archpip.gateway.projects import Reading

_FAST = 1
"""zlib's level 1: a page of 3 MB in 30 ms; a higher one gains little on hashes."""

_WORTH_COMPRESSING = 1024


class Tally(Struct, frozen=True, kw_only=True):
    """How many wheels of a project were refused and approved in a view so far."""

    refused: int = 0
    approved: int = 0


class Basis(Struct, frozen=True, kw_only=True):
    """What a page was made from."""

    reading: Reading
    tally: Tally

    def holds(self, reading: Reading, tally: Tally) -> bool:
        """Tell whether the page would be made the same way now, as far as any client may care.

        A refusal counts at once. An approval turns an address of ours into the index's, and both
        will do: that waits for the index to be asked again.
        """
        return (
            self.reading.fingerprint == reading.fingerprint
            and self.tally.refused == tally.refused
            and (self.reading.moment == reading.moment or self.tally == tally)
        )


class Rendition(Struct, frozen=True, kw_only=True):
    """One page in one form."""

    media_type: str
    etag: str
    """Without quotes; the same for the same bytes."""
    plain: bytes | None
    """`None` where only the compressed form is kept."""
    compressed: bytes | None = None
    """By gzip; `None` where nobody wanted it yet, or it is not worth it."""
    basis: Basis | None = None
    """`None` where the page is not kept."""

    @property
    def size_bytes(self) -> int:
        """What it takes in memory."""
        return len(self.plain or b"") + len(self.compressed or b"")

    def with_plain(self) -> "Rendition":
        """Return it with its plain form."""
        if self.plain is not None:
            return self
        return replace(self, plain=gzip.decompress(self.compressed or b""))

    def with_compressed(self) -> "Rendition":
        """Return it with its compressed form, where that is worth it."""
        if self.compressed is not None or len(self.plain or b"") <= _WORTH_COMPRESSING:
            return self
        return replace(self, compressed=gzip.compress(self.plain or b"", _FAST, mtime=0))

    def serves(self, *, compressed: bool) -> bool:
        """Tell whether it can be sent as it is."""
        if compressed and self.compressed is None:
            return self.plain is not None and len(self.plain) <= _WORTH_COMPRESSING
        return compressed or self.plain is not None


def make_rendition(body: bytes, media_type: str, basis: Basis | None = None) -> Rendition:
    """Make a page of its bytes."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    return Rendition(media_type=media_type, etag=etag, plain=body, basis=basis)


class RenditionShelf:
    """Keeps renditions within a bound of memory. Safe to use from several threads."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: dict[Hashable, Rendition] = {}
        """The one that was asked for last stands last."""
        self._bytes = 0

    def get(self, key: Hashable) -> Rendition | None:
        """Return what `put` was given, or its compressed form alone."""
        with self._lock:
            rendition = self._kept.pop(key, None)
            if rendition is not None:
                self._kept[key] = rendition
            return rendition

    def put(self, key: Hashable, rendition: Rendition) -> None:
        """Keep a rendition in place of an earlier one."""
        with self._lock:
            self._replace(key, rendition)
        self._make_room(_to_compressed)
        self._make_room(lambda _: None)

    def _make_room(self, reduce: Callable[[Rendition], Rendition | None]) -> None:
        """Reduce what was not asked for lately until the bound is kept."""
        with self._lock:
            oldest = list(self._kept)[:-1]
        for key in oldest:
            with self._lock:
                rendition = self._kept.get(key)
                if self._bytes <= self._most_bytes:
                    return
            if rendition is None:
                continue
            reduced = reduce(rendition)
            with self._lock:
                if self._kept.get(key) is rendition:
                    self._replace(key, reduced)

    def _replace(self, key: Hashable, rendition: Rendition | None) -> None:
        """Put a rendition in an earlier one's place, or `None` to drop that."""
        earlier = self._kept.get(key)
        self._bytes -= earlier.size_bytes if earlier else 0
        if rendition is None:
            self._kept.pop(key, None)
            return
        self._kept[key] = rendition
        self._bytes += rendition.size_bytes


def _to_compressed(rendition: Rendition) -> Rendition:
    both = rendition.with_compressed()
    return replace(both, plain=None) if both.compressed is not None else both
