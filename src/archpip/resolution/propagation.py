"""Unit propagation: derive all that follows from the partial solution.

If all terms of an incompatibility hold but one, the negation of that one is derived. If all hold,
that is a conflict, and the search backtracks to where its root cause lets something else be
derived.
"""

from collections.abc import Callable

from archpip.resolution.conflicts import find_root_cause
from archpip.resolution.demands import Identifier
from archpip.resolution.incompatibilities import Incompatibility, IncompatibilityStore
from archpip.resolution.partial_solutions import PartialSolution


class Propagation:
    """Derives assignments and resolves conflicts, for one search."""

    def __init__(
        self,
        *,
        solution: PartialSolution,
        incompatibilities: IncompatibilityStore,
        backtrack: Callable[[int], None],
        on_conflict: Callable[[Identifier, Identifier, Incompatibility], None],
    ) -> None:
        """Take the state to work on.

        Args:
            solution: The partial solution, to which derivations are added.
            incompatibilities: What they are derived from; root causes are added.
            backtrack: Removes all above a level, from the solution and what depends on it.
            on_conflict: Called for each step of each conflict with the identifier decided last,
                the identifier concerned, and the incompatibility that follows.
        """
        self._solution = solution
        self._incompatibilities = incompatibilities
        self._backtrack = backtrack
        self._on_conflict = on_conflict
        self.has_met_conflicts = False

    def propagate(self, changed: Identifier) -> None:
        """Derive all that follows from a change to an identifier, which was decided last.

        Afterwards each incompatibility has a term that cannot hold, or two undecided ones.

        Raises:
            ImpossibleError: There is no solution.
        """
        settled = self._solution.settled
        waiting = [changed]
        while waiting:
            current = waiting.pop()
            # The newest exclude most. Nearly all are settled: those cost no call.
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
        """Resolve the conflict of a decision for a value that an identifier can never have.

        Args:
            identifier: The identifier that was to be decided.
            cause: An incompatibility about it alone.
        """
        self.has_met_conflicts = True
        self._incompatibilities.learn(cause)
        # If no value is left, propagation meets the conflict without any decision.
        if self._solution.known(identifier) & ~cause.terms[identifier]:
            self._backtrack(self._solution.first_level(identifier))
            self._solution.derive(identifier, cause)

    def _resolve_conflict(self, conflict: Incompatibility, decided: Identifier) -> Identifier:
        """Backtrack to where a conflict can be avoided; return the identifier that changes."""
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
