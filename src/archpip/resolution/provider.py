"""The provider: what resolvelib asks, answered from rankings, demands and evaluated offers.

What is decided next, and which of two projects gives way, follows uv (see `priorities.py`); what
resolvelib lacks for that is said at `_Matches`. Nothing is fetched in `get_preference`; nothing is
pinned that was not judged.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import AbstractProvider
from resolvelib.resolvers import Resolution
from resolvelib.structs import RequirementInformation, State

from archpip.index import Link
from archpip.resolution.candidates import Ranking
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.evaluation import Confirmed, Evaluator, Taken
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.options import Fallback
from archpip.resolution.prefetch import Library, Scout
from archpip.resolution.priorities import Priorities, Priority
from archpip.resolution.supply import Supply

# In place of an extra's name: the demand of a candidate that was refused. No extra is called so.
_REFUSED = NormalizedName("<refused>")


class Candidate(Struct, frozen=True, kw_only=True, eq=False):
    """What the solver pins for an identifier. One object per identifier and link."""

    identifier: Identifier
    taken: Taken
    needed: bool = True
    """False where all who asked for it gave way: it stands for nothing and requires nothing."""

    @property
    def name(self) -> NormalizedName:
        """The project."""
        return self.identifier.name

    @property
    def version(self) -> Version:
        """The version that the metadata says."""
        return self.taken.metadata.version


_Information = RequirementInformation[Demand, Candidate]


class _Matches(Sequence[Candidate]):
    """The candidates for one identifier, looked for whenever resolvelib asks.

    Its own view would keep the first answer. But when an identifier's turn comes, a pin may have
    given way whose requirements resolvelib dropped without telling the candidates, and others may
    have been pinned: what holds now counts. It is a sequence in name, for resolvelib takes those as
    they are; it is only ever asked whether it is empty (a requirement is being added) and iterated
    over (the identifier is decided).
    """

    __slots__ = ("_arguments", "_provider")

    def __init__(
        self,
        provider: "Provider",
        identifier: Identifier,
        demands: tuple[Demand, ...],
        excluded: frozenset[Candidate],
    ) -> None:
        self._provider = provider
        self._arguments = (identifier, demands, excluded)

    def __bool__(self) -> bool:
        return next(self._provider.matches(*self._arguments), None) is not None

    def __iter__(self) -> Iterator[Candidate]:
        return self._provider.turn(*self._arguments)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401  # never called; overloads say no more
        return list(self)[index]


class Provider(AbstractProvider[Demand, Candidate, Identifier]):
    """Answers resolvelib for one target."""

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
        self._priorities = Priorities()
        self._resolution: Resolution[Demand, Candidate, Identifier] | None = None
        self._extras: defaultdict[NormalizedName, set[Identifier]] = defaultdict(set)
        self.supply = Supply(
            library=library, ranking=ranking, evaluator=evaluator, preferences=preferences
        )
        """What projects have for the target, and what of it was refused."""
        self._candidates: dict[tuple[Identifier, str], Candidate] = {}
        self._dependencies: dict[Candidate, tuple[Demand, ...]] = {}
        self.askers: dict[Identifier, tuple[Demand, Candidate | None]] = {}
        """Who last asked for each identifier; the user where there is no candidate."""

    def identify(self, requirement_or_candidate: Demand | Candidate) -> Identifier:
        """Return what a demand is on, or what a candidate is for."""
        return requirement_or_candidate.identifier

    def constraints_on(self, name: NormalizedName) -> tuple[Demand, ...]:
        """Return the user's constraints on a project."""
        return self._constraints.get(name, ())

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

    def is_refusal(self, demand: Demand) -> bool:
        """Tell the demand of a refused candidate from those of requirements."""
        return demand.identifier.extra == _REFUSED

    def follow(self, resolution: Resolution[Demand, Candidate, Identifier]) -> None:
        """Look at what the solver has pinned whenever candidates are put in order."""
        self._resolution = resolution

    def asked(self, demand: Demand, parent: Candidate | None) -> None:
        """Hear that a requirement was met; the user's where there is no parent."""
        self.askers[demand.identifier] = (demand, parent)
        if self.is_refusal(demand):
            return
        self._priorities.meet(demand.identifier.name)
        if demand.identifier.extra is not None:
            self._extras[demand.identifier.name].add(demand.identifier)

    def rejected(self, candidate: Candidate, because_of: NormalizedName) -> None:
        """Hear that a candidate's requirements contradict what is required already."""
        self._priorities.note_conflict(candidate.name, because_of=because_of)

    def get_preference(
        self,
        identifier: Identifier,
        resolutions: Mapping[Identifier, Candidate],  # noqa: ARG002  # resolvelib calls by keyword
        candidates: Mapping[Identifier, Iterator[Candidate]],  # noqa: ARG002  # resolvelib calls by keyword
        information: Mapping[Identifier, Iterator[_Information]],
        backtrack_causes: Sequence[_Information],  # noqa: ARG002  # resolvelib calls by keyword
    ) -> Priority:
        """Return when an identifier is decided; the smallest is next."""
        demands = [info.requirement for info in information[identifier]]
        return self._priorities.of(identifier, [*demands, *self.constraints_on(identifier.name)])

    def find_matches(
        self,
        identifier: Identifier,
        requirements: Mapping[Identifier, Iterator[Demand]],
        incompatibilities: Mapping[Identifier, Iterator[Candidate]],
    ) -> Sequence[Candidate]:
        """Return what satisfies all demands at once, most preferred first."""
        if identifier.extra == _REFUSED:
            return ()
        demands = list(requirements[identifier])
        if identifier.extra is not None:
            demands.extend(requirements.get(Identifier(identifier.name), ()))
        demands.extend(self.constraints_on(identifier.name))
        excluded = frozenset(incompatibilities.get(identifier, ()))
        self._scout.want(demands)
        return _Matches(self, identifier, tuple(demands), excluded)

    def matches(
        self, identifier: Identifier, demands: Sequence[Demand], excluded: frozenset[Candidate]
    ) -> Iterator[Candidate]:
        """Yield what satisfies all demands at once, most preferred first."""
        for taken in self.supply.take(identifier.name, demands):
            candidate = self._candidate(identifier, taken)
            if candidate is not None and candidate not in excluded:
                yield candidate

    def turn(
        self, identifier: Identifier, demands: Sequence[Demand], excluded: frozenset[Candidate]
    ) -> Iterator[Candidate]:
        """Yield candidates for an identifier that is to be decided now; never nothing.

        Args:
            identifier: Whose turn it is.
            demands: All that was required of it when resolvelib last added to that.
            excluded: What was tried.
        """
        current = self._current_demands(identifier)
        if not current:
            unneeded = next(self.matches(identifier, demands, excluded))
            yield Candidate(identifier=identifier, taken=unneeded.taken, needed=False)
            return
        bounds = [*current, *self.constraints_on(identifier.name)]
        for wanted in (bounds, demands):
            found = self._peaceful_first(identifier, self.matches(identifier, wanted, excluded))
            first = next(found, None)
            if first is not None:
                yield first
                yield from found
                return

    def _current_demands(self, identifier: Identifier) -> list[Demand]:
        """Return what is required of an identifier now; nothing where nobody needs it any more."""
        criteria = self._state.criteria
        mine = [information.requirement for information in criteria[identifier].information]
        base = criteria.get(Identifier(identifier.name))
        if mine and identifier.extra is not None and base is not None:
            mine += [information.requirement for information in base.information]
        return mine

    def _peaceful_first(
        self, identifier: Identifier, candidates: Iterator[Candidate]
    ) -> Iterator[Candidate]:
        """Yield those candidates last whose requirements contradict a pin.

        resolvelib lets the pin give way, which was decided earlier; uv passes the candidate over.
        So do we, until conflicts have made the project one that is decided early.
        """
        passed_over: list[Candidate] = []
        while not self._priorities.is_early(identifier.name):
            candidate = next(candidates, None)
            if candidate is None:
                break
            opposed = self._find_opposed(candidate)
            if opposed is None:
                yield candidate
            else:
                passed_over.append(candidate)
                self._priorities.note_conflict(identifier.name, because_of=opposed)
        yield from passed_over
        yield from candidates

    def _find_opposed(self, candidate: Candidate) -> NormalizedName | None:
        """Return a pinned project that a candidate, or an extra wanted of it, will not go with."""
        state = self._state
        for demand in self._requirements_with_extras(candidate):
            pin = state.mapping.get(demand.identifier)
            if pin is not None and not self.is_satisfied_by(demand, pin):
                return demand.identifier.name
        return None

    def _requirements_with_extras(self, candidate: Candidate) -> Iterator[Demand]:
        yield from self.dependencies(candidate)
        if candidate.identifier.extra is not None:
            return
        for identifier in self._extras[candidate.name]:
            if identifier in self._state.criteria:
                extra = self._candidate(identifier, candidate.taken)
                yield from self.dependencies(extra) if extra else ()

    @property
    def _state(self) -> State[Demand, Candidate, Identifier]:
        if self._resolution is None:
            raise RuntimeError("the provider follows no resolution yet")
        return self._resolution.state

    def is_satisfied_by(self, requirement: Demand, candidate: Candidate) -> bool:
        """Return whether a candidate is what a demand asks for."""
        if not candidate.needed:
            return False
        if requirement.direct is not None:
            return requirement.direct == candidate.taken.direct
        return requirement.allows(candidate.version)

    def get_dependencies(self, candidate: Candidate) -> Iterator[Demand]:
        """Yield what a candidate demands; an extra also demands its project as it is.

        Where all of that can be had, a candidate that would be pinned is judged. A refused one then
        demands what nobody has, so that the solver goes on to the next: ordinary backtracking.
        """
        yield from self.dependencies(candidate)
        if candidate.needed and candidate.identifier.extra is None and self._refuses(candidate):
            yield self._book.demand(Identifier(candidate.name, _REFUSED), SpecifierSet())

    def dependencies(self, candidate: Candidate) -> tuple[Demand, ...]:
        """Return what a candidate demands of others."""
        if not candidate.needed:
            return ()
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

    def _refuses(self, candidate: Candidate) -> bool:
        outcome = self._evaluator.confirm(candidate.name, candidate.taken)
        if isinstance(outcome, Rejection):
            self.supply.note(candidate.name, candidate.version, outcome)
        return isinstance(outcome, Rejection)

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

    def _candidate(self, identifier: Identifier, taken: Taken) -> Candidate | None:
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
