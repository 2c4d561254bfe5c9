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
from packaging.version import Version

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import UNNEEDED, Incompatibility
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.ports import ResolutionReporter
from archpip.resolution.priorities import Place, Priorities
from archpip.resolution.provider import Asked, Candidate, Choice, Provider
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
    """Return what to pin for each project and extra that the roots lead to.

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
    """Search again, patiently, where there might be a solution with yanked files.

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
        self._queued: dict[Identifier, Place] = {}
        """Which places in there count."""
        self._about: defaultdict[Identifier, list[Incompatibility]] = defaultdict(list)
        self._merged: dict[tuple[Identifier, Identifier, int], Incompatibility] = {}
        self._pinned: dict[Identifier, Choice] = {}
        self._demands: defaultdict[Identifier, list[Demand]] = defaultdict(list)
        """What the user and the pins require."""
        self._beside: defaultdict[NormalizedName, list[Demand]] = defaultdict(list)
        """The same by project, with all its extras, but for what proxies require."""
        self._wrong_pythons: set[tuple[Identifier, Version]] = set()
        self._begins_again_with: Identifier | None = None
        self._tied: set[tuple[Identifier, int]] = set()
        self._read: set[Choice] = set()
        self._tried: Counter[Identifier] = Counter()
        self._met_conflicts = False

    def run(self, max_rounds: int) -> Mapping[Identifier, Candidate]:
        """Search; see `search`."""
        self._solution.decide(_USER, _USER_VALUE)
        self._require(_USER, _USER_VALUE, [Asked(root, None) for root in self._roots])
        self._put_in_force(self._roots)
        changed = _USER
        for _ in range(max_rounds):
            self._propagate(changed)
            self._change_order()
            urgent = self._find_most_urgent()
            if urgent is None:
                return self._collect_pins()
            changed = urgent
            if not self._decide(urgent):
                self._solution.reopen(urgent)
        raise TooDeepError

    def _collect_pins(self) -> dict[Identifier, Candidate]:
        """Return what is pinned but for proxies and for what stands under a condition.

        That is there without the condition, too.
        """
        return {
            identifier: choice
            for identifier, choice in self._pinned.items()
            if isinstance(choice, Candidate) and not identifier.condition
        }

    def _find_most_urgent(self) -> Identifier | None:
        """Return what is decided next, `None` where nothing is open.

        A place counts as it was when something became known of its identifier, as in uv.
        """
        for identifier in self._solution.take_opened():
            place = self._priorities.of(identifier)
            if self._queued.get(identifier) != place and self._solution.is_open(identifier):
                self._queued[identifier] = place
                heappush(self._open, (place, identifier))
        while self._open:
            place, identifier = heappop(self._open)
            if self._queued.get(identifier) == place:
                del self._queued[identifier]
                if self._solution.is_open(identifier):
                    return identifier
        return None

    def _decide(self, identifier: Identifier) -> bool:
        """Pin the best version and return whether nothing speaks against it; or learn what does."""
        choice = self._choose(identifier)
        if choice is None:
            return False
        value = self._values.of(choice.name, choice.version, choice.direct)
        demands = self._provider.dependencies(choice)
        if choice not in self._read:
            self._read.add(choice)
            new = self._require(identifier, value, [Asked(demand, choice) for demand in demands])
            broken = self._find_broken(identifier, value, new)
            if broken is not None:
                self._note_conflict(identifier, about=identifier, cause=broken)
                return False
        if self._provider.refuses(choice):
            return False
        self._pinned[identifier] = choice
        self._solution.decide(identifier, value)
        self._put_in_force(demands)
        if identifier.is_project:
            self._reporter.candidate_pinned(choice.name, choice.version)
        return True

    def _choose(self, identifier: Identifier) -> Choice | None:
        """Return the best choice that is left; where none is, learn that."""
        project = self._pinned.get(identifier.project)
        if not identifier.is_proxy and isinstance(project, Candidate):
            return self._choose_alike(identifier, project)
        if self._meets_wrong_python(identifier):
            return None
        known = self._solution.known(identifier)
        choices = self._iter_proxies if identifier.is_proxy else self._iter_candidates
        choice = next(choices(identifier, known), None)
        if choice is not None:
            return choice
        is_premature = self._is_held_back(identifier, known)
        if is_premature and self._is_patient and self._priorities.postpone(identifier):
            return None
        self._learn(Incompatibility({identifier: known}, is_premature=is_premature))
        return None

    def _meets_wrong_python(self, identifier: Identifier) -> bool:
        """Return whether a version goes first that only the target's Python keeps from being taken.

        Nothing else comes of it than what uv makes of such a conflict: it counts, and the search
        goes back to where something became known of the identifier.
        """
        known = self._solution.known(identifier)
        for version, required in self._provider.supply.find_wrong_pythons(
            identifier.name,
            self._demands_on(identifier),
            beside=self._beside[identifier.name],
            among=lambda version: bool(known & self._values.of_version(identifier.name, version)),
        ):
            if (identifier, version) not in self._wrong_pythons:
                self._wrong_pythons.add((identifier, version))
                self._met_conflicts = True
                self._begins_again_with = identifier
                self._priorities.note_wrong_python(identifier, required)
                return True
        return False

    def _is_held_back(self, identifier: Identifier, known: int) -> bool:
        """Return whether yanked files are left that nobody has admitted so far."""
        supply, name = self._provider.supply, identifier.name
        demands = self._demands_on(identifier)
        beside = self._beside[name]
        lenient = Demand(identifier=identifier, specifier=SpecifierSet(), exact=True)
        catalogue = supply.catalogue(name)
        offered, there_are = (
            {version for version, _ in supply.applicable_ladders(catalogue, demands, beside=asked)}
            for asked in (beside, [*beside, lenient])
        )
        return any(known & self._values.of_version(name, v) for v in there_are - offered)

    def _iter_proxies(self, identifier: Identifier, known: int) -> Iterator[Choice]:
        name = identifier.name
        for version, direct in self._provider.supply.iter_versions(
            name,
            self._demands_on(identifier),
            beside=self._beside[name],
            among=lambda version: bool(known & self._values.of_version(name, version)),
        ):
            if known & self._values.of(name, version, direct):
                yield self._provider.proxy(identifier, version, direct)

    def _iter_candidates(self, identifier: Identifier, known: int) -> Iterator[Candidate]:
        name = identifier.name
        # Who asks once more is walking back, and will often do so again.
        ahead = self._tried[identifier]
        self._tried[identifier] += 1
        for taken in self._provider.supply.take(
            name,
            self._demands_on(identifier),
            beside=self._beside[name],
            among=lambda version: bool(known & self._values.of_version(name, version)),
            ahead=ahead,
        ):
            if known & self._values.of(name, taken.metadata.version, taken.direct):
                candidate = self._provider.candidate(identifier, taken)
                # What was refused is offered again, before the lower offers of its version.
                if candidate is not None and not self._provider.is_refused(candidate):
                    yield candidate

    def _choose_alike(self, identifier: Identifier, project: Candidate) -> Candidate | None:
        """Return an extra, or what stands under a condition, of what its project is pinned to."""
        candidate = self._provider.candidate(identifier, project.taken)
        if candidate is None:
            self._learn(Incompatibility({identifier: self._solution.known(identifier)}))
        return candidate

    def _demands_on(self, identifier: Identifier) -> list[Demand]:
        constraints = self._provider.constraints_on(identifier.name)
        return [*self._demands[identifier], *constraints]

    def _require(
        self, identifier: Identifier, value: int, all_asked: Sequence[Asked]
    ) -> list[Incompatibility]:
        """Learn what who has a value requires; return what can therefore not be."""
        for asked in all_asked:
            if not self._values.knows(asked.requirement):
                raise _UnforeseenError(asked.requirement)
            self._provider.asked(asked)
            self._meet(asked.requirement)
        for asked in all_asked:
            self._tie(asked.requirement)
        found = (self._require_one(identifier, value, asked) for asked in all_asked)
        return [incompatibility for incompatibility in found if incompatibility is not None]

    def _require_one(
        self, identifier: Identifier, value: int, asked: Asked
    ) -> Incompatibility | None:
        demand = asked.requirement
        # What a proxy requires is its own version, which need not be looked for.
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

    def _tie(self, demand: Demand) -> None:
        """Learn that a proxy at a version that is asked for comes with its project at such a one.

        Each choice says so of its own version; what is common to all is seen before any is made.
        """
        proxy = demand.identifier
        if not proxy.is_proxy:
            return
        allowed = self._values.allowed_by(demand)
        if (proxy, allowed) not in self._tied:
            self._tied.add((proxy, allowed))
            self._learn(Incompatibility({proxy: allowed, proxy.project: ~allowed}))

    def _meet(self, demand: Demand) -> None:
        """Hear of a demand; where it is the first on its project, the user's constraints hold."""
        constraints = self._provider.constraints_on(demand.identifier.name)
        for identifier in dict.fromkeys((demand.identifier, demand.identifier.project)):
            if not self._priorities.knows(identifier):
                for constraint in constraints:
                    allowed = self._values.allowed_by(constraint)
                    self._learn(Incompatibility({identifier: ~(allowed | UNNEEDED)}))
        self._priorities.meet(demand)
        for constraint in constraints:
            self._priorities.meet(constraint)

    def _put_in_force(self, demands: Iterable[Demand]) -> None:
        for demand in demands:
            in_force = self._demands[demand.identifier]
            if demand not in in_force:
                # To uv this is news, also where it rules out no version that there is.
                self._solution.reopen(demand.identifier)
            in_force.append(demand)
            if not demand.exact:
                self._beside[demand.identifier.name].append(demand)
            self._provider.want(in_force)

    def _learn(self, incompatibility: Incompatibility) -> Incompatibility:
        for identifier in incompatibility.terms:
            self._about[identifier].append(incompatibility)
        return incompatibility

    def _forget(self, incompatibility: Incompatibility) -> None:
        for identifier in incompatibility.terms:
            self._about[identifier].remove(incompatibility)

    def _find_broken(
        self, identifier: Identifier, value: int, new: Iterable[Incompatibility]
    ) -> Incompatibility | None:
        """Return which of these would be so with a value that an identifier does not have yet.

        Before the first conflict nobody looks, as in uv: what is broken shows afterwards.
        """
        if not self._met_conflicts:
            return None

        def holds(other: Identifier, term: int) -> bool:
            return not (value if other == identifier else self._solution.known(other)) & ~term

        for incompatibility in new:
            if all(holds(other, term) for other, term in incompatibility.terms.items()):
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
                    about, cause = self._resolve_conflict(incompatibility, changed)
                    self._solution.derive(about, cause)
                    waiting = [about]
                    break
                self._solution.derive(unsure[0], incompatibility)
                if unsure[0] not in waiting:
                    waiting.append(unsure[0])

    def _resolve_conflict(
        self, incompatibility: Incompatibility, decided: Identifier
    ) -> tuple[Identifier, Incompatibility]:
        """Go back to where a conflict can be avoided; return what has to give way, and why.

        Each step there counts as a conflict met with what was decided last.
        """
        self._met_conflicts = True
        found = incompatibility
        while found.terms.keys() - {_USER}:
            about, fact, level = self._solution.find_satisfier(found)
            if fact.cause is None or level < fact.level:
                self._go_back(level)
                if found is not incompatibility:
                    self._learn(found)
                self._note_conflict(decided, about=about, cause=found)
                return about, found
            found = found.combine(fact.cause, about=about)
            self._note_conflict(decided, about=about, cause=found)
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
        if self._begins_again_with is not None:
            self._begin_again(self._begins_again_with)
            self._begins_again_with = None

    def _begin_again(self, about: Identifier) -> None:
        """Go back to where something became known of an identifier, of which more is known now.

        Everything is decided as before for as long as the order has not changed. So it is enough to
        go back to what would be decided otherwise.
        """
        level, _ = self._solution.levels(about)
        first = None
        for identifier in self._priorities.iter_moved():
            if identifier != about and self._solution.levels(identifier)[1] <= level:
                continue
            self._solution.reopen(identifier)
            out_of_order = list(self._iter_decided_too_early(identifier))
            if not out_of_order:
                self._priorities.forget_move(identifier)
            above = [each for each in out_of_order if each > level]
            first = min([*above, first] if first is not None else above, default=None)
        if first is not None:
            self._go_back(first - 1)

    def _iter_decided_too_early(self, identifier: Identifier) -> Iterator[int]:
        """Yield the levels of decisions before which an identifier would now be decided."""
        since = self._solution.needed_since(identifier)
        place = self._priorities.of(identifier)
        for other, level in self._solution.decided.items():
            if since is None or other == identifier:
                return
            if level > since and other != _USER and self._priorities.of(other) > place:
                yield level

    def _go_back(self, level: int) -> None:
        for identifier in self._solution.go_back(level):
            for demand in self._provider.dependencies(self._pinned.pop(identifier)):
                self._demands[demand.identifier].remove(demand)
                if not demand.exact:
                    self._beside[demand.identifier.name].remove(demand)
