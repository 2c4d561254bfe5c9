"""Conflict resolution: from what cannot be so, how far back its cause lies.

A conflict is an incompatibility all of whose terms hold. Its satisfier is the assignment that made
the last of them hold. Where that was derived on the level of the others, what it was derived from
takes its place by the rule of resolution, again and again, until something is found that could have
been known on an earlier level.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import ROOT, Incompatibility
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.provider import Asked


class ImpossibleError(Exception):
    """There is no solution. Never leaves this package."""

    def __init__(self, causes: Sequence[Asked], *, is_premature: bool) -> None:
        super().__init__(causes)
        self.causes = causes
        self.is_premature = is_premature


class RootCause(NamedTuple):
    """What a conflict comes from."""

    incompatibility: Incompatibility
    about: Identifier
    """Which of its identifiers has to give way: with it alone to be derived after backtracking."""
    level: int
    """Where to backtrack to: all its other terms hold there."""


def find_root_cause(
    conflict: Incompatibility,
    solution: PartialSolution,
    *,
    on_conflict: Callable[[Identifier, Incompatibility], None],
) -> RootCause:
    """Return where a conflict comes from. The solution is left as it is.

    Args:
        conflict: All its terms hold.
        solution: What is known.
        on_conflict: Hears of each step which identifier it was about, and what came of it.

    Raises:
        ImpossibleError: It holds whatever is decided.
    """
    found = conflict
    while found.terms.keys() - {ROOT}:
        about, satisfier, level = solution.find_satisfier(found)
        if satisfier.cause is None or level < satisfier.level:
            on_conflict(about, found)
            return RootCause(found, about, level)
        found = found.combine(satisfier.cause, about=about)
        on_conflict(about, found)
    raise ImpossibleError([*found.iter_asked()], is_premature=found.is_premature)
