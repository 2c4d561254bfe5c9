"""The provider: what resolvelib asks, answered from rankings, demands and evaluated offers.

Preference order and narrowing follow pip's provider, so that both go the same way through a hard
problem. Nothing is fetched in `get_preference`; nothing is pinned that was not judged.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version
from resolvelib import AbstractProvider
from resolvelib.structs import RequirementInformation

from archpip.index import Link
from archpip.resolution.candidates import Catalogue, Ladder, Offer, Ranking
from archpip.resolution.demands import Demand, DemandBook, Identifier
from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.evaluation import Confirmed, Evaluator, Taken
from archpip.resolution.model import LinkKind, Rejection, RejectionReason
from archpip.resolution.options import Fallback
from archpip.resolution.prefetch import Library, Scout

# How often a project must stand in a conflict before it is decided early; pip's number.
_CONFLICT_PRIORITY_THRESHOLD = 5
_LOOK_AHEAD_LIMIT = 16

# In place of an extra's name: the demand of a candidate that was refused. No extra is called so.
_REFUSED = NormalizedName("<refused>")

_BY_CONTENT = frozenset((RejectionReason.VERDICT, RejectionReason.UNREADABLE))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """What the solver pins for an identifier. One object per identifier and link."""

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


_Information = RequirementInformation[Demand, Candidate]


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
        requested: Mapping[NormalizedName, int],
    ) -> None:
        self._library = library
        self._ranking = ranking
        self._options = ranking.options
        self._book = book
        self._evaluator = evaluator
        self._scout = scout
        self._constraints = constraints
        self._preferences = preferences
        self._requested = requested
        self._candidates: dict[tuple[Identifier, str], Candidate] = {}
        self._dependencies: dict[Candidate, tuple[Demand, ...]] = {}
        self._conflict_counts: defaultdict[Identifier, int] = defaultdict(int)
        self._promoted: set[Identifier] = set()
        self.refused: defaultdict[NormalizedName, dict[str, tuple[Version | None, Rejection]]]
        self.refused = defaultdict(dict)
        """What was refused once it was opened, by project and URL, in the order met."""
        self.askers: dict[Identifier, tuple[Demand, Candidate | None]] = {}
        """Who last asked for each identifier; the user where there is no candidate."""

    def identify(self, requirement_or_candidate: Demand | Candidate) -> Identifier:
        """Return what a demand is on, or what a candidate is for."""
        return requirement_or_candidate.identifier

    def constraints_on(self, name: NormalizedName) -> tuple[Demand, ...]:
        """Return the user's constraints on a project."""
        return self._constraints.get(name, ())

    def catalogue(self, name: NormalizedName) -> Catalogue:
        """Return a project's page, waiting for it where it must."""
        return self._library.catalogue(name).result()

    def sdist_in_place_of(self, candidate: Candidate) -> Link | None:
        """Return the sdist of a candidate's version, where the options let it stand in."""
        if self._options.fallback is not Fallback.SOURCE:
            return None
        ladder = self._ranking.ladder(self.catalogue(candidate.name), candidate.version)
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

    def narrow_requirement_selection(
        self,
        identifiers: Iterable[Identifier],
        resolutions: Mapping[Identifier, Candidate],
        candidates: Mapping[Identifier, Iterator[Candidate]],  # noqa: ARG002  # resolvelib calls by keyword
        information: Mapping[Identifier, Iterator[_Information]],  # noqa: ARG002  # resolvelib calls by keyword
        backtrack_causes: Sequence[_Information],
    ) -> Iterable[Identifier]:
        """Decide first what the last conflict was about, then what conflicts keep being about."""
        causes: set[Identifier] = set()
        for cause in backtrack_causes:
            found = {cause.requirement.identifier}
            if cause.parent is not None:
                found.add(cause.parent.identifier)
            causes |= found
            for identifier in found - resolutions.keys():
                self._conflict_counts[identifier] += 1
                if self._conflict_counts[identifier] >= _CONFLICT_PRIORITY_THRESHOLD:
                    self._promoted.add(identifier)
        open_identifiers = list(identifiers)
        return (
            [identifier for identifier in open_identifiers if identifier in causes]
            or [identifier for identifier in open_identifiers if identifier in self._promoted]
            or open_identifiers
        )

    def get_preference(
        self,
        identifier: Identifier,
        resolutions: Mapping[Identifier, Candidate],  # noqa: ARG002  # resolvelib calls by keyword
        candidates: Mapping[Identifier, Iterator[Candidate]],  # noqa: ARG002  # resolvelib calls by keyword
        information: Mapping[Identifier, Iterator[_Information]],
        backtrack_causes: Sequence[_Information],  # noqa: ARG002  # resolvelib calls by keyword
    ) -> tuple[bool, bool, bool, bool, float, bool, str]:
        """Order identifiers: direct, pinned, bounded above, as requested, constrained at all."""
        demands = [info.requirement for info in information[identifier]]
        return (
            identifier not in self._promoted,
            not any(demand.direct for demand in demands),
            not any(demand.pinned for demand in demands),
            not any(demand.upper_bounded for demand in demands),
            self._requested.get(identifier.name, math.inf),
            not any(demand.specifier for demand in demands),
            str(identifier),
        )

    def find_matches(
        self,
        identifier: Identifier,
        requirements: Mapping[Identifier, Iterator[Demand]],
        incompatibilities: Mapping[Identifier, Iterator[Candidate]],
    ) -> Callable[[], Iterator[Candidate]]:
        """Return what satisfies all demands at once, most preferred first."""
        if identifier.extra == _REFUSED:
            return lambda: iter(())
        demands = list(requirements[identifier])
        if identifier.extra is not None:
            demands.extend(requirements.get(Identifier(identifier.name), ()))
        demands.extend(self.constraints_on(identifier.name))
        excluded = frozenset(incompatibilities.get(identifier, ()))
        self._scout.want(demands)

        def matches() -> Iterator[Candidate]:
            for taken in self._take(identifier.name, demands):
                candidate = self._candidate(identifier, taken)
                if candidate is not None and candidate not in excluded:
                    yield candidate

        return matches

    def is_satisfied_by(self, requirement: Demand, candidate: Candidate) -> bool:
        """Return whether a candidate is what a demand asks for."""
        if requirement.direct is not None:
            return requirement.direct == candidate.taken.direct
        return requirement.allows(candidate.version)

    def get_dependencies(self, candidate: Candidate) -> Iterator[Demand]:
        """Yield what a candidate demands; an extra also demands its project as it is.

        Where all of that can be had, a candidate that would be pinned is judged. A refused one then
        demands what nobody has, so that the solver goes on to the next: ordinary backtracking.
        """
        yield from self.dependencies(candidate)
        if candidate.identifier.extra is None and self._refuses(candidate):
            yield self._book.demand(Identifier(candidate.name, _REFUSED), SpecifierSet())

    def dependencies(self, candidate: Candidate) -> tuple[Demand, ...]:
        """Return what a candidate demands of others."""
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
            self._note(candidate.name, candidate.version, outcome)
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
                self._note(identifier.name, taken.metadata.version, rejection)
                return None
            self._candidates[key] = candidate
        return candidate

    def _take(self, name: NormalizedName, demands: Sequence[Demand]) -> Iterator[Taken]:
        """Yield what may be pinned for a project under all demands, most preferred first."""
        directs = {demand.direct for demand in demands if demand.direct is not None}
        if not directs:
            yield from self._take_from_index(name, demands)
        elif len(directs) == 1:
            outcome = self._evaluator.evaluate_direct(name, directs.pop())
            if isinstance(outcome, Rejection):
                self._note(name, None, outcome)
            elif all(d.direct or d.allows(outcome.metadata.version) for d in demands):
                yield outcome

    def _take_from_index(self, name: NormalizedName, demands: Sequence[Demand]) -> Iterator[Taken]:
        catalogue = self.catalogue(name)
        ladders = self.applicable_ladders(catalogue, demands)
        if self._options.prefer_binary:
            found = list(ladders)
            yield from self._climb(name, found, frozenset((LinkKind.WHEEL,)))
            yield from self._climb(name, found, frozenset((LinkKind.SDIST,)))
        else:
            yield from self._climb(name, ladders, frozenset(LinkKind))

    def applicable_ladders(
        self, catalogue: Catalogue, demands: Sequence[Demand]
    ) -> Iterator[tuple[Version, Ladder]]:
        """Yield each allowed version that offers the target something, most preferred first.

        Pre-releases follow PEP 440 as packaging 26 and pip apply it: they count where a specifier
        names one, where the user says so, or where no final release fits.
        """
        allowed = self._options.releases.answer(catalogue.name)
        if allowed is None and any(demand.wants_prereleases for demand in demands):
            allowed = True
        pinned = any(demand.pinned for demand in demands)
        held_back: list[tuple[Version, Ladder]] = []
        any_final = False
        kept = self._preferences.get(catalogue.name)
        for version in self._ranking.versions(catalogue, kept=kept):
            if not all(demand.allows(version) for demand in demands):
                continue
            if version.is_prerelease and allowed is False:
                continue
            # A version that was locked or installed before it was yanked may stay (PEP 592).
            ladder = self._ranking.ladder(catalogue, version)
            ladder = ladder.without_yanked(keep=pinned or version == kept)
            if not ladder.offers:
                continue
            if version.is_prerelease and allowed is None:
                held_back.append((version, ladder))
            else:
                any_final = True
                yield version, ladder
        if not any_final:
            yield from held_back

    def _climb(
        self,
        name: NormalizedName,
        ladders: Iterable[tuple[Version, Ladder]],
        kinds: frozenset[LinkKind],
    ) -> Iterator[Taken]:
        """Yield the best offer of each version, and a lower one where the better was refused.

        What was refused is yielded again when asked again, and refused again at once: a criterion
        that had candidates must keep them, or resolvelib takes it for settled.
        """
        for order, (version, ladder) in enumerate(self._read_ahead(ladders)):
            wrong = False
            for offer in ladder.offers:
                if offer.kind not in kinds or (wrong and not self._may_fall_to(offer)):
                    continue
                outcome = self._evaluator.evaluate(name, offer, ladder, likely=order == 0)
                if isinstance(outcome, Taken):
                    yield outcome
                    if not self._evaluator.is_refused(outcome):
                        break
                    wrong = True
                else:
                    self._note(name, version, outcome)
                    wrong = wrong or outcome.reason in _BY_CONTENT
            else:
                if wrong and self._options.fallback is Fallback.FAIL:
                    return

    def _may_fall_to(self, offer: Offer) -> bool:
        """Return whether an offer may stand in for a wheel that was refused for its content."""
        return offer.kind is LinkKind.WHEEL or self._options.fallback is Fallback.SOURCE

    def _read_ahead(
        self, ladders: Iterable[tuple[Version, Ladder]]
    ) -> Iterator[tuple[Version, Ladder]]:
        """Pass ladders on; once more than the first is asked for, read 1, 2, 4… in advance.

        Whoever asks for the second version is backtracking, and will often ask for more.
        """
        source = iter(ladders)
        batch = 1
        while chunk := list(islice(source, batch)):
            if batch > 1:
                self._evaluator.begin(ladder.offers[0] for _, ladder in chunk)
            yield from chunk
            batch = min(batch * 2, _LOOK_AHEAD_LIMIT)

    def _note(self, name: NormalizedName, version: Version | None, rejection: Rejection) -> None:
        self.refused[name].setdefault(rejection.link.url, (version, rejection))
