"""Conflict resolution: find the root cause of a conflict, and the level to backtrack to.

A conflict is an incompatibility all of whose terms hold. Its satisfier is the assignment that made
the last of them hold. While the satisfier was derived on the same decision level as the others, the
conflict is resolved with the satisfier's cause (the rule of resolution), until the result is an
incompatibility that could have been known on an earlier level.
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
    """The root cause of a conflict."""

    incompatibility: Incompatibility
    about: Identifier
    """The identifier that has to change: the one term left to derive after backtracking."""
    level: int
    """The level to backtrack to: all other terms hold there."""


def find_root_cause(
    conflict: Incompatibility,
    solution: PartialSolution,
    *,
    on_conflict: Callable[[Identifier, Incompatibility], None],
) -> RootCause:
    """Return the root cause of a conflict. The solution is not changed.

    Args:
        conflict: An incompatibility all of whose terms hold.
        solution: The partial solution that they hold in.
        on_conflict: Called for each step with the identifier concerned and the cause found.

    Raises:
        ImpossibleError: The conflict holds whatever is decided.
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
