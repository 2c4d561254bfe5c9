"""Origins: where the user wrote the requirements of a conflict, so that they can be found."""

from collections.abc import Iterable

from msgspec import Struct

from archpip.resolution.demands import Demand
from archpip.resolution.requirements import RequestedRequirement


class Origins(Struct, frozen=True, kw_only=True):
    """The requirements, constraints and overrides that apply to one target, as written."""

    requirements: tuple[RequestedRequirement, ...] = ()
    constraints: tuple[RequestedRequirement, ...] = ()
    overrides: tuple[RequestedRequirement, ...] = ()

    def of_requirement(self, demand: Demand) -> str | None:
        """Return where the user wrote a requirement: `command line`, or `requirements.txt:3`."""
        return _find(demand, self.requirements)

    def of_constraint(self, demand: Demand) -> str | None:
        """Return where the user wrote a constraint."""
        return _find(demand, self.constraints)

    def of_override(self, demand: Demand) -> str | None:
        """Return where the user wrote an override; `None` for demands that are not overridden."""
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
