"""Judging what nobody asked for yet, so that who asks for an older version need not wait for it.

Why it changes no answer: a verdict says the same whenever it comes. An approval found here shows on
a page only when the index is asked again; a refusal takes a wheel away that would have been refused
to whoever asked for it.
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
"""Wheels opened at once: few beside what clients wait for, which may have all the others."""

_MOST_WHEELS = 100
"""The newest ones of a project in a view; older ones are judged when somebody asks for them."""

_QUIET_SECONDS = 1.0
"""After an answer, whoever had it is likely to ask for more."""

_MOST_SECONDS_HELD = 30.0
"""Where somebody always asks for something, one wheel is opened all the same each time."""

_MOST_FILES = 20_000
"""Of the projects that wait for their turn, together: 40 MB. Others come back with the next page of
theirs."""


class BackgroundJudge:
    """Judges the rest of each project that a page was made of, newest wheels first.

    It begins no wheel while clients wait for answers: they would wait longer, for the interpreter
    runs one thread at a time.
    """

    def __init__(
        self,
        judge: WheelJudge,
        *,
        executor: Executor | None = None,
        quiet_seconds: float = _QUIET_SECONDS,
    ) -> None:
        """Take who judges.

        Args:
            judge: Judges wheels.
            executor: Runs one project after another; threads of its own if none.
            quiet_seconds: How long nobody must have waited for anything; 0 not to look.
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
        """Begin no wheel as long as this is entered."""
        with self._lock:
            self._answers += 1
        try:
            yield
        finally:
            with self._lock:
                self._answers -= 1
                self._answered = time.monotonic()

    def add(self, view: View, links: ProjectLinks) -> None:
        """Have a project judged when its turn comes. Does not wait."""
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
        """Drop what was not begun, and wait for the wheels that are open."""
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
            # Nobody waits for it: the next page of the project brings it back.
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
