"""Questions: what the user asks for one target, and what holds of it there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.allowed_hashes import AllowedHashes
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.prefetch import Guessed
from archpip.resolution.ranking import Ranking
from archpip.resolution.requirements import RequestedRequirement
from archpip.resolution.sdists import Sdists
from archpip.targets import Target


class Question(Struct, frozen=True, kw_only=True):
    """What is to be resolved for one target, before any marker is evaluated."""

    requirements: Sequence[RequestedRequirement]
    constraints: Sequence[RequestedRequirement]
    target: Target
    preferences: Mapping[NormalizedName, Version]
    """Versions to keep if possible."""
    guessed: Guessed | None = None
    """See `Scout`."""


class ActiveQuestion(Struct, frozen=True, kw_only=True):
    """The requirements and constraints of a question whose markers hold on its target."""

    book: DemandBook
    named: list[RequestedRequirement]
    """Requirements, each with its project's name, with overrides applied."""
    bounds: list[RequestedRequirement]
    """Constraints."""
    ranking: Ranking
    hashes: AllowedHashes
    sdists: Sdists

    def roots(self) -> Iterator[Demand]:
        """Yield the demands that requirements make."""
        for requirement in self.named:
            if requirement.name is not None:
                yield from self.book.expand(
                    requirement.name,
                    requirement.extras,
                    requirement.specifier,
                    direct=requirement.direct,
                    marker=requirement.marker,
                )

    def bounds_by_name(self) -> dict[NormalizedName, tuple[Demand, ...]]:
        """Return the demands that constraints make, by project."""
        found: dict[NormalizedName, tuple[Demand, ...]] = {}
        for bound in self.bounds:
            if bound.name is not None:
                identifier = Identifier(bound.name)
                demand = self.book.demand(identifier, bound.specifier, direct=bound.direct)
                found[bound.name] = (*found.get(bound.name, ()), demand)
        return found


def select_active(
    requirements: Iterable[RequestedRequirement], book: DemandBook
) -> Iterator[RequestedRequirement]:
    """Yield those whose markers hold, for one of the extras that each was stated for."""
    for requirement in requirements:
        extras = ("", *requirement.marker_extras)
        if any(book.is_active(requirement.marker, extra) for extra in extras):
            yield requirement
