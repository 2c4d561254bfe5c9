"""Priorities: which project the solver decides next.

The order is uv's, so that both give way at the same place: direct references, then what is pinned,
then what conflicts keep being about, then everything else in the order in which it was met. pip's
solver, which decides what is bounded above first, ends with other versions where two newest ones
exclude each other.
"""

from collections import Counter
from collections.abc import Iterable

from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier

# How often a project must stand in a conflict before it is decided early; pip's number, and uv's.
_CONFLICT_THRESHOLD = 5

Priority = tuple[bool, bool, bool, bool, float, str]
"""Smaller is decided earlier."""


class OrderChangedError(Exception):
    """The search must begin anew. Never leaves this package."""


class Priorities:
    """Remembers the order in which projects were met, and the conflicts they stood in."""

    def __init__(self) -> None:
        self._order: dict[NormalizedName, int] = {}
        self._rejected: Counter[NormalizedName] = Counter()
        self._blamed: Counter[NormalizedName] = Counter()

    def meet(self, name: NormalizedName) -> None:
        """Note that somebody asks for a project; the first time counts."""
        self._order.setdefault(name, len(self._order))

    def note_conflict(self, rejected: NormalizedName, *, because_of: NormalizedName) -> None:
        """Note that a version of one project was passed over for the sake of another.

        Raises:
            OrderChangedError: This was once too often for one of them: from now on it is decided
                earlier, and what was decided in the old order does not count.
        """
        if rejected == because_of:
            return
        self._rejected[rejected] += 1
        self._blamed[because_of] += 1
        if _CONFLICT_THRESHOLD in (self._rejected[rejected], self._blamed[because_of]):
            raise OrderChangedError

    def is_early(self, name: NormalizedName) -> bool:
        """Return whether a project was passed over so often that it is decided early."""
        return self._rejected[name] >= _CONFLICT_THRESHOLD

    def of(self, identifier: Identifier, demands: Iterable[Demand]) -> Priority:
        """Return the place of an identifier under all demands on it.

        An extra stands right behind its project, which it shares the name with.
        """
        name, extra = identifier
        asked = tuple(demands)
        return (
            not any(demand.direct for demand in asked),
            not any(demand.pinned for demand in asked),
            not self.is_early(name),
            self._blamed[name] < _CONFLICT_THRESHOLD,
            self._order.get(name, float("inf")),
            extra or "",
        )
