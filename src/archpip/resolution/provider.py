"""The provider: what the search asks, answered from demands and evaluated offers.

Nothing is pinned that was not judged.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link
from archpip.resolution.candidates import Ranking
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.evaluation import Confirmed, Evaluator, Taken
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.options import Fallback
from archpip.resolution.prefetch import Library, Scout
from archpip.resolution.supply import Supply


class Candidate(Struct, frozen=True, kw_only=True, eq=False):
    """What the search pins for an identifier. One object per identifier and link."""

    identifier: Identifier
    taken: Taken

    @property
    def name(self) -> NormalizedName:
        """The project."""
        return self.identifier.name

    @property
    def version(self) -> Version:
        """The version that the metadata says."""
        return self.taken.metadata.version


class Asked(NamedTuple):
    """A requirement, and who has it: the user where there is no parent."""

    requirement: Demand
    parent: Candidate | None


class Provider:
    """Answers the search for one target."""

    def __init__(
        self,
        *,
        library: Library,
        ranking: Ranking,
        book: DemandBook,
        evaluator: Evaluator,
        scout: Scout,
        constraints: Mapping[NormalizedName, tuple[Demand, ...]],
        preferences: Mapping[NormalizedName, Version],
    ) -> None:
        self._ranking = ranking
        self._options = ranking.options
        self._book = book
        self._evaluator = evaluator
        self._scout = scout
        self._constraints = constraints
        self.supply = Supply(
            library=library, ranking=ranking, evaluator=evaluator, preferences=preferences
        )
        """What projects have for the target, and what of it was refused."""
        self._candidates: dict[tuple[Identifier, str], Candidate] = {}
        self._dependencies: dict[Candidate, tuple[Demand, ...]] = {}
        self.askers: dict[Identifier, Asked] = {}
        """Who last asked for each identifier."""

    def constraints_on(self, name: NormalizedName) -> tuple[Demand, ...]:
        """Return the user's constraints on a project."""
        return self._constraints.get(name, ())

    def iter_constraints(self) -> Iterator[Demand]:
        """Yield the user's constraints on all projects."""
        for constraints in self._constraints.values():
            yield from constraints

    def sdist_in_place_of(self, candidate: Candidate) -> Link | None:
        """Return the sdist of a candidate's version, where the options let it stand in."""
        if self._options.fallback is not Fallback.SOURCE:
            return None
        ladder = self._ranking.ladder(self.supply.catalogue(candidate.name), candidate.version)
        links = (
            offer.link
            for offer in ladder.without_yanked(keep=True).offers
            if offer.kind is LinkKind.SDIST
        )
        return next((link for link in links if self._evaluator.allows(candidate.name, link)), None)

    @property
    def ranking(self) -> Ranking:
        """The target's rules."""
        return self._ranking

    def asked(self, asked: Asked) -> None:
        """Hear who asks for what."""
        self.askers[asked.requirement.identifier] = asked

    def want(self, demands: Sequence[Demand]) -> None:
        """Have what is likely taken under all demands on a project fetched ahead."""
        self._scout.want(demands)

    def dependencies(self, candidate: Candidate) -> tuple[Demand, ...]:
        """Return what a candidate demands; an extra also demands its project as it is."""
        found = self._dependencies.get(candidate)
        if found is None:
            found = self._dependencies[candidate] = self._read_dependencies(candidate)
            self._scout.want(found)
        return found

    def confirmed(self, candidate: Candidate) -> Confirmed:
        """Return what speaks for a candidate that was pinned."""
        found = self._evaluator.confirm(candidate.name, candidate.taken)
        if isinstance(found, Rejection):
            raise TypeError(f"{candidate.identifier} was pinned though it was refused")
        return found

    def refuses(self, candidate: Candidate) -> bool:
        """Judge a candidate that would be pinned, and return whether it is refused.

        An extra has no file of its own.
        """
        if candidate.identifier.extra is not None:
            return False
        outcome = self._evaluator.confirm(candidate.name, candidate.taken)
        if isinstance(outcome, Rejection):
            self.supply.note(candidate.name, candidate.version, outcome)
        return isinstance(outcome, Rejection)

    def is_refused(self, candidate: Candidate) -> bool:
        """Return whether a candidate was judged before, and refused."""
        return self._evaluator.is_refused(candidate.taken)

    def _read_dependencies(self, candidate: Candidate) -> tuple[Demand, ...]:
        name, extra = candidate.identifier
        requires = candidate.taken.metadata.requires
        if extra is None:
            return () if self._options.ignore_dependencies else self._book.for_project(requires)
        itself = self._book.demand(
            Identifier(name),
            SpecifierSet(f"==={candidate.version}"),
            direct=candidate.taken.direct,
            exact=True,
        )
        if self._options.ignore_dependencies:
            return (itself,)
        return (itself, *self._book.for_extra(requires, extra))

    def candidate(self, identifier: Identifier, taken: Taken) -> Candidate | None:
        """Return the one candidate for an identifier and a link."""
        key = (identifier, taken.link.url)
        candidate = self._candidates.get(key)
        if candidate is None:
            candidate = Candidate(identifier=identifier, taken=taken)
            try:
                self.dependencies(candidate)
            except InvalidMetadataError as error:
                rejection = Rejection(
                    link=taken.link, reason=RejectionReason.METADATA, message=error.reason
                )
                self.supply.note(identifier.name, taken.metadata.version, rejection)
                return None
            self._candidates[key] = candidate
        return candidate
