"""Values: which bit stands for which version of a project, and what demands say in such bits.

See `incompatibilities.py` for the sets. What a direct reference points to is a value of its own,
which satisfies whoever is content with its version.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence

from msgspec import Struct, field
from packaging.specifiers import Specifier, SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.evaluation import Taken
from archpip.resolution.requirements import DirectReference

_Key = Version | DirectReference

_LOWER_BOUNDS = frozenset({">", ">="})
_UPPER_BOUNDS = frozenset({"<", "<="})


class _Project(Struct, kw_only=True):
    """The values of one project: first those of direct references, then those of versions."""

    values: dict[_Key, int]
    directs: tuple[DirectReference, ...]
    versions: Sequence[Version]
    """Of the index, newest first."""
    bounds: dict[Specifier, int] = field(default_factory=dict)
    """What each specifier allows of `versions`."""

    def within(self, specifiers: Iterable[Specifier]) -> int:
        """Return the values of the versions that satisfy all specifiers, pre-release or not."""
        start = len(self.directs) + 1
        allowed = (1 << len(self.versions)) - 1 << start
        for specifier in specifiers:
            bound = self.bounds.get(specifier)
            if bound is None:
                bound = self.bounds[specifier] = find_within(specifier, self.versions) << start
            allowed &= bound
        return allowed


class Values:
    """The values of all projects, made as they are met. For one search."""

    def __init__(
        self,
        *,
        versions: Callable[[NormalizedName], Iterable[Version]],
        direct: Callable[[Demand], Taken | None],
        directs: Iterable[Demand],
        settled: Container[NormalizedName],
    ) -> None:
        """Take the world.

        Args:
            versions: Returns the versions that an index offers, newest first.
            direct: Reads what the direct reference of a demand points to, where it can be had.
            directs: All demands for direct references that there will be.
            settled: The projects that the user has one for, which no index is asked about.
        """
        self._settled = settled
        self._versions = versions
        self._direct = direct
        self._directs: defaultdict[NormalizedName, dict[DirectReference, Demand]]
        self._directs = defaultdict(dict)
        for demand in directs:
            if demand.direct is not None:
                self._directs[demand.identifier.name][demand.direct] = demand
        self._read: dict[DirectReference, Version] = {}
        self._projects: dict[NormalizedName, _Project] = {}
        self._allowed: dict[tuple[NormalizedName, SpecifierSet, DirectReference | None], int] = {}

    def of(self, name: NormalizedName, version: Version, direct: DirectReference | None) -> int:
        """Return the value of what may be pinned; zero where it has none."""
        return self._project(name).values.get(direct or version, 0)

    def of_version(self, name: NormalizedName, version: Version) -> int:
        """Return the value of a version of an index; zero where it has none."""
        return self._project(name).values.get(version, 0)

    def knows(self, demand: Demand) -> bool:
        """Return whether a direct reference is among those that were foreseen."""
        return demand.direct is None or demand.direct in self._directs[demand.identifier.name]

    def allowed_by(self, demand: Demand) -> int:
        """Return all values that a demand allows."""
        # Who asks in another way, with an extra for instance, is allowed the same.
        key = (demand.identifier.name, demand.specifier, demand.direct)
        allowed = self._allowed.get(key)
        if allowed is None:
            allowed = self._allowed[key] = self._find_allowed(demand)
        return allowed

    def _find_allowed(self, demand: Demand) -> int:
        project = self._project(demand.identifier.name)
        if demand.direct is not None:
            return project.values.get(demand.direct, 0)
        allowed = project.within(demand.specifier)
        for direct in project.directs:
            if demand.allows(self._read[direct]):
                allowed |= project.values[direct]
        return allowed

    def _project(self, name: NormalizedName) -> _Project:
        project = self._projects.get(name)
        if project is None:
            directs = []
            for direct, demand in self._directs.get(name, {}).items():
                taken = self._direct(demand)
                if taken is not None:
                    self._read[direct] = taken.metadata.version
                    directs.append(direct)
            versions = () if name in self._settled else tuple(self._versions(name))
            keys: list[_Key] = [*directs, *versions]
            project = self._projects[name] = _Project(
                values={key: 2 << place for place, key in enumerate(keys)},
                directs=tuple(directs),
                versions=versions,
            )
        return project


def find_within(specifier: Specifier, versions: Sequence[Version]) -> int:
    """Return which versions satisfy a specifier, pre-release or not: the first one is bit 0.

    What a bound allows lies on one side of it, so that its edge is found by halving: projects with
    two thousand versions are asked for under as many bounds.

    Args:
        specifier: Any.
        versions: Newest first.
    """
    everything = (1 << len(versions)) - 1
    if specifier.operator in _LOWER_BOUNDS:
        edge = bisect_left(versions, True, key=lambda each: not _allows(specifier, each))  # noqa: FBT003  # the first that is not
        return (1 << edge) - 1
    if specifier.operator in _UPPER_BOUNDS:
        edge = bisect_left(versions, True, key=lambda each: _allows(specifier, each))  # noqa: FBT003  # the first that is
        return everything >> edge << edge
    return sum(1 << place for place, each in enumerate(versions) if _allows(specifier, each))


def _allows(specifier: Specifier, version: Version) -> bool:
    return specifier.contains(version, prereleases=True)
