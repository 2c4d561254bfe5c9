"""Unit propagation: what follows from what is known, until nothing more does.

Where all terms of an incompatibility hold but one, that one must not: so much is derived. Where all
hold, that is a conflict, and the search backtracks to where its root cause lets something else be
derived.
"""

from collections.abc import Callable

from archpip.resolution.conflicts import find_root_cause
from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import Incompatibility, IncompatibilityStore
from archpip.resolution.partial_solutions import PartialSolution


class Propagation:
    """Derives, and resolves conflicts, for one search."""

    def __init__(
        self,
        *,
        solution: PartialSolution,
        incompatibilities: IncompatibilityStore,
        backtrack: Callable[[int], None],
        on_conflict: Callable[[Identifier, Identifier, Incompatibility], None],
    ) -> None:
        """Take what is propagated.

        Args:
            solution: Where derivations go.
            incompatibilities: What they are derived from; root causes are added.
            backtrack: Forgets all above a level, in the solution and whatever depends on it.
            on_conflict: Hears of each step of each conflict: what was decided last, which
                identifier the step was about, and what can therefore never be so.
        """
        self._solution = solution
        self._incompatibilities = incompatibilities
        self._backtrack = backtrack
        self._on_conflict = on_conflict
        self.has_met_conflicts = False

    def propagate(self, changed: Identifier) -> None:
        """Derive all that follows from a change to an identifier, which was decided last.

        Afterwards no incompatibility has all its terms hold, nor all but one of which it is open
        whether it does.

        Raises:
            ImpossibleError: There is no solution.
        """
        settled = self._solution.settled
        waiting = [changed]
        while waiting:
            current = waiting.pop()
            # The newest say most. Nearly all say nothing more: that costs no call.
            for incompatibility in reversed(self._incompatibilities.about(current)):
                if incompatibility in settled:
                    continue
                unsure = self._solution.find_open(incompatibility)
                if unsure is None or len(unsure) > 1:
                    continue
                if not unsure:
                    waiting = [self._resolve_conflict(incompatibility, changed)]
                    break
                self._solution.derive(unsure[0], incompatibility)
                if unsure[0] not in waiting:
                    waiting.append(unsure[0])

    def rule_out(self, identifier: Identifier, cause: Incompatibility) -> None:
        """Resolve the conflict that a decision would be which an identifier can never have.

        Args:
            identifier: What was to be decided.
            cause: Says something of it alone.
        """
        self.has_met_conflicts = True
        self._incompatibilities.learn(cause)
        # Where nothing else is left, that is a conflict without any decision: it will be met.
        if self._solution.known(identifier) & ~cause.terms[identifier]:
            self._backtrack(self._solution.first_level(identifier))
            self._solution.derive(identifier, cause)

    def _resolve_conflict(self, conflict: Incompatibility, decided: Identifier) -> Identifier:
        """Backtrack to where a conflict can be avoided; return what gave way."""
        self.has_met_conflicts = True
        cause, about, level = find_root_cause(
            conflict,
            self._solution,
            on_conflict=lambda step, found: self._on_conflict(decided, step, found),
        )
        self._backtrack(level)
        if cause is not conflict:
            self._incompatibilities.learn(cause)
        self._solution.derive(about, cause)
        return about
