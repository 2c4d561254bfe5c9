"""The search: PubGrub, over the versions that a provider has for one target.

Each dead end becomes an incompatibility. A conflict yields a new one, which gives the level to
backtrack to and keeps the search from the same dead end: backtracking one decision at a time does
not terminate if dozens of projects with hundreds of versions exclude each other.

This module is only the loop: unit propagation (`propagation.py`, with conflict resolution in
`conflicts.py`), then a decision (`decisions.py`), whose dependencies become incompatibilities
(`dependencies.py`), until no identifier is open. The order of decisions, and how conflicts change
it, is uv's (`ordering.py`, `priorities.py`).

Source: https://github.com/dart-lang/pub/blob/master/doc/solver.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count

from archpip.resolution.conflicts import ImpossibleError
from archpip.resolution.decisions import Decisions
from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.dependencies import Dependencies, UnforeseenError
from archpip.resolution.incompatibilities import (
    ROOT,
    ROOT_VALUE,
    Incompatibility,
    IncompatibilityStore,
)
from archpip.resolution.ordering import Ordering
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.pins import Pins
from archpip.resolution.ports import ResolutionReporter
from archpip.resolution.priorities import Priorities
from archpip.resolution.propagation import Propagation
from archpip.resolution.provider import Asked, Candidate, Choice, Provider
from archpip.resolution.values import Values

GoesOn = Callable[[int], bool]
"""Returns whether to continue a search, given the number of rounds so far."""


class TooDeepError(Exception):
    """The search was ended before it had an answer. Never leaves this package."""


def search(
    provider: Provider,
    roots: Sequence[Demand],
    *,
    reporter: ResolutionReporter,
    goes_on: GoesOn,
) -> Mapping[Identifier, Candidate]:
    """Return the candidate to pin for each project and extra that the roots need.

    Raises:
        ImpossibleError: There is no solution.
        ForeignReferenceError: A distribution from an index has a direct reference.
        TooDeepError: `goes_on` ended the search before it had an answer.
    """
    said = (*roots, *provider.iter_constraints(), *provider.iter_overrides())
    directs = [demand for demand in said if demand.direct is not None]
    settled = frozenset(demand.identifier.name for demand in directs)
    while True:
        values = Values(
            bits=provider.supply.bits,
            is_too_new=provider.supply.is_too_new,
            direct=provider.supply.take_direct,
            directs=directs,
            settled=settled,
        )
        try:
            return _search_twice(partial(_Search, provider, roots, values, reporter), goes_on)
        except UnforeseenError as error:
            # The set of values is fixed when a search begins, so a new search is needed.
            directs.append(error.demand)


def _search_twice(
    begin: "Callable[..., _Search]", goes_on: GoesOn
) -> Mapping[Identifier, Candidate]:
    """Search a second time, patiently, if there might be a solution with yanked files.

    A patient search decides much before it meets a real dead end, so only the second one is. If it
    finds nothing either, the explanation of the first one is shorter.
    """
    try:
        return begin(is_patient=False).run(goes_on)
    except ImpossibleError as error:
        if not error.is_premature:
            raise
        with suppress(ImpossibleError, TooDeepError):
            return begin(is_patient=True).run(goes_on)
        raise


class _Search:
    """One search; use it only once."""

    def __init__(
        self,
        provider: Provider,
        roots: Sequence[Demand],
        values: Values,
        reporter: ResolutionReporter,
        *,
        is_patient: bool,
    ) -> None:
        self._provider = provider
        self._roots = roots
        self._reporter = reporter
        self._values = values
        self._priorities = priorities = Priorities()
        self._solution = solution = PartialSolution()
        self._pins = pins = Pins(provider, solution)
        incompatibilities = IncompatibilityStore()
        self._dependencies = Dependencies(
            provider=provider,
            values=values,
            priorities=priorities,
            incompatibilities=incompatibilities,
        )
        self._propagation = Propagation(
            solution=solution,
            incompatibilities=incompatibilities,
            backtrack=pins.backtrack,
            on_conflict=self._note_conflict,
        )
        self._ordering = Ordering(
            solution=solution, priorities=priorities, backtrack=pins.backtrack
        )
        self._decisions = Decisions(
            provider=provider,
            values=values,
            solution=solution,
            pins=pins,
            priorities=priorities,
            incompatibilities=incompatibilities,
            rule_out=self._propagation.rule_out,
            is_patient=is_patient,
        )
        self._read: set[Choice] = set()
        """The choices whose dependencies were learned."""

    def run(self, goes_on: GoesOn) -> Mapping[Identifier, Candidate]:
        """Search; see `search`."""
        self._solution.decide(ROOT, ROOT_VALUE)
        asked = [Asked(root, None) for root in self._roots]
        self._dependencies.require(ROOT, ROOT_VALUE, asked, term=ROOT_VALUE)
        self._pins.put_in_force(self._roots)
        changed = ROOT
        for rounds in count():
            if not goes_on(rounds):
                raise TooDeepError
            self._propagation.propagate(changed)
            self._ordering.change()
            urgent = self._ordering.find_most_urgent()
            if urgent is None:
                return self._pins.collect()
            changed = urgent
            if not self._decide(urgent):
                self._solution.reopen(urgent)
        raise AssertionError  # there is no last number

    def _decide(self, identifier: Identifier) -> bool:
        """Pin the best version and return `True`, or learn why it is not possible."""
        choice = self._decisions.choose(identifier)
        if choice is None:
            return False
        value = self._values.of(choice.name, choice.version, choice.direct)
        if choice not in self._read:
            self._read.add(choice)
            demands = self._provider.dependencies(choice)
            new = self._dependencies.require(
                identifier,
                value,
                [Asked(demand, choice) for demand in demands],
                term=self._values.with_gaps(choice.name, value),
            )
            broken = self._find_broken(identifier, value, new)
            if broken is not None:
                self._note_conflict(identifier, identifier, broken)
                return False
        if self._provider.refuses(choice):
            return False
        self._pins.pin(identifier, choice, value)
        if identifier.is_project:
            self._reporter.candidate_pinned(choice.name, choice.version)
        return True

    def _find_broken(
        self, identifier: Identifier, value: int, new: Iterable[Incompatibility]
    ) -> Incompatibility | None:
        """Return which of these a value would violate that an identifier does not have yet.

        Before the first conflict this is not checked, as in uv: propagation finds it afterwards.
        """
        if not self._propagation.has_met_conflicts:
            return None

        def holds(other: Identifier, term: int) -> bool:
            return not (value if other == identifier else self._solution.known(other)) & ~term

        for incompatibility in new:
            if all(holds(other, term) for other, term in incompatibility.terms.items()):
                return incompatibility
        return None

    def _note_conflict(
        self, decided: Identifier, about: Identifier, cause: Incompatibility
    ) -> None:
        self._priorities.note_conflict(decided, about=about, cause=cause)
        self._reporter.conflict_met(about.name)
