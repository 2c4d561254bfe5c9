"""What the store holds of projects' pages, and how long it is believed.

Answering from here takes no HTTP client, which takes longer to import than a fresh page to find.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from packaging.utils import NormalizedName

from archpip.index.options import IndexLocations
from archpip.index.places import find_places
from archpip.index.urls import project_url, without_credentials

ASKED = "asked"
"""When the server last said that a page holds, in seconds since 1970."""
DIGEST = "sha256"
"""Of a page's body, in hex."""


class StateStore(Protocol):
    """Keeps the states of pages; `archpip.index.reading.PageStore` does, with their bodies."""

    def get_page_state(self, url: str) -> str | None:
        """Return the state that was put for `url`, without reading the body."""
        ...


class KeptPages:
    """The pages in a store. Safe to use from several threads, as far as the store is."""

    def __init__(
        self,
        store: StateStore,
        *,
        max_age_seconds: float = 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Say where pages are kept, and how long one is believed without asking its server."""
        self._store = store
        self._max_age_seconds = max_age_seconds
        self._now = now

    def state(self, key: str) -> dict[str, str] | None:
        """Return what is kept about a page; `None` where nothing is, or an older archpip kept it.

        `key` is the page's URL without credentials.
        """
        stored = self._store.get_page_state(key)
        return read_state(stored) if stored else None

    def is_fresh(self, state: Mapping[str, str]) -> bool:
        """Say whether a page is believed; one from the future, by a clock set back, is not."""
        asked = float(state.get(ASKED, "-inf"))
        return 0 <= self._now() - asked < self._max_age_seconds

    def digest(self, name: NormalizedName, locations: IndexLocations) -> str | None:
        """Return what `IndexClient.digest` would, where that takes no request; else `None`."""
        if self._max_age_seconds <= 0:
            return None
        places = find_places(name, locations)
        if places.find_links:
            return None
        digests = []
        for url in places.index_urls:
            state = self.state(without_credentials(project_url(url, name)))
            if state is None or not self.is_fresh(state):
                return None
            digests.append(state[DIGEST])
        return " ".join(digests)


def read_state(stored: str) -> dict[str, str] | None:
    """Return a page's state; `None` where an older archpip kept it, without a digest."""
    state: dict[str, str] = json.loads(stored)
    return state if DIGEST in state else None
