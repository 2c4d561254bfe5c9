"""The cached state of projects' pages, and how long it is fresh.

This needs no HTTP client, whose import takes longer than the lookup of a fresh page.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from packaging.utils import NormalizedName

from archpip.index.locations import find_locations
from archpip.index.options import IndexLocations
from archpip.index.urls import project_url, without_credentials

ASKED = "asked"
"""When the server last confirmed a page, in seconds since 1970."""
DIGEST = "sha256"
"""Of a page's body, in hex."""


class StateStore(Protocol):
    """Stores the states of pages; `archpip.index.reading.PageStore` also stores their bodies."""

    def get_page_state(self, url: str) -> str | None:
        """Return the state that was put for `url`, without reading the body."""
        ...


class KeptPages:
    """The pages in a store. As thread-safe as the store."""

    def __init__(
        self,
        store: StateStore,
        *,
        max_age_seconds: float = 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take the store, and for how long a page is used without a request to its server."""
        self._store = store
        self._max_age_seconds = max_age_seconds
        self._now = now

    def state(self, key: str) -> dict[str, str] | None:
        """Return the stored state of a page; `None` if there is none, or it is an older archpip's.

        `key` is the page's URL without credentials.
        """
        stored = self._store.get_page_state(key)
        return read_state(stored) if stored else None

    def is_fresh(self, state: Mapping[str, str]) -> bool:
        """Return whether a page is fresh; one from the future, by a clock set back, is not."""
        asked = float(state.get(ASKED, "-inf"))
        return 0 <= self._now() - asked < self._max_age_seconds

    def digest(self, name: NormalizedName, locations: IndexLocations) -> str | None:
        """Return the same as `IndexClient.digest` if that needs no request, else `None`."""
        if self._max_age_seconds <= 0:
            return None
        found = find_locations(name, locations)
        if found.find_links:
            return None
        digests = []
        for url in found.index_urls:
            state = self.state(without_credentials(project_url(url, name)))
            if state is None or not self.is_fresh(state):
                return None
            digests.append(state[DIGEST])
        return " ".join(digests)


def read_state(stored: str) -> dict[str, str] | None:
    """Parse a page's stored state; `None` if an older archpip stored it, without a digest."""
    state: dict[str, str] = json.loads(stored)
    return state if DIGEST in state else None
