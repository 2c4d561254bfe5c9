"""The partial solution: the decisions and derivations of the search so far, in order.

Each assignment has a decision level, and each decision starts a new one. Backtracking removes all
assignments above a level, newest first.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import ANYTHING, UNNEEDED, Incompatibility


class Assignment(NamedTuple):
    """One decision or derivation about an identifier. Sets are those of `Incompatibility`."""

    moment: int
    level: int
    own: int
    known: int
    """The intersection of this assignment and all before it."""
    cause: Incompatibility | None
    """The incompatibility that it was derived from; `None` for a decision."""


class PartialSolution:
    """The assignments so far, in order."""

    def __init__(self) -> None:
        self._level = 0
        self._assignments: defaultdict[Identifier, list[Assignment]] = defaultdict(list)
        self._known: dict[Identifier, int] = {}
        """The values that the last assignment to each identifier leaves."""
        self._trail: list[Identifier] = []
        self._settled: set[Incompatibility] = set()
        self._settled_at: list[tuple[int, Incompatibility]] = []
        self._opened: list[Identifier] = []
        self.decided: dict[Identifier, int] = {}
        """The level of each decision, in order."""

    def known(self, identifier: Identifier) -> int:
        """Return the values that an identifier may still have."""
        return self._known.get(identifier, ANYTHING)

    def is_open(self, identifier: Identifier) -> bool:
        """Return whether an identifier is needed and not decided yet."""
        return identifier not in self.decided and not self.known(identifier) & UNNEEDED

    def first_level(self, identifier: Identifier) -> int:
        """Return the level of the first assignment to an identifier."""
        return self._assignments[identifier][0].level

    def take_opened(self) -> list[Identifier]:
        """Return the identifiers that may be open and have changed since the last call."""
        opened, self._opened = self._opened, []
        return opened

    def reopen(self, identifier: Identifier) -> None:
        """Make the next `take_opened` return an identifier."""
        self._opened.append(identifier)

    def decide(self, identifier: Identifier, value: int) -> None:
        """Decide an identifier's value, on a new level."""
        self._level += 1
        self.decided[identifier] = self._level
        self._add(identifier, value, None)

    def derive(self, identifier: Identifier, cause: Incompatibility) -> None:
        """Add the assignment that follows if all terms but one hold."""
        self._add(identifier, ~cause.terms[identifier], cause)
        self._settle(cause)

    def _add(self, identifier: Identifier, own: int, cause: Incompatibility | None) -> None:
        assignment = Assignment(
            len(self._trail), self._level, own, own & self.known(identifier), cause
        )
        self._assignments[identifier].append(assignment)
        self._known[identifier] = assignment.known
        if cause is not None and not assignment.known & UNNEEDED:
            self._opened.append(identifier)
        self._trail.append(identifier)

    def _settle(self, incompatibility: Incompatibility) -> None:
        """Note that an incompatibility derives nothing more until the search backtracks."""
        self._settled.add(incompatibility)
        self._settled_at.append((self._level, incompatibility))

    def backtrack(self, level: int) -> list[Identifier]:
        """Remove all assignments above a level, and return the identifiers no longer decided."""
        undone: list[Identifier] = []
        changed: dict[Identifier, None] = {}
        while self._trail and self._assignments[self._trail[-1]][-1].level > level:
            identifier = self._trail.pop()
            changed[identifier] = None
            assignments = self._assignments[identifier]
            last = assignments.pop()
            self._known[identifier] = assignments[-1].known if assignments else ANYTHING
            if last.cause is None:
                del self.decided[identifier]
                undone.append(identifier)
        while self._settled_at and self._settled_at[-1][0] > level:
            self._settled.discard(self._settled_at.pop()[1])
        self._level = level
        self._opened += changed
        return undone

    @property
    def settled(self) -> AbstractSet[Incompatibility]:
        """The incompatibilities that derive nothing more until the search backtracks."""
        return self._settled

    def find_open(self, incompatibility: Incompatibility) -> list[Identifier] | None:
        """Return the identifiers whose terms are undecided; `None` if a term cannot hold any more.

        In the latter case nothing follows, and the incompatibility is settled.
        """
        found: list[Identifier] = []
        all_known = self._known
        for identifier, term in incompatibility.terms.items():
            known = all_known.get(identifier, ANYTHING)
            if not known & term:
                self._settle(incompatibility)
                return None
            if known & ~term:
                found.append(identifier)
        return found

    def find_satisfier(
        self, incompatibility: Incompatibility
    ) -> tuple[Identifier, Assignment, int]:
        """Return the satisfier with its identifier, and the level of the previous satisfier.

        The satisfier made the last term hold. The level is the highest one among the assignments
        that satisfy the other terms and the earlier ones to its own identifier that it needed.
        """
        first = {
            identifier: self._find_first(identifier, term)
            for identifier, term in incompatibility.terms.items()
        }
        satisfier = max(first, key=lambda identifier: first[identifier].moment)
        assignment = first.pop(satisfier)
        # What the assignment alone leaves open, earlier ones ruled out. The first one counts in any
        # case, as in uv, even if it is the satisfier: then its own cause has to be examined.
        first[satisfier] = self._find_first(
            satisfier, incompatibility.terms[satisfier] | ~assignment.own
        )
        return satisfier, assignment, max((found.level for found in first.values()), default=1)

    def _find_first(self, identifier: Identifier, term: int) -> Assignment:
        """Return the first assignment that makes a term hold, by binary search.

        Later assignments only leave fewer values, so the term holds with all of them. A project
        that has walked back over a thousand versions has as many.
        """
        assignments = self._assignments[identifier]
        return assignments[
            bisect_left(
                assignments,
                True,  # noqa: FBT003  # it is looked for
                key=lambda assignment: not assignment.known & ~term,
            )
        ]
