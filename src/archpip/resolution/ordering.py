"""Ordering: which identifier is decided next, and which decisions a new order undoes."""

from collections.abc import Callable
from heapq import heappop, heappush

from archpip.resolution.demands import Identifier
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.priorities import Place, Priorities


class Ordering:
    """Applies priorities to a partial solution, for one search."""

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
        """A heap of identifiers to decide, with stale entries: scanning all of them in each round
        would be quadratic, as a thousand projects take a thousand rounds."""
        self._queued: dict[Identifier, Place] = {}
        """The entries of the heap that are not stale."""

    def find_most_urgent(self) -> Identifier | None:
        """Return the identifier to decide next, or `None` if none is open.

        Its place is the one that it had when something last became known of it, as in uv.
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
        """Apply the new order that conflicts have led to, and undo decisions against it."""
        for identifier in self._priorities.change():
            level = self._solution.decided.get(identifier)
            if level is not None:
                self._backtrack(level - 1)
