"""The views of one gateway by URL path: `/<target>/` and `/<policy>/<target>/`."""

import threading
from collections.abc import Callable

from archpip.gateway.model import View

_MOST_VIEWS = 1024
"""Views kept: more than there are targets and policies. Others work too, but slower."""


class Views:
    """Finds views and remembers them. Safe to use from several threads."""

    def __init__(self, find: Callable[[str], View]) -> None:
        """Store `find`, which returns the view of a path or raises an `ArchpipError`."""
        self._find = find
        self._lock = threading.Lock()
        self._known: dict[str, View] = {}

    def find(self, path: str) -> View:
        """Return the view of a path; raises what `find` raises where there is none."""
        view = self._known.get(path)
        if view is None:
            view = self._find(path)
            with self._lock:
                if len(self._known) < _MOST_VIEWS:
                    self._known[path] = view
        return view

    def known(self, path: str) -> View | None:
        """Return a view that was found before."""
        return self._known.get(path)

    @property
    def served(self) -> tuple[View, ...]:
        """Every view that was requested so far, each once, by name."""
        with self._lock:
            views = {view.name: view for view in self._known.values()}
        return tuple(views[name] for name in sorted(views))
