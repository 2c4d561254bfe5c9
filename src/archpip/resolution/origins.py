"""Origins: where the user wrote what a conflict is about, for those who must change it."""

from collections.abc import Iterable

from msgspec import Struct

from archpip.resolution.demands import Demand
from archpip.resolution.requirements import RequestedRequirement


class Origins(Struct, frozen=True, kw_only=True):
    """What holds for one target, as it was written."""

    requirements: tuple[RequestedRequirement, ...] = ()
    constraints: tuple[RequestedRequirement, ...] = ()
    overrides: tuple[RequestedRequirement, ...] = ()

    def of_requirement(self, demand: Demand) -> str | None:
        """Return where a demand of the user's stands: `command line`, or `requirements.txt:3`."""
        return _find(demand, self.requirements)

    def of_constraint(self, demand: Demand) -> str | None:
        """Return where a constraint stands."""
        return _find(demand, self.constraints)

    def of_override(self, demand: Demand) -> str | None:
        """Return where what holds in place of others' requirements stands; `None` for others."""
        return _find(demand, self.overrides)


def _find(demand: Demand, written: Iterable[RequestedRequirement]) -> str | None:
    for requirement in written:
        if (
            requirement.name == demand.identifier.name
            and requirement.specifier == demand.specifier
            and requirement.direct == demand.direct
        ):
            return requirement.origin
    return None
