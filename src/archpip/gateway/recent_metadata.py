"""The METADATA of wheels that were opened lately: clients ask for it as soon as they have the page.

The store has it soon, too; a client is often quicker.
"""

import threading

_MOST_BYTES = 16 * 1024 * 1024
"""Some thousand wheels'."""


class RecentMetadata:
    """Keeps METADATA by the wheel's URL, within a bound of memory. Safe for several threads."""

    def __init__(self, *, most_bytes: int = _MOST_BYTES) -> None:
        """Keep nothing yet."""
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: dict[str, bytes] = {}
        self._bytes = 0

    def get(self, url: str) -> bytes | None:
        """Return what was put, `None` where that is too long ago."""
        return self._kept.get(url)

    def put(self, url: str, metadata: bytes) -> None:
        """Keep a wheel's METADATA; what was put first goes first."""
        with self._lock:
            self._bytes += len(metadata) - len(self._kept.pop(url, b""))
            self._kept[url] = metadata
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.pop(next(iter(self._kept))))
