"""The partial solution: what the search has decided and derived so far, and in which order.

Each assignment stands on a decision level, and each decision begins one. Backtracking forgets all
assignments above a level, the newest first.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import ANYTHING, UNNEEDED, Incompatibility


class Assignment(NamedTuple):
    """What became known of an identifier at one moment. Sets are those of `Incompatibility`."""

    moment: int
    level: int
    own: int
    known: int
    """This and all before it, together."""
    cause: Incompatibility | None
    """What it was derived from; `None` where it was decided."""


class PartialSolution:
    """What is known so far, in the order in which it became known."""

    def __init__(self) -> None:
        self._level = 0
        self._assignments: defaultdict[Identifier, list[Assignment]] = defaultdict(list)
        self._known: dict[Identifier, int] = {}
        """What the last assignment to each identifier leaves."""
        self._trail: list[Identifier] = []
        self._settled: set[Incompatibility] = set()
        self._settled_at: list[tuple[int, Incompatibility]] = []
        self._opened: list[Identifier] = []
        self.decided: dict[Identifier, int] = {}
        """The level of each decision, in their order."""

    def known(self, identifier: Identifier) -> int:
        """Return the values that an identifier may still have."""
        return self._known.get(identifier, ANYTHING)

    def is_open(self, identifier: Identifier) -> bool:
        """Return whether somebody needs an identifier and nobody has decided it."""
        return identifier not in self.decided and not self.known(identifier) & UNNEEDED

    def first_level(self, identifier: Identifier) -> int:
        """Return on which level something became known of an identifier first."""
        return self._assignments[identifier][0].level

    def take_opened(self) -> list[Identifier]:
        """Return all that may be open and of which more or less is known than at the last call."""
        opened, self._opened = self._opened, []
        return opened

    def reopen(self, identifier: Identifier) -> None:
        """Have an identifier among those that `take_opened` returns next."""
        self._opened.append(identifier)

    def decide(self, identifier: Identifier, value: int) -> None:
        """Give an identifier its value; a new level begins."""
        self._level += 1
        self.decided[identifier] = self._level
        self._add(identifier, value, None)

    def derive(self, identifier: Identifier, cause: Incompatibility) -> None:
        """Note what follows where all terms but one hold."""
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
        """Note that an incompatibility says nothing more until the search goes back."""
        self._settled.add(incompatibility)
        self._settled_at.append((self._level, incompatibility))

    def backtrack(self, level: int) -> list[Identifier]:
        """Forget everything above a level, and return what is decided no more."""
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
        """What is known to say nothing more until the search goes back."""
        return self._settled

    def find_open(self, incompatibility: Incompatibility) -> list[Identifier] | None:
        """Return whose terms may hold or not; `None` where one never will, so nothing follows.

        Where that is so, it is settled from now on.
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
        """Return the assignment that made the last term hold, and the level on which others did.

        These are those of the other terms, and the earlier ones about its own identifier that it
        needed.
        """
        first = {
            identifier: self._find_first(identifier, term)
            for identifier, term in incompatibility.terms.items()
        }
        satisfier = max(first, key=lambda identifier: first[identifier].moment)
        assignment = first.pop(satisfier)
        # What the assignment alone leaves open, earlier ones ruled out. The first one counts in any
        # case, as in uv, also where it is the satisfier: then its own cause is to be looked at.
        first[satisfier] = self._find_first(
            satisfier, incompatibility.terms[satisfier] | ~assignment.own
        )
        return satisfier, assignment, max((found.level for found in first.values()), default=1)

    def _find_first(self, identifier: Identifier, term: int) -> Assignment:
        """Return the first assignment with which a term holds.

        It then holds with all that follow, which only leave less: of a project that has walked back
        over a thousand versions there are as many.
        """
        assignments = self._assignments[identifier]
        return assignments[
            bisect_left(
                assignments,
                True,  # noqa: FBT003  # it is looked for
                key=lambda assignment: not assignment.known & ~term,
            )
        ]
