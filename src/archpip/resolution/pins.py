"""Pins: what stands for each decision, and what is required because of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.provider import Candidate, Choice, Provider


class Pins:
    """The choices that decisions stand for. Those of the partial solution, and no others."""

    def __init__(self, provider: Provider, solution: PartialSolution) -> None:
        self._provider = provider
        self._solution = solution
        self._pinned: dict[Identifier, Choice] = {}
        self._demands: defaultdict[Identifier, list[Demand]] = defaultdict(list)
        """What the user and the pins require."""
        self._beside: defaultdict[NormalizedName, list[Demand]] = defaultdict(list)
        """The same by project, with all its extras, but for what proxies require."""

    def find(self, identifier: Identifier) -> Choice | None:
        """Return what an identifier is pinned to."""
        return self._pinned.get(identifier)

    def collect(self) -> dict[Identifier, Candidate]:
        """Return what is pinned but for proxies and for what stands under a condition.

        That is there without the condition, too.
        """
        return {
            identifier: choice
            for identifier, choice in self._pinned.items()
            if isinstance(choice, Candidate) and not identifier.condition
        }

    def demands_on(self, identifier: Identifier) -> list[Demand]:
        """Return what is required of an identifier itself, and the user's constraints."""
        return [*self._demands[identifier], *self._provider.constraints_on(identifier.name)]

    def demands_beside(self, name: NormalizedName) -> Sequence[Demand]:
        """Return what is required of a project with any extra."""
        return self._beside[name]

    def pin(self, identifier: Identifier, choice: Choice, value: int) -> None:
        """Decide that an identifier is this choice, which has that value."""
        self._pinned[identifier] = choice
        self._solution.decide(identifier, value)
        self.put_in_force(self._provider.dependencies(choice))

    def put_in_force(self, demands: Iterable[Demand]) -> None:
        """Note that somebody requires these."""
        for demand in demands:
            in_force = self._demands[demand.identifier]
            in_force.append(demand)
            if not demand.exact:
                self._beside[demand.identifier.name].append(demand)
            self._provider.want(in_force)

    def backtrack(self, level: int) -> None:
        """Forget what was pinned above a level, with all else that the solution has there."""
        for identifier in self._solution.backtrack(level):
            for demand in self._provider.dependencies(self._pinned.pop(identifier)):
                self._demands[demand.identifier].remove(demand)
                if not demand.exact:
                    self._beside[demand.identifier.name].remove(demand)
