"""The log of all refusals so far, over all views."""

import logging
import threading
from collections.abc import Iterable

from archpip.gateway.model import Refusal

_log = logging.getLogger(__name__)


class RefusalLog:
    """Keeps each refusal once, and logs it then. Safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._refusals: dict[tuple[str, str], Refusal] = {}

    @property
    def all(self) -> tuple[Refusal, ...]:
        """Return all refusals in the order they were added."""
        with self._lock:
            return tuple(self._refusals.values())

    def add(self, refusals: Iterable[Refusal]) -> list[Refusal]:
        """Add refusals, and return those that are new."""
        news = []
        with self._lock:
            for refusal in refusals:
                key = (refusal.view, refusal.filename)
                if key not in self._refusals:
                    self._refusals[key] = refusal
                    news.append(refusal)
        for refusal in news:
            _log.info("kept out of %s: %s: %s", refusal.view, refusal.filename, refusal.message)
        return news
