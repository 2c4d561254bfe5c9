"""Several targets at once: one version per project wherever that is possible.

Each target has its own resolution, for its files and markers differ; they share every answer of
the world, and each prefers the versions that the others took.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.model import Pin, Resolution
from archpip.resolution.options import ResolveOptions
from archpip.resolution.ports import ResolutionReporter, World
from archpip.resolution.prefetch import Library
from archpip.resolution.requirements import RequestedRequirement
from archpip.resolution.solving import Solver
from archpip.targets import Target
from archpip.verdicts import Policy

# Each round can only lower the number of differences; more than this has never been seen to help.
_MAX_ROUNDS = 3

_Versions = dict[NormalizedName, Version]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One project that targets could not share a version of."""

    name: NormalizedName
    versions: tuple[tuple[str, Version], ...]
    """(target's name, version), in the order of the targets."""
    reason: str
    """Why the newest was refused elsewhere; empty where requirements forbade it."""

    def __str__(self) -> str:
        listed = ", ".join(f"{version} for {target}" for target, version in self.versions)
        return f"{self.name} differs: {listed}" + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class JointResolution:
    """The answers for several targets."""

    resolutions: tuple[Resolution, ...]
    """In the order of the targets."""
    differences: tuple[Difference, ...]
    """Sorted by name."""


def resolve_together(
    requirements: Sequence[RequestedRequirement],
    *,
    targets: Sequence[Target],
    world: World,
    constraints: Sequence[RequestedRequirement] = (),
    overrides: Sequence[RequestedRequirement] = (),
    policy: Policy | None = None,
    options: ResolveOptions | None = None,
    preferences: Mapping[NormalizedName, Version] | None = None,
    reporter: ResolutionReporter | None = None,
) -> JointResolution:
    """Resolve for several targets; arguments and errors are those of `resolve`.

    The first target chooses freely; the others keep to its versions where they can. Where one
    cannot, everybody is offered its older version, and takes it if that leaves fewer differences.
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

        def run(preferred: _Versions) -> tuple[Resolution, ...]:
            found: list[Resolution] = []
            shared = dict(preferred)
            for target in targets:
                resolution = solver.resolve(
                    requirements, constraints=constraints, target=target, preferences=shared
                )
                found.append(resolution)
                for pin in resolution.pins:
                    shared.setdefault(pin.name, pin.version)
            return tuple(found)

        kept = dict(preferences or {})
        best = run(kept)
        for _ in range(_MAX_ROUNDS):
            lowest = {name: min(versions) for name, versions in _differing(best).items()}
            if not lowest:
                break
            attempt = run({**kept, **_pinned(best), **lowest})
            if len(_differing(attempt)) >= len(lowest):
                break
            best = attempt
    return JointResolution(resolutions=best, differences=tuple(_explain(best)))


def _pinned(resolutions: Iterable[Resolution]) -> _Versions:
    """Return every pin's version; the first target's where they differ."""
    versions: _Versions = {}
    for resolution in resolutions:
        for pin in resolution.pins:
            versions.setdefault(pin.name, pin.version)
    return versions


def _differing(resolutions: Iterable[Resolution]) -> dict[NormalizedName, set[Version]]:
    """Return the versions of each project that has more than one."""
    versions: dict[NormalizedName, set[Version]] = {}
    for resolution in resolutions:
        for pin in resolution.pins:
            versions.setdefault(pin.name, set()).add(pin.version)
    return {name: found for name, found in versions.items() if len(found) > 1}


def _explain(resolutions: Sequence[Resolution]) -> Iterable[Difference]:
    for name in sorted(_differing(resolutions)):
        pins = [
            (resolution.target.name, pin)
            for resolution in resolutions
            for pin in resolution.pins
            if pin.name == name
        ]
        yield Difference(
            name=name,
            versions=tuple((target, pin.version) for target, pin in pins),
            reason=_reason(pin for _, pin in pins),
        )


def _reason(pins: Iterable[Pin]) -> str:
    """Return why the lowest pin is not newer, where a file was the reason."""
    lowest = min(pins, key=lambda pin: pin.version)
    for rejection in lowest.rejections:
        return f"{rejection.link.filename}: {rejection.message}"
    return ""
