"""Prepare pages before a client requests them: those of the newest wheel's dependencies.

A client reads a page, then the METADATA of the wheel it chooses, then the pages of the projects
that the METADATA requires. The gateway has opened that wheel before it sends the first page, so it
knows these projects, and makes their pages meanwhile. It does so only for pages that a client
requested, never for pages made ahead: a client that wants one project without its dependencies
costs one level of pages.

Why this changes no response: a page is the same whether made ahead or on request.
"""

import logging
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import NamedTuple

from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from archpip.errors import ArchpipError
from archpip.gateway.model import View
from archpip.resolution import InvalidMetadataError, extra_of, parse_metadata
from archpip.targets import marker_environments

_log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Pages made at once: most of the time they wait for a wheel."""

_MOST_REMEMBERED = 4096
"""Projects remembered over all views; the least recently requested are forgotten."""

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")

_Key = tuple[str, NormalizedName]
"""A view's name, and a project's."""


class _Known(NamedTuple):
    """What a view knows of a project."""

    required: frozenset[NormalizedName]
    """The projects its newest wheel requires; empty until that was opened."""
    form: str | None
    """The media type in which a client requested its page; `None` if none did."""


_NOTHING = _Known(frozenset(), None)


class PagesAhead:
    """Makes pages ahead. Safe to use from several threads."""

    def __init__(
        self,
        make: Callable[[View, NormalizedName, str], object],
        *,
        executor: Executor | None = None,
    ) -> None:
        """Start with no project known.

        Args:
            make: Makes a project's page in a media type, unless it is in the cache.
            executor: Runs one page after another; `None` for threads of its own.
        """
        self._make = make
        self._executor = executor or ThreadPoolExecutor(
            _AT_ONCE, thread_name_prefix="archpip-ahead"
        )
        self._lock = threading.Lock()
        self._closed = False
        self._known: OrderedDict[_Key, _Known] = OrderedDict()
        """Ordered by use, most recent last."""

    def asked(self, view: View, name: NormalizedName, form: str) -> None:
        """Record that a client requested a project's page in a media type. Does not wait."""
        key = (view.name, name)
        known = self._known.get(key, _NOTHING)
        if known.form is None:
            self._put(key, known._replace(form=form))
            self._begin(view, known.required, form)

    def opened(self, view: View, name: NormalizedName, metadata: bytes) -> None:
        """Record the METADATA of a project's newest wheel. Does not wait."""
        key = (view.name, name)
        required = frozenset(find_required(metadata, view))
        known = self._known.get(key, _NOTHING)
        self._put(key, known._replace(required=required))
        if known.form is not None:
            self._begin(view, required, known.form)

    def close(self) -> None:
        """Cancel the pages not yet started, and wait for the rest."""
        with self._lock:
            self._closed = True
        self._executor.shutdown(cancel_futures=True)

    def _put(self, key: _Key, known: _Known) -> None:
        with self._lock:
            self._known[key] = known
            self._known.move_to_end(key)
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)

    def _begin(self, view: View, names: frozenset[NormalizedName], form: str) -> None:
        for name in sorted(names):
            with self._lock:
                if self._closed:
                    return
                if self._known.get((view.name, name), _NOTHING).form is None:
                    self._executor.submit(self._run, view, name, form)

    def _run(self, view: View, name: NormalizedName, form: str) -> None:
        if self._known.get((view.name, name), _NOTHING).form is not None:
            return  # A client requested it meanwhile: waiting for the same page would block others.
        try:
            self._make(view, name, form)
        except ArchpipError as error:
            # No client waits for this page; one that requests it gets the error.
            _log.debug("the page of %s for %s was not made ahead: %s", name, view.name, error)


def find_required(metadata: bytes, view: View) -> Iterator[NormalizedName]:
    """Yield the projects that a distribution requires in a view, without any extra.

    Requirements that cannot be parsed are skipped. A universal lockfile holds all branches.
    """
    try:
        lines = parse_metadata(metadata).requires
    except InvalidMetadataError:
        return
    for line in lines:
        if (found := _NAME.match(line)) and extra_of(line) is None and _may_hold(line, view):
            yield canonicalize_name(found[1])


def _may_hold(line: str, view: View) -> bool:
    """Return whether a line's marker may hold; most have none, and parsing takes 100 µs."""
    if ";" not in line or view.every_python:
        return True
    try:
        marker = Requirement(line).marker
        return marker is None or any(
            marker.evaluate({**environment, "extra": ""})
            for environment in marker_environments(view.target)
        )
    except (InvalidRequirement, UndefinedComparison, UndefinedEnvironmentName):
        return False
