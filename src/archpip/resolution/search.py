"""The search: PubGrub, over the versions that a provider has for one target.

Each dead end becomes an incompatibility. From a conflict follows a new one, which says how far back
its cause lies and keeps the search from coming by again: a walk back over one decision at a time
does not come to an end where dozens of projects with hundreds of versions exclude each other.

What is decided next, and what conflicts change in that, is uv's (see `priorities.py`).

Source: https://github.com/dart-lang/pub/blob/master/doc/solver.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from heapq import heappop, heappush

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import UNNEEDED, Incompatibility
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.ports import ResolutionReporter
from archpip.resolution.priorities import Place, Priorities
from archpip.resolution.provider import Asked, Candidate, Provider
from archpip.resolution.values import Values

# The user, who has one version and requires the roots.
_USER = Identifier(NormalizedName(""))
_USER_VALUE = 2


class ImpossibleError(Exception):
    """There is no solution. Never leaves this package."""

    def __init__(self, causes: Sequence[Asked], *, is_premature: bool) -> None:
        super().__init__(causes)
        self.causes = causes
        self.is_premature = is_premature


class TooDeepError(Exception):
    """The search did not end in as many rounds as it was given. Never leaves this package."""


class _UnforeseenError(Exception):
    """A direct reference was met that nothing so far has reckoned with."""

    def __init__(self, demand: Demand) -> None:
        super().__init__(demand)
        self.demand = demand


def search(
    provider: Provider,
    roots: Sequence[Demand],
    *,
    reporter: ResolutionReporter,
    max_rounds: int,
) -> Mapping[Identifier, Candidate]:
    """Return what to pin for each identifier that the roots lead to.

    Raises:
        ImpossibleError: There is no solution.
        TooDeepError: The search did not end in that many rounds.
    """
    directs = [d for d in (*roots, *provider.iter_constraints()) if d.direct is not None]
    settled = frozenset(demand.identifier.name for demand in directs)
    while True:
        values = Values(
            versions=lambda name: provider.supply.catalogue(name).versions,
            direct=lambda demand: next(
                provider.supply.take(demand.identifier.name, [demand]), None
            ),
            directs=directs,
            settled=settled,
        )
        try:
            return _search_twice(
                lambda *, is_patient, values=values: _Search(
                    provider, roots, values, reporter, is_patient=is_patient
                ).run(max_rounds)
            )
        except _UnforeseenError as error:
            directs.append(error.demand)


def _search_twice(
    run: Callable[..., Mapping[Identifier, Candidate]],
) -> Mapping[Identifier, Candidate]:
    """Search again, patiently, where there might be a solution with pre-releases or yanked files.

    Patience would decide much before it meets a dead end that is one: only the second search has
    it. Where it finds nothing either, the reasons of the first one are the shorter ones.
    """
    try:
        return run(is_patient=False)
    except ImpossibleError as error:
        if not error.is_premature:
            raise
        with suppress(ImpossibleError, TooDeepError):
            return run(is_patient=True)
        raise


class _Search:
    """One search. Used once."""

    def __init__(
        self,
        provider: Provider,
        roots: Sequence[Demand],
        values: Values,
        reporter: ResolutionReporter,
        *,
        is_patient: bool,
    ) -> None:
        self._is_patient = is_patient
        self._provider = provider
        self._roots = roots
        self._reporter = reporter
        self._values = values
        self._priorities = Priorities()
        self._solution = PartialSolution()
        self._open: list[tuple[Place, Identifier]] = []
        """A heap of what is to be decided, and of what was once: nobody looks at all in each round,
        for a thousand projects are a thousand rounds."""
        self._about: defaultdict[Identifier, list[Incompatibility]] = defaultdict(list)
        self._merged: dict[tuple[Identifier, Identifier, int], Incompatibility] = {}
        self._pinned: dict[Identifier, Candidate] = {}
        self._demands: defaultdict[Identifier, list[Demand]] = defaultdict(list)
        """What the user and the pins require."""
        self._read: set[Candidate] = set()
        self._tried: Counter[Identifier] = Counter()
        self._met_conflicts = False

    def run(self, max_rounds: int) -> Mapping[Identifier, Candidate]:
        """Search; see `search`."""
        self._solution.decide(_USER, _USER_VALUE)
        for root in self._roots:
            self._require(_USER, _USER_VALUE, Asked(root, None))
        self._put_in_force(self._roots)
        changed = _USER
        for _ in range(max_rounds):
            self._propagate(changed)
            self._change_order()
            urgent = self._find_most_urgent()
            if urgent is None:
                return self._pinned
            changed = urgent
            self._decide(urgent)
        raise TooDeepError

    def _find_most_urgent(self) -> Identifier | None:
        """Return what is decided next, `None` where nothing is open."""
        for identifier in (*self._solution.take_opened(), *self._priorities.take_moved()):
            heappush(self._open, (self._priorities.of(identifier), identifier))
        while self._open:
            place, identifier = self._open[0]
            if self._solution.is_open(identifier) and place == self._priorities.of(identifier):
                return identifier
            heappop(self._open)
        return None

    def _decide(self, identifier: Identifier) -> None:
        """Pin the best candidate that nothing speaks against; or learn what does."""
        candidate = self._choose(identifier)
        if candidate is None:
            return
        value = self._values.of(identifier.name, candidate.taken)
        demands = self._provider.dependencies(candidate)
        if candidate not in self._read:
            self._read.add(candidate)
            new = [self._require(identifier, value, Asked(d, candidate)) for d in demands]
            broken = self._find_broken(identifier, value, new)
            if broken is not None:
                self._note_conflict(identifier, about=identifier, cause=broken)
                return
        if self._provider.refuses(candidate):
            return
        self._pinned[identifier] = candidate
        self._solution.decide(identifier, value)
        self._put_in_force(demands)
        self._reporter.candidate_pinned(candidate.name, candidate.version)

    def _choose(self, identifier: Identifier) -> Candidate | None:
        """Return the best candidate that is left; where none is, learn that."""
        project = self._pinned.get(Identifier(identifier.name))
        if identifier.extra is not None and project is not None:
            return self._choose_extra(identifier, project)
        known = self._solution.known(identifier)
        for candidate in self._iter_candidates(identifier, known):
            # What was refused is offered again, before the lower offers of its version.
            if not self._provider.is_refused(candidate):
                return candidate
        is_premature = self._is_held_back(identifier, known)
        if is_premature and self._is_patient and self._priorities.postpone(identifier):
            return None
        self._learn(Incompatibility({identifier: known}, is_premature=is_premature))
        return None

    def _is_held_back(self, identifier: Identifier, known: int) -> bool:
        """Return whether pre-releases or yanked files are left that nobody has admitted so far."""
        supply, name = self._provider.supply, identifier.name
        demands = [*self._demands[identifier], *self._provider.constraints_on(name)]
        lenient = Demand(identifier=identifier, specifier=SpecifierSet(), exact=True)
        offered, there_are = (
            {version for version, _ in supply.applicable_ladders(supply.catalogue(name), asked)}
            for asked in (demands, [*demands, lenient])
        )
        return any(known & self._values.of_version(name, v) for v in there_are - offered)

    def _iter_candidates(self, identifier: Identifier, known: int) -> Iterator[Candidate]:
        name = identifier.name
        # Who asks once more is walking back, and will often do so again.
        ahead = self._tried[identifier]
        self._tried[identifier] += 1
        for taken in self._provider.supply.take(
            name,
            [*self._demands[identifier], *self._provider.constraints_on(name)],
            among=lambda version: bool(known & self._values.of_version(name, version)),
            ahead=ahead,
        ):
            if known & self._values.of(name, taken):
                candidate = self._provider.candidate(identifier, taken)
                if candidate is not None:
                    yield candidate

    def _choose_extra(self, identifier: Identifier, project: Candidate) -> Candidate | None:
        """Return an extra of what its project is pinned to: it has no other candidate."""
        value = self._values.of(identifier.name, project.taken)
        if self._solution.known(identifier) & value:
            candidate = self._provider.candidate(identifier, project.taken)
            if candidate is not None:
                return candidate
            self._learn(Incompatibility({identifier: value}))
        others = ~(value | UNNEEDED)
        self._learn(Incompatibility({project.identifier: value, identifier: others}))
        return None

    def _require(self, identifier: Identifier, value: int, asked: Asked) -> Incompatibility | None:
        """Learn that who has a value requires something; return what can therefore not be."""
        demand = asked.requirement
        if not self._values.knows(demand):
            raise _UnforeseenError(demand)
        self._provider.asked(asked)
        self._meet(demand)
        # A version that an extra belongs to need not be looked for.
        allowed = value if demand.exact else self._values.allowed_by(demand)
        if demand.identifier == identifier:
            if allowed & value:
                return None
            return self._learn(Incompatibility({identifier: value}, asked=(asked,)))
        key = (identifier, demand.identifier, allowed)
        earlier = self._merged.get(key)
        if earlier is not None:
            # Versions that require the same are one case.
            self._forget(earlier)
            value |= earlier.terms.get(identifier, 0)
        found = Incompatibility(
            {identifier: value, demand.identifier: ~allowed},
            asked=(*(earlier.asked if earlier else ()), asked),
        )
        self._merged[key] = found
        return self._learn(found)

    def _meet(self, demand: Demand) -> None:
        """Hear of a demand; where it is the first on its project, the user's constraints hold."""
        if not self._priorities.knows(demand.identifier):
            for constraint in self._provider.constraints_on(demand.identifier.name):
                allowed = self._values.allowed_by(constraint)
                self._learn(Incompatibility({demand.identifier: ~(allowed | UNNEEDED)}))
        self._priorities.meet(demand)
        for constraint in self._provider.constraints_on(demand.identifier.name):
            self._priorities.meet(constraint)

    def _put_in_force(self, demands: Iterable[Demand]) -> None:
        for demand in demands:
            self._demands[demand.identifier].append(demand)
            self._provider.want(self._demands[demand.identifier])

    def _learn(self, incompatibility: Incompatibility) -> Incompatibility:
        for identifier in incompatibility.terms:
            self._about[identifier].append(incompatibility)
        return incompatibility

    def _forget(self, incompatibility: Incompatibility) -> None:
        for identifier in incompatibility.terms:
            self._about[identifier].remove(incompatibility)

    def _find_broken(
        self, identifier: Identifier, value: int, new: Iterable[Incompatibility | None]
    ) -> Incompatibility | None:
        """Return which of these would be so with a value that an identifier does not have yet.

        Before the first conflict nobody looks, as in uv: what is broken shows afterwards.
        """
        if not self._met_conflicts:
            return None

        def holds(other: Identifier, term: int) -> bool:
            return not (value if other == identifier else self._solution.known(other)) & ~term

        for incompatibility in new:
            if incompatibility is not None and all(
                holds(other, term) for other, term in incompatibility.terms.items()
            ):
                return incompatibility
        return None

    def _propagate(self, changed: Identifier) -> None:
        """Derive what follows from a change; from what cannot be, go back, and go on there."""
        waiting = [changed]
        while waiting:
            current = waiting.pop()
            # The newest say most.
            for incompatibility in reversed(self._about[current]):
                unsure = self._solution.find_open(incompatibility)
                if unsure is None or len(unsure) > 1:
                    continue
                if not unsure:
                    about, cause = self._resolve_conflict(incompatibility)
                    self._note_conflict(changed, about=about, cause=cause)
                    self._solution.derive(about, cause)
                    waiting = [about]
                    break
                self._solution.derive(unsure[0], incompatibility)
                if unsure[0] not in waiting:
                    waiting.append(unsure[0])

    def _resolve_conflict(
        self, incompatibility: Incompatibility
    ) -> tuple[Identifier, Incompatibility]:
        """Go back to where a conflict can be avoided; return what has to give way, and why."""
        self._met_conflicts = True
        found = incompatibility
        while found.terms.keys() - {_USER}:
            about, fact, level = self._solution.find_satisfier(found)
            if fact.cause is None or level < fact.level:
                self._go_back(level)
                if found is not incompatibility:
                    self._learn(found)
                return about, found
            found = found.combine(fact.cause, about=about)
        raise ImpossibleError([*found.iter_asked()], is_premature=found.is_premature)

    def _note_conflict(
        self, decided: Identifier, *, about: Identifier, cause: Incompatibility
    ) -> None:
        self._priorities.note_conflict(decided, about=about, cause=cause)
        self._reporter.conflict_met(about.name)

    def _change_order(self) -> None:
        for identifier in self._priorities.change():
            level = self._solution.decided.get(identifier)
            if level is not None:
                self._go_back(level - 1)

    def _go_back(self, level: int) -> None:
        for identifier in self._solution.go_back(level):
            for demand in self._provider.dependencies(self._pinned.pop(identifier)):
                self._demands[demand.identifier].remove(demand)
