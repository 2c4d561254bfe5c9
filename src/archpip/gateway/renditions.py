"""A cache of pages as sent: rendered once, compressed once, and kept while they are valid.

Its memory is bounded. The least recently requested pages are kept only compressed, a seventh of
their size, and then dropped.
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
        """Return whether the page is still valid for clients.

        A new refusal invalidates it at once. A new approval only replaces a gateway URL by the
        index's, and both work: that waits until the index is read again.
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
    """The ETag without quotes; the same for the same bytes."""
    plain: bytes | None
    """`None` if only the compressed form is kept."""
    compressed: bytes | None = None
    """The gzip form; `None` if it was not requested yet or would save too little."""
    basis: Basis | None = None
    """`None` if the page is not cached."""

    @property
    def size_bytes(self) -> int:
        """Its size in memory."""
        return len(self.plain or b"") + len(self.compressed or b"")

    def with_plain(self) -> "Rendition":
        """Return a copy that has its plain form."""
        if self.plain is not None:
            return self
        return replace(self, plain=gzip.decompress(self.compressed or b""))

    def with_compressed(self) -> "Rendition":
        """Return a copy that has its compressed form, if that saves enough."""
        if self.compressed is not None or len(self.plain or b"") <= _WORTH_COMPRESSING:
            return self
        return replace(self, compressed=gzip.compress(self.plain or b"", _FAST, mtime=0))

    def serves(self, *, compressed: bool) -> bool:
        """Return whether the form that a client wants is present."""
        if compressed and self.compressed is None:
            return self.plain is not None and len(self.plain) <= _WORTH_COMPRESSING
        return compressed or self.plain is not None


def make_rendition(body: bytes, media_type: str, basis: Basis | None = None) -> Rendition:
    """Return a rendition of a page's bytes."""
    etag = hashlib.sha256(body).hexdigest()[:32]
    return Rendition(media_type=media_type, etag=etag, plain=body, basis=basis)


class RenditionShelf:
    """Keeps renditions within a bound of memory. Safe to use from several threads."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: dict[Hashable, Rendition] = {}
        """Ordered by use, most recent last."""
        self._bytes = 0

    def get(self, key: Hashable) -> Rendition | None:
        """Return the rendition that was put, perhaps reduced to its compressed form."""
        with self._lock:
            rendition = self._kept.pop(key, None)
            if rendition is not None:
                self._kept[key] = rendition
            return rendition

    def put(self, key: Hashable, rendition: Rendition) -> None:
        """Store a rendition in place of an earlier one."""
        with self._lock:
            self._replace(key, rendition)
        self._make_room(_to_compressed)
        self._make_room(lambda _: None)

    def _make_room(self, reduce: Callable[[Rendition], Rendition | None]) -> None:
        """Reduce the least recently requested renditions until the memory limit is met."""
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
        """Replace a rendition, or drop it if given `None`."""
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
