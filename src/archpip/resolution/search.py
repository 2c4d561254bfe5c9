"""The search: resolvelib's, remembering what was asked of each project.

resolvelib asks in every round whether every pin still holds, and when every open project is to be
decided: for n projects that is n² questions, of which all but a few were asked the round before. It
never changes a criterion, it replaces it; so an answer holds for as long as the criterion is the
same object. resolvelib has no hook for this, hence two of its private methods are overridden here;
nothing of its search is changed.
"""

from typing import cast

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Criterion, Resolution

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.priorities import Priority
from archpip.resolution.provider import Candidate

_Criterion = Criterion[Demand, Candidate]


class Search(Resolution[Demand, Candidate, Identifier]):
    """One search from the beginning to its end or its first change of order.

    Priorities that are remembered here would go stale when conflicts change the order of deciding:
    then the search ends with `OrderChangedError`, and another one begins.
    """

    def __init__(
        self,
        provider: AbstractProvider[Demand, Candidate, Identifier],
        reporter: BaseReporter[Demand, Candidate, Identifier],
    ) -> None:
        super().__init__(provider, reporter)
        # The last answer for each project, with the criterion (and pin) that it is about.
        self._held: dict[Identifier, tuple[_Criterion, Candidate | None, bool]] = {}
        self._placed: dict[Identifier, tuple[_Criterion, Priority]] = {}

    def _is_current_pin_satisfying(self, name: Identifier, criterion: _Criterion) -> bool:
        pin = self.state.mapping.get(name)
        held = self._held.get(name)
        if held is None or held[0] is not criterion or held[1] is not pin:
            answer = super()._is_current_pin_satisfying(name, criterion)
            held = self._held[name] = (criterion, pin, answer)
        return held[2]

    def _get_preference(self, name: Identifier) -> Priority:
        criterion = self.state.criteria[name]
        placed = self._placed.get(name)
        if placed is None or placed[0] is not criterion:
            priority = cast("Priority", super()._get_preference(name))
            placed = self._placed[name] = (criterion, priority)
        return placed[1]
