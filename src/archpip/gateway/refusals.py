"""The log of refusals, over all views."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping

from archpip.gateway.model import Refusal

_MOST_KEPT = 10_000
_log = logging.getLogger(__name__)


class RefusalLog:
    """Logs and counts each refusal once, and keeps the latest. Safe to use from several threads."""

    def __init__(self, *, most_kept: int = _MOST_KEPT) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        # Every page brings all of its refusals again. A number each is remembered for good.
        self._seen: set[int] = set()
        self._latest: deque[Refusal] = deque(maxlen=most_kept)
        self._counts: Counter[str] = Counter()

    @property
    def latest(self) -> tuple[Refusal, ...]:
        """Return the latest refusals in the order they were added."""
        with self._lock:
            return tuple(self._latest)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many refusals there were so far, by code."""
        with self._lock:
            return dict(self._counts)

    def add(self, refusals: Iterable[Refusal]) -> list[Refusal]:
        """Add refusals, and return those that are new."""
        news = []
        with self._lock:
            for refusal in refusals:
                key = hash((refusal.view, refusal.filename))
                if key not in self._seen:
                    self._seen.add(key)
                    self._latest.append(refusal)
                    self._counts[refusal.code] += 1
                    news.append(refusal)
        for refusal in news:
            _log.info("kept out of %s: %s: %s", refusal.view, refusal.filename, refusal.message)
        return news
