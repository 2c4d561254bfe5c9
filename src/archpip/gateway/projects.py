"""A cache of project pages: how fresh each is, and the most recently requested ones, parsed.

A parsed page takes two kilobytes per file, so a long-running process keeps few of them, and only a
fingerprint of the others.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple, Protocol

from packaging.utils import NormalizedName

from archpip.errors import IndexAccessError
from archpip.index import OncePerKey, ProjectLinks, ProjectNotFoundError


class ProjectReader(Protocol):
    """Reads project pages, as `archpip.index.client.IndexClient` does. Safe for several threads."""

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return a project's links on all indexes.

        Raises:
            IndexAccessError: It is unknown, or an index does not respond.
        """
        ...

    def forget(self, name: NormalizedName) -> None:
        """Drop a project's pages, so that the next call reads them again."""
        ...

    def forget_find_links(self, *, older_than_seconds: float) -> None:
        """Drop the `--find-links` listings that are older, so that the next call reads them."""
        ...


class Outage(NamedTuple):
    """A period in which no index responded."""

    seconds: float
    """The clock's time of the first failure since the last response."""
    name: NormalizedName
    """The project that was requested last."""


class Reading(NamedTuple):
    """When a project's pages were read, and their fingerprint."""

    moment: float
    fingerprint: int


class Projects:
    """Reads each project once, and again once it is stale. Safe to use from several threads.

    Concurrent requests for one project read it once.
    """

    def __init__(
        self,
        reader: ProjectReader,
        *,
        clock: Callable[[], float],
        fresh_seconds: float | None,
        most_files: int | None = None,
    ) -> None:
        """Start with an empty cache.

        Args:
            reader: Reads pages.
            clock: Returns seconds since any fixed point in time.
            fresh_seconds: How long a page stays fresh; `None` for ever.
            most_files: Most files that all projects kept parsed may have together; the most
                recently requested one is always kept.
        """
        self._reader = reader
        self._clock = clock
        self._fresh_seconds = fresh_seconds
        self._most_files = most_files
        self._under_way: OncePerKey[NormalizedName, ProjectLinks] = OncePerKey()
        self._lock = threading.Lock()
        self._readings: dict[NormalizedName, Reading] = {}
        self._parsed: dict[NormalizedName, ProjectLinks] = {}
        """Ordered by use, most recent last."""
        self._files = 0
        self._failing: tuple[float, NormalizedName] | None = None
        """Since when, and the project requested last; `None` while an index responds."""

    @property
    def outage(self) -> Outage | None:
        """The current outage; `None` if the index requested last responded."""
        failing = self._failing
        return Outage(self._clock() - failing[0], failing[1]) if failing else None

    def get(self, name: NormalizedName) -> ProjectLinks:
        """Return a project's links, reading them again if they are stale.

        Raises:
            IndexAccessError: It is unknown, or an index does not respond.
        """
        if self.peek(name) is not None:
            with self._lock:
                links = self._parsed.pop(name, None)
                if links is not None:
                    self._parsed[name] = links
                    return links
        try:
            return self._under_way.get(name, lambda: self._read(name))
        finally:
            self._under_way.forget(name)

    def peek(self, name: NormalizedName) -> Reading | None:
        """Return a project's last reading without any request; `None` if it must be read again."""
        reading = self._readings.get(name)
        if reading is None or self._fresh_seconds is None:
            return reading
        return reading if self._clock() - reading.moment < self._fresh_seconds else None

    def _read(self, name: NormalizedName) -> ProjectLinks:
        moment = self._clock()
        if self._fresh_seconds is not None:
            self._reader.forget_find_links(older_than_seconds=self._fresh_seconds)
        try:
            links = self._reader.project(name)
        except ProjectNotFoundError:
            self._failing = None
            raise
        except IndexAccessError:
            since, _ = self._failing or (moment, name)
            self._failing = (since, name)
            raise
        finally:
            # Caching is up to this class, for as long as it decides.
            self._reader.forget(name)
        self._failing = None
        with self._lock:
            self._readings[name] = Reading(moment, links.fingerprint)
            self._keep(name, links)
        return links

    def _keep(self, name: NormalizedName, links: ProjectLinks) -> None:
        earlier = self._parsed.pop(name, None)
        self._files += links.file_count - (earlier.file_count if earlier else 0)
        self._parsed[name] = links
        while self._most_files is not None and self._files > self._most_files:
            oldest = next(iter(self._parsed))
            if oldest == name:
                return
            self._files -= self._parsed.pop(oldest).file_count
