"""Pins: the choice behind each decision, and the demands that it puts in force."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.provider import Candidate, Choice, Provider


class Pins:
    """The choices behind the decisions of the partial solution, and no others."""

    def __init__(self, provider: Provider, solution: PartialSolution) -> None:
        self._provider = provider
        self._solution = solution
        self._pinned: dict[Identifier, Choice] = {}
        self._demands: defaultdict[Identifier, list[Demand]] = defaultdict(list)
        """The demands of the user and the pins, by identifier."""
        self._beside: defaultdict[NormalizedName, list[Demand]] = defaultdict(list)
        """The same by project, with all its extras, without the demands of proxies."""

    def find(self, identifier: Identifier) -> Choice | None:
        """Return the choice that an identifier is pinned to, or `None`."""
        return self._pinned.get(identifier)

    def collect(self) -> dict[Identifier, Candidate]:
        """Return the pins, without those of proxies and of conditional identifiers.

        The latter are also pinned without the condition.
        """
        return {
            identifier: choice
            for identifier, choice in self._pinned.items()
            if isinstance(choice, Candidate) and not identifier.condition
        }

    def demands_on(self, identifier: Identifier) -> list[Demand]:
        """Return the demands on an identifier itself, and the user's constraints."""
        return [*self._demands[identifier], *self._provider.constraints_on(identifier.name)]

    def demands_beside(self, name: NormalizedName) -> Sequence[Demand]:
        """Return the demands on a project with any extra."""
        return self._beside[name]

    def pin(self, identifier: Identifier, choice: Choice, value: int) -> None:
        """Pin an identifier to a choice, which has this value."""
        self._pinned[identifier] = choice
        self._solution.decide(identifier, value)
        self.put_in_force(self._provider.dependencies(choice))

    def put_in_force(self, demands: Iterable[Demand]) -> None:
        """Add demands that are now required."""
        for demand in demands:
            in_force = self._demands[demand.identifier]
            in_force.append(demand)
            if not demand.exact:
                self._beside[demand.identifier.name].append(demand)
            self._provider.want(in_force)

    def backtrack(self, level: int) -> None:
        """Remove the pins above a level, and backtrack the solution to it."""
        for identifier in self._solution.backtrack(level):
            for demand in self._provider.dependencies(self._pinned.pop(identifier)):
                self._demands[demand.identifier].remove(demand)
                if not demand.exact:
                    self._beside[demand.identifier.name].remove(demand)
