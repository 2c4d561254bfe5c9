"""The METADATA of recently opened wheels: clients request it as soon as they have the page.

The store will have it soon too, but a client is often quicker.
"""

import threading

_MOST_BYTES = 16 * 1024 * 1024
"""Enough for some thousand wheels."""


class RecentMetadata:
    """Keeps METADATA by the wheel's URL, within a bound of memory. Safe for several threads."""

    def __init__(self, *, most_bytes: int = _MOST_BYTES) -> None:
        """Start empty."""
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: dict[str, bytes] = {}
        self._bytes = 0

    def get(self, url: str) -> bytes | None:
        """Return a wheel's METADATA, or `None` if it was dropped or never put."""
        return self._kept.get(url)

    def put(self, url: str, metadata: bytes) -> None:
        """Store a wheel's METADATA; the oldest entries are dropped first."""
        with self._lock:
            self._bytes += len(metadata) - len(self._kept.pop(url, b""))
            self._kept[url] = metadata
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.pop(next(iter(self._kept))))
