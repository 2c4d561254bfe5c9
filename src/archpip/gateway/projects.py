"""The projects that were asked for: how fresh their pages are, and the latest of them, parsed.

A parsed page takes two kilobytes a file, so a process that lives for months keeps few of them, and
of the others only by what to recognise them.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple, Protocol

from packaging.utils import NormalizedName

from archpip.errors import IndexAccessError
from archpip.index import OncePerKey, ProjectLinks, ProjectNotFoundError


class ProjectReader(Protocol):
    """Reads projects' pages; `archpip.index.client.IndexClient` does. Safe for several threads."""

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return what all indexes together offer of a project.

        Raises:
            IndexAccessError: It is unknown, or an index does not answer.
        """
        ...

    def forget(self, name: NormalizedName) -> None:
        """Read a project's pages anew the next time that it is asked for."""
        ...

    def forget_find_links(self, *, older_than_seconds: float) -> None:
        """Read what `--find-links` names anew the next time, where that is old."""
        ...


class Outage(NamedTuple):
    """For how long no index has answered."""

    seconds: float
    """Since the first failure after which nothing came."""
    name: NormalizedName
    """The project that was asked for last."""


class Reading(NamedTuple):
    """When a project's pages were read, and what they were."""

    moment: float
    fingerprint: int


class Projects:
    """Reads each project once, and again when that is long ago. Safe to use from several threads.

    What several threads ask for at once is read once.
    """

    def __init__(
        self,
        reader: ProjectReader,
        *,
        clock: Callable[[], float],
        fresh_seconds: float | None,
        most_files: int | None = None,
    ) -> None:
        """Keep nothing yet.

        Args:
            reader: Reads pages.
            clock: Seconds, from anywhere.
            fresh_seconds: How long a page is believed; `None` for ever.
            most_files: How many files the projects that are kept parsed may have together; the one
                that was asked for last is kept in any case.
        """
        self._reader = reader
        self._clock = clock
        self._fresh_seconds = fresh_seconds
        self._most_files = most_files
        self._under_way: OncePerKey[NormalizedName, ProjectLinks] = OncePerKey()
        self._lock = threading.Lock()
        self._readings: dict[NormalizedName, Reading] = {}
        self._parsed: dict[NormalizedName, ProjectLinks] = {}
        """The one that was asked for last stands last."""
        self._files = 0
        self._failing: tuple[float, NormalizedName] | None = None
        """Since when, and the project that was asked for last; `None` while an index answers."""

    @property
    def outage(self) -> Outage | None:
        """That no index answers; `None` where the last one that was asked did."""
        failing = self._failing
        return Outage(self._clock() - failing[0], failing[1]) if failing else None

    def get(self, name: NormalizedName) -> ProjectLinks:
        """Return a project's links, read when that is due.

        Raises:
            IndexAccessError: It is unknown, or an index does not answer.
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
        """Return what is known of a project without asking anybody; `None` when it must be read."""
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
            # It is we who keep it, as long as we want to.
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
