"""The provider: answers the search's questions from demands and evaluated offers.

Only judged files are pinned.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link
from archpip.resolution.confirmation import Confirmed, Confirmer
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.direct_references import DirectReference
from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.evaluation import Evaluator, Taken
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.options import Fallback
from archpip.resolution.origins import Origins
from archpip.resolution.prefetch import Scout
from archpip.resolution.ranking import Ranking
from archpip.resolution.supply import Supply


class Choice(Struct, frozen=True, kw_only=True, eq=False):
    """A version of an identifier that may be pinned. One object per identifier, version, source."""

    identifier: Identifier
    version: Version
    direct: DirectReference | None = None

    @property
    def name(self) -> NormalizedName:
        """The project."""
        return self.identifier.name


class Candidate(Choice, frozen=True, kw_only=True, eq=False):
    """A choice that stands for a file, or for an extra of its distribution."""

    taken: Taken


class Asked(NamedTuple):
    """A demand and the choice that has it as a dependency; the user's if there is no parent."""

    demand: Demand
    parent: Choice | None


class Provider:
    """Answers the search for one target."""

    def __init__(
        self,
        *,
        ranking: Ranking,
        book: DemandBook,
        supply: Supply,
        evaluator: Evaluator,
        confirmer: Confirmer,
        scout: Scout,
        constraints: Mapping[NormalizedName, tuple[Demand, ...]],
        origins: Origins,
    ) -> None:
        self.origins = origins
        """Where the user wrote requirements, constraints and overrides."""
        self.ranking = ranking
        """The target's rules."""
        self._options = ranking.options
        self._book = book
        self._evaluator = evaluator
        self._confirmer = confirmer
        self._scout = scout
        self._constraints = constraints
        self.supply = supply
        """The files that projects have for the target, and those that were refused."""
        self._candidates: dict[tuple[Identifier, str], Candidate] = {}
        self._proxies: dict[tuple[Identifier, Version, DirectReference | None], Choice] = {}
        self._dependencies: dict[Choice, tuple[Demand, ...]] = {}
        self.parents: dict[Identifier, Asked] = {}
        """The user's demand on each identifier, if there is one, else the latest."""

    def constraints_on(self, name: NormalizedName) -> tuple[Demand, ...]:
        """Return the user's constraints on a project."""
        return self._constraints.get(name, ())

    def iter_constraints(self) -> Iterator[Demand]:
        """Yield the user's constraints on all projects."""
        for constraints in self._constraints.values():
            yield from constraints

    def iter_overrides(self) -> Iterator[Demand]:
        """Yield the demands of the user's overrides."""
        return self._book.iter_overrides()

    def sdist_in_place_of(self, candidate: Candidate) -> Link | None:
        """Return the sdist of a candidate's version, if the options allow it as a fallback."""
        if self._options.fallback is not Fallback.SOURCE:
            return None
        ladder = self.ranking.ladder(self.supply.catalogue(candidate.name), candidate.version)
        links = (
            offer.link
            for offer in ladder.without_yanked(keep=True).offers
            if offer.kind is LinkKind.SDIST
        )
        return next((link for link in links if self._evaluator.allows(candidate.name, link)), None)

    def would_refuse(self, link: Link, *, seconds: float) -> bool:
        """Return whether a wheel that is not offered would be refused for its content.

        One that takes longer to open counts as not refused.
        """
        return self._confirmer.would_refuse(link, seconds=seconds)

    @property
    def left_unread(self) -> bool:
        """Whether a source was skipped because its metadata needs a build."""
        return self._evaluator.left_unread

    def note_asked(self, asked: Asked) -> None:
        """Record where a demand on an identifier comes from."""
        known = self.parents.get(asked.demand.identifier)
        # The user's own demand is never replaced.
        if known is None or known.parent is not None or asked.parent is None:
            self.parents[asked.demand.identifier] = asked

    def want(self, demands: Sequence[Demand]) -> None:
        """Prefetch the files that are likely to be taken under these demands."""
        self._scout.want(demands)

    def dependencies(self, choice: Choice) -> tuple[Demand, ...]:
        """Return the dependencies of a choice."""
        found = self._dependencies.get(choice)
        if found is None:
            if isinstance(choice, Candidate):
                found = self._read_dependencies(choice)
                self._scout.want(found)
            else:
                found = tuple(self._tie(choice))
            self._dependencies[choice] = found
        return found

    def confirmed(self, candidate: Candidate) -> Confirmed:
        """Return the evidence for a candidate that was pinned."""
        found = self._confirmer.confirm(candidate.name, candidate.taken)
        if isinstance(found, Rejection):
            raise TypeError(f"{candidate.identifier} was pinned though it was refused")
        return found

    def refuses(self, choice: Choice) -> bool:
        """Judge a choice that is about to be pinned, and return whether it is refused.

        Only a project has a file, so proxies and extras are never refused.
        """
        if not isinstance(choice, Candidate) or not choice.identifier.is_project:
            return False
        outcome = self._confirmer.confirm(choice.name, choice.taken)
        if isinstance(outcome, Rejection):
            self.supply.note(choice.name, choice.version, outcome)
        return isinstance(outcome, Rejection)

    def is_refused(self, candidate: Candidate) -> bool:
        """Return whether a candidate was judged before, and refused."""
        return self._confirmer.is_refused(candidate.taken)

    def _tie(self, proxy: Choice) -> Iterator[Demand]:
        specifier = SpecifierSet(f"==={proxy.version}")
        for identifier in proxy.identifier.iter_required():
            yield self._book.demand(identifier, specifier, direct=proxy.direct, exact=True)

    def _read_dependencies(self, candidate: Candidate) -> tuple[Demand, ...]:
        if self._options.ignore_dependencies:
            return ()
        name, extra, *_ = candidate.identifier
        requires = candidate.taken.metadata.requires
        if extra is None:
            return self._book.for_project(name, requires)
        return self._book.for_extra(name, requires, extra)

    def proxy(
        self, identifier: Identifier, version: Version, direct: DirectReference | None
    ) -> Choice:
        """Return the one choice for a proxy at a version."""
        key = (identifier, version, direct)
        proxy = self._proxies.get(key)
        if proxy is None:
            proxy = Choice(identifier=identifier, version=version, direct=direct)
            self._proxies[key] = proxy
        return proxy

    def candidate(self, identifier: Identifier, taken: Taken) -> Candidate | None:
        """Return the one candidate for an identifier and a link; `None` for bad metadata."""
        key = (identifier, taken.link.url)
        candidate = self._candidates.get(key)
        if candidate is None:
            candidate = Candidate(
                identifier=identifier,
                version=taken.metadata.version,
                direct=taken.direct,
                taken=taken,
            )
            try:
                self.dependencies(candidate)
            except InvalidMetadataError as error:
                rejection = Rejection(
                    link=taken.link, reason=RejectionReason.METADATA, message=error.reason
                )
                self.supply.note(identifier.name, candidate.version, rejection)
                return None
            self._candidates[key] = candidate
        return candidate
