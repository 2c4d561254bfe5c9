"""Several targets at once: one version per project wherever that is possible.

Each target has its own resolution, for its files and markers differ; they share every answer of
the world, and each prefers the versions that the others took.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.differences import differing_versions, explain_differences
from archpip.resolution.errors import NotAlignedError
from archpip.resolution.fetching import Library
from archpip.resolution.model import JointResolution, Resolution
from archpip.resolution.options import Align, ResolveOptions
from archpip.resolution.ports import ResolutionReporter, World
from archpip.resolution.prefetch import Guessed
from archpip.resolution.questions import Question
from archpip.resolution.requirements import RequestedRequirement
from archpip.resolution.solving import Solver
from archpip.targets import Target
from archpip.verdicts import Policy

# Each round offers another version of every project that differs.
_MAX_ROUNDS = 12

Preferences = Mapping[str, Mapping[NormalizedName, Version]]
"""By the target's name, then by the project's."""

_Versions = dict[NormalizedName, Version]


class _Solve(Protocol):
    def __call__(
        self, target: Target, preferred: _Versions, guessed: Guessed | None = None, /
    ) -> Resolution: ...


def resolve_together(
    requirements: Sequence[RequestedRequirement],
    *,
    targets: Sequence[Target],
    world: World,
    constraints: Sequence[RequestedRequirement] = (),
    overrides: Sequence[RequestedRequirement] = (),
    policy: Policy | None = None,
    options: ResolveOptions | None = None,
    preferences: Preferences | None = None,
    reporter: ResolutionReporter | None = None,
    align: Align = Align.PREFER,
) -> JointResolution:
    """Resolve for several targets; other arguments and errors are those of `resolve`.

    The first target chooses freely; the others prefer its versions. If one cannot take a version,
    all are offered the next older version that has a file for each of them, until one leaves fewer
    differences. Each target has preferences of its own.

    Raises:
        NotAlignedError: `align` is strict, and targets take different versions of a project.
    """
    reporter = reporter or ResolutionReporter()
    with Library(world, reporter=reporter) as library:
        solver = Solver(
            library=library,
            policy=policy or Policy(),
            options=options or ResolveOptions(),
            overrides=tuple(overrides),
            reporter=reporter,
        )

        def ask(target: Target, preferred: _Versions, guessed: Guessed | None = None) -> Question:
            return Question(
                requirements=requirements,
                constraints=constraints,
                target=target,
                preferences=preferred,
                guessed=guessed,
            )

        def solve(
            target: Target, preferred: _Versions, guessed: Guessed | None = None
        ) -> Resolution:
            return solver.resolve(ask(target, preferred, guessed))

        def expect(target: Target, versions: _Versions) -> None:
            solver.expect(ask(target, {}), versions)

        kept = {target.name: dict((preferences or {}).get(target.name, {})) for target in targets}
        if align is Align.NONE:
            found = tuple(solve(target, kept[target.name]) for target in targets)
        else:
            found = _Aligner(
                targets, solve=solve, expect=expect, offered=solver.offerings.versions, kept=kept
            ).align()
    differences = tuple(explain_differences(found, solver.offerings))
    if align is Align.STRICT and differences:
        raise NotAlignedError(differences=tuple(map(str, differences)))
    return JointResolution(resolutions=found, differences=differences)


class _Aligner:
    """Looks for one version of each project that all targets take."""

    def __init__(
        self,
        targets: Sequence[Target],
        *,
        solve: _Solve,
        expect: Callable[[Target, _Versions], None],
        offered: Callable[[Target, NormalizedName], Iterable[Version]],
        kept: Mapping[str, _Versions],
    ) -> None:
        self._targets = targets
        self._solve = solve
        self._expect = expect
        self._offered = offered
        self._kept = kept
        self._tried: defaultdict[NormalizedName, set[Version]] = defaultdict(set)

    def align(self) -> tuple[Resolution, ...]:
        """Return a resolution for each target, with the fewest differences found."""
        first, *others = self._targets
        # Most take the first one's versions: their wheels are opened at the same time.
        best: tuple[Resolution, ...] = (
            self._solve(first, self._kept[first.name], self._expect_others),
        )
        for other in others:
            self._expect(other, {**_collect_versions(best), **self._kept[other.name]})
        for other in others:
            best = (
                *best,
                self._solve(other, {**_collect_versions(best), **self._kept[other.name]}),
            )
        for _ in range(_MAX_ROUNDS):
            differing = differing_versions(best)
            wanted = {name: v for name in differing if (v := self._next_common(name, best))}
            if not wanted:
                break
            attempt = tuple(self._solve_again(resolution, best, wanted) for resolution in best)
            if len(differing_versions(attempt)) < len(differing):
                best = attempt
        return best

    def _expect_others(self, name: NormalizedName, version: Version) -> None:
        for other in self._targets[1:]:
            self._expect(other, {name: self._kept[other.name].get(name, version)})

    def _next_common(self, name: NormalizedName, best: Sequence[Resolution]) -> Version | None:
        """Return the newest untried version with a file for all targets that need the project.

        The newest one that any of them pinned was already offered to all that kept no other.
        """
        pins = [(r.target, pin) for r in best for pin in r.pins if pin.name == name]
        newest = max(pin.version for _, pin in pins)
        was_offered = all(self._kept[target.name].get(name, newest) == newest for target, _ in pins)
        requirers = {requirer for _, pin in pins for requirer in pin.requirers}
        common: set[Version] | None = None
        for target, _ in pins:
            offered = set(self._offered(target, name))
            common = offered if common is None else common & offered
        older = {v for v in common or () if v < newest or (v == newest and not was_offered)}
        for version in sorted(older - self._tried[name], reverse=True):
            self._tried[name].add(version)
            if all(
                requirer.specifier.contains(version, prereleases=True) for requirer in requirers
            ):
                return version
        return None

    def _solve_again(
        self, resolution: Resolution, best: Sequence[Resolution], wanted: _Versions
    ) -> Resolution:
        """Resolve for one target again, unless it has the wanted versions already."""
        mine = {pin.name: pin.version for pin in resolution.pins}
        if all(mine.get(name, version) == version for name, version in wanted.items()):
            return resolution
        kept = self._kept[resolution.target.name]
        return self._solve(resolution.target, {**_collect_versions(best), **kept, **mine, **wanted})


def _collect_versions(resolutions: Iterable[Resolution]) -> _Versions:
    """Return every pin's version; the first target's where they differ."""
    versions: _Versions = {}
    for resolution in resolutions:
        for pin in resolution.pins:
            versions.setdefault(pin.name, pin.version)
    return versions
