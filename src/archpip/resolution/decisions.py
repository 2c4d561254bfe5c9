"""Decisions: choose a version of an identifier among those that are still possible.

The provider yields versions in order of preference. If none is left, an incompatibility is learned.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from archpip.resolution.demands import Demand, Identifier
from archpip.resolution.incompatibilities import Incompatibility, IncompatibilityStore
from archpip.resolution.partial_solutions import PartialSolution
from archpip.resolution.pins import Pins
from archpip.resolution.priorities import Priorities
from archpip.resolution.provider import Candidate, Choice, Provider
from archpip.resolution.values import Values

_AHEAD_PER_TRY = 4
"""Versions read at once for each that was tried. Reading one too many takes 1 ms, waiting 100."""


class Decisions:
    """Chooses versions, for one search."""

    def __init__(
        self,
        *,
        provider: Provider,
        values: Values,
        solution: PartialSolution,
        pins: Pins,
        priorities: Priorities,
        incompatibilities: IncompatibilityStore,
        rule_out: Callable[[Identifier, Incompatibility], None],
        is_patient: bool,
    ) -> None:
        """Take what choices depend on.

        Args:
            provider: Yields the versions.
            values: Maps versions to bits.
            solution: Says which versions are still possible.
            pins: Hold the demands on each identifier.
            priorities: Notified of versions for another Python, and of postponed identifiers.
            incompatibilities: Where an incompatibility is added when no version is left.
            rule_out: Backtracks to where an identifier first became known, and adds an
                incompatibility about it alone there.
            is_patient: Decide other identifiers first if they may still admit yanked files.
        """
        self._provider = provider
        self._values = values
        self._solution = solution
        self._pins = pins
        self._priorities = priorities
        self._incompatibilities = incompatibilities
        self._rule_out = rule_out
        self._is_patient = is_patient
        self._tried: defaultdict[Identifier, set[Version]] = defaultdict(set)

    def choose(self, identifier: Identifier) -> Choice | None:
        """Return the best choice that is left.

        Returns `None` if there is none, which is learned; if another identifier has to be decided
        first; or if a version for another Python is a conflict, which is reported to `priorities`.
        """
        project = self._pins.find(identifier.project)
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
        self._incompatibilities.learn(
            Incompatibility({identifier: known}, is_premature=is_premature)
        )
        return None

    def _meets_wrong_python(self, identifier: Identifier) -> bool:
        """Return whether the preferred version is excluded by the target's Python alone.

        uv treats this as a conflict with a project named Python, of which nothing else is known: it
        is counted, the version is ruled out, and the search backtracks to where the identifier
        first became known.
        """
        known = self._solution.known(identifier)
        for version, required in self._provider.supply.find_wrong_pythons(
            identifier.name,
            self._pins.demands_on(identifier),
            beside=self._pins.demands_beside(identifier.name),
            among=self._values.versions_in(identifier.name, known),
        ):
            value = self._values.of_version(identifier.name, version)
            term = self._values.with_gaps(identifier.name, value)
            self._rule_out(identifier, Incompatibility({identifier: term}))
            self._priorities.note_wrong_python(identifier, required)
            return True
        return False

    def _is_held_back(self, identifier: Identifier, known: int) -> bool:
        """Return whether yanked files are left that no demand has admitted so far."""
        supply, name = self._provider.supply, identifier.name
        among = self._values.versions_in(name, known)
        demands = self._pins.demands_on(identifier)
        beside = self._pins.demands_beside(name)
        lenient = Demand(identifier=identifier, specifier=SpecifierSet(), exact=True)
        catalogue = supply.catalogue(name)
        offered, there_are = (
            {
                version
                for version, _ in supply.applicable_ladders(
                    catalogue, demands, beside=asked, among=among
                )
            }
            for asked in (beside, [*beside, lenient])
        )
        return bool(there_are - offered)

    def _iter_proxies(self, identifier: Identifier, known: int) -> Iterator[Choice]:
        name = identifier.name
        tried = self._tried[identifier]
        for version, direct in self._provider.supply.iter_versions(
            name,
            self._pins.demands_on(identifier),
            beside=self._pins.demands_beside(name),
            among=self._values.versions_in(name, known),
            ahead=_count_ahead(tried),
        ):
            if known & self._values.of(name, version, direct):
                tried.add(version)
                yield self._provider.proxy(identifier, version, direct)

    def _iter_candidates(self, identifier: Identifier, known: int) -> Iterator[Candidate]:
        name = identifier.name
        tried = self._tried[identifier]
        for taken in self._provider.supply.take(
            name,
            self._pins.demands_on(identifier),
            beside=self._pins.demands_beside(name),
            among=self._values.versions_in(name, known),
            ahead=_count_ahead(tried),
        ):
            if known & self._values.of(name, taken.metadata.version, taken.direct):
                candidate = self._provider.candidate(identifier, taken)
                # A refused offer is yielded again, before the lower offers of its version.
                if candidate is not None and not self._provider.is_refused(candidate):
                    tried.add(candidate.version)
                    yield candidate

    def _choose_alike(self, identifier: Identifier, project: Candidate) -> Candidate | None:
        """Return the candidate of an extra or of a conditional identifier of a pinned project."""
        candidate = self._provider.candidate(identifier, project.taken)
        if candidate is None:
            self._incompatibilities.learn(
                Incompatibility({identifier: self._solution.known(identifier)})
            )
        return candidate


def _count_ahead(tried: Collection[Version]) -> int:
    """Return how many versions to read at once, for an identifier that has tried some.

    One that has tried several is walking back, and will often do so again. One that was only undone
    by backtracking gets the same version again.
    """
    return 1 + _AHEAD_PER_TRY * max(0, len(tried) - 1)
