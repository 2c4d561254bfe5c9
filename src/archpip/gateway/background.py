"""Judge wheels before any client requests them, so that older versions need no wait.

Why this changes no response: a verdict is the same whenever it is reached. An approval made here
shows on a page only once the index is read again; a refusal removes a wheel that would have been
refused on request anyway.
"""

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.errors import IndexAccessError
from archpip.gateway.judging import WheelJudge
from archpip.gateway.model import View
from archpip.gateway.selection import fitting_wheels
from archpip.index import Link, ProjectLinks

_log = logging.getLogger(__name__)

_AT_ONCE = 2
"""Wheels opened at once: few, so that clients' own requests have most of the connections."""

_MOST_WHEELS = 100
"""Newest wheels per project and view; older ones are judged when a client requests them."""

_QUIET_SECONDS = 1.0
"""After a response, the same client is likely to send more requests."""

_MOST_SECONDS_HELD = 30.0
"""Under constant load, one wheel is opened each time this has passed."""

_MOST_FILES = 20_000
"""Files of all queued projects together: 40 MB. A project dropped for this is queued again by its
next page."""


class BackgroundJudge:
    """Judges the remaining wheels of each project that had a page made, newest first.

    It starts no wheel while clients wait for responses: the interpreter runs one thread at a time,
    so they would wait longer.
    """

    def __init__(
        self,
        judge: WheelJudge,
        *,
        executor: Executor | None = None,
        quiet_seconds: float = _QUIET_SECONDS,
    ) -> None:
        """Start with no project queued.

        Args:
            judge: Judges wheels.
            executor: Runs one project after another; `None` for threads of its own.
            quiet_seconds: How long no client must have been waiting; 0 to skip this check.
        """
        self._judge = judge
        self._quiet_seconds = quiet_seconds
        self._executor = executor or ThreadPoolExecutor(
            _AT_ONCE, thread_name_prefix="archpip-background"
        )
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, NormalizedName], int] = {}
        """How many files each has."""
        self._answers = 0
        self._answered = float("-inf")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Start no wheel while this context is entered."""
        with self._lock:
            self._answers += 1
        try:
            yield
        finally:
            with self._lock:
                self._answers -= 1
                self._answered = time.monotonic()

    def add(self, view: View, links: ProjectLinks) -> None:
        """Queue a project for judging. Does not wait."""
        key = (view.name, links.name)
        with self._lock:
            if (
                self._stopped.is_set()
                or key in self._waiting
                or sum(self._waiting.values()) >= _MOST_FILES
            ):
                return
            self._waiting[key] = links.file_count
        self._executor.submit(self._run, view, links)

    def close(self) -> None:
        """Drop the queue, and wait for the wheels that are open."""
        with self._lock:
            self._stopped.set()
        self._executor.shutdown(cancel_futures=True)

    def _run(self, view: View, links: ProjectLinks) -> None:
        try:
            for version, link in _newest(links, view):
                self._wait_for_quiet()
                if self._stopped.is_set():
                    return
                self._judge.judge(links.name, version, link, view=view, releases=links).result()
        except (IndexAccessError, CancelledError) as error:
            # No client waits for it: the project's next page queues it again.
            _log.debug("judging %s for %s ended early: %s", links.name, view.name, error)
        finally:
            with self._lock:
                del self._waiting[view.name, links.name]

    def _wait_for_quiet(self) -> None:
        end = time.monotonic() + _MOST_SECONDS_HELD
        while (now := time.monotonic()) < end:
            with self._lock:
                quiet_from = now if self._answers else self._answered
            seconds = quiet_from + self._quiet_seconds - now
            if seconds <= 0 or self._stopped.wait(seconds):
                return


def _newest(links: ProjectLinks, view: View) -> Iterator[tuple[Version, Link]]:
    wheels = ((version, link) for version in links for link in fitting_wheels(links, version, view))
    return islice(wheels, _MOST_WHEELS)
