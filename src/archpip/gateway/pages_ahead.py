"""Pages made before a client asks for them: those of what the newest wheel requires.

A client reads a page, then the METADATA of the wheel that it takes, then the pages of what that
requires. The gateway has opened the wheel before it answers the first page, so it knows the others,
and reads and judges them meanwhile. It does so for what a client asked for itself, never for what
was only made ahead: who wants one project without its requirements costs one row of pages.

Why it changes no answer: a page is made in the same way whoever wants it first.
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
"""Pages made at once: most of their time they wait for a wheel."""

_MOST_REMEMBERED = 4096
"""Projects, over all views; of the others it is forgotten that somebody asked."""

_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")

_Key = tuple[str, NormalizedName]
"""A view's name, and a project's."""


class _Known(NamedTuple):
    """What is known of a project in a view."""

    required: frozenset[NormalizedName]
    """By its newest wheel; empty before that was opened."""
    form: str | None
    """The media type that a client asked for its page in; `None` where none has."""


_NOTHING = _Known(frozenset(), None)


class PagesAhead:
    """Makes pages ahead. Safe to use from several threads."""

    def __init__(
        self,
        make: Callable[[View, NormalizedName, str], object],
        *,
        executor: Executor | None = None,
    ) -> None:
        """Take who makes pages.

        Args:
            make: Makes the page of a project in a media type, or finds that it stands ready.
            executor: Runs one page after another; threads of its own if none.
        """
        self._make = make
        self._executor = executor or ThreadPoolExecutor(
            _AT_ONCE, thread_name_prefix="archpip-ahead"
        )
        self._lock = threading.Lock()
        self._closed = False
        self._known: OrderedDict[_Key, _Known] = OrderedDict()
        """The one that was heard of last stands last."""

    def asked(self, view: View, name: NormalizedName, form: str) -> None:
        """Hear that a client asks for a project's page in a media type. Does not wait."""
        key = (view.name, name)
        known = self._known.get(key, _NOTHING)
        if known.form is None:
            self._put(key, known._replace(form=form))
            self._begin(view, known.required, form)

    def opened(self, view: View, name: NormalizedName, metadata: bytes) -> None:
        """Hear the METADATA of a project's newest wheel. Does not wait."""
        key = (view.name, name)
        required = frozenset(find_required(metadata, view))
        known = self._known.get(key, _NOTHING)
        self._put(key, known._replace(required=required))
        if known.form is not None:
            self._begin(view, required, known.form)

    def close(self) -> None:
        """Drop what was not begun, and wait for the rest."""
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
            return  # A client has asked meanwhile: to wait for the same page is to keep others.
        try:
            self._make(view, name, form)
        except ArchpipError as error:
            # Nobody waits for it: who does will be told.
            _log.debug("the page of %s for %s was not made ahead: %s", name, view.name, error)


def find_required(metadata: bytes, view: View) -> Iterator[NormalizedName]:
    """Yield the projects that a distribution requires in a view without any extra, as far as known.

    What cannot be parsed is left to who takes it. A universal lockfile holds all branches.
    """
    try:
        lines = parse_metadata(metadata).requires
    except InvalidMetadataError:
        return
    for line in lines:
        if (found := _NAME.match(line)) and extra_of(line) is None and _may_hold(line, view):
            yield canonicalize_name(found[1])


def _may_hold(line: str, view: View) -> bool:
    """Tell whether the marker of a line holds; most lines have none, and parsing takes 100 µs."""
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
