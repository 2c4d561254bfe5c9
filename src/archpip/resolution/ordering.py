"""Ordering: what is decided next, and what becomes of decisions when that order changes."""

from collections.abc import Callable
from heapq import heappop, heappush

from archpip.resolution.demands import Identifier
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.priorities import Place, Priorities


class Ordering:
    """Puts priorities to a partial solution, for one search."""

    def __init__(
        self,
        *,
        solution: PartialSolution,
        priorities: Priorities,
        backtrack: Callable[[int], None],
    ) -> None:
        self._solution = solution
        self._priorities = priorities
        self._backtrack = backtrack
        self._open: list[tuple[Place, Identifier]] = []
        """A heap of what is to be decided, and of what was once: nobody looks at all in each round,
        for a thousand projects are a thousand rounds."""
        self._queued: dict[Identifier, Place] = {}
        """Which places in there count."""

    def find_most_urgent(self) -> Identifier | None:
        """Return what is decided next, `None` where nothing is open.

        A place counts as it was when something became known of its identifier, as in uv.
        """
        for identifier in self._solution.take_opened():
            place = self._priorities.of(identifier)
            if self._queued.get(identifier) != place and self._solution.is_open(identifier):
                self._queued[identifier] = place
                heappush(self._open, (place, identifier))
        while self._open:
            place, identifier = heappop(self._open)
            if self._queued.get(identifier) == place:
                del self._queued[identifier]
                if self._solution.is_open(identifier):
                    return identifier
        return None

    def change(self) -> None:
        """Put the order in force that the conflicts ask for."""
        for identifier in self._priorities.change():
            level = self._solution.decided.get(identifier)
            if level is not None:
                self._backtrack(level - 1)
