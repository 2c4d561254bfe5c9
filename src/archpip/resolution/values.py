"""Values: which bit stands for which version of a project, and what demands say in such bits.

See `incompatibilities.py` for the sets. What a direct reference points to is a value of its own,
which satisfies whoever is content with its version.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable

from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.evaluation import Taken
from archpip.resolution.requirements import DirectReference

_Key = Version | DirectReference


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
            versions: Returns the versions that an index offers, most preferred first.
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
        self._values: dict[NormalizedName, dict[_Key, int]] = {}
        self._allowed: dict[tuple[NormalizedName, SpecifierSet, DirectReference | None], int] = {}

    def of(self, name: NormalizedName, version: Version, direct: DirectReference | None) -> int:
        """Return the value of what may be pinned; zero where it has none."""
        return self._of_project(name).get(direct or version, 0)

    def of_version(self, name: NormalizedName, version: Version) -> int:
        """Return the value of a version of an index; zero where it has none."""
        return self._of_project(name).get(version, 0)

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
        name = demand.identifier.name
        values = self._of_project(name)
        if demand.direct is not None:
            return values.get(demand.direct, 0)
        allowed = 0
        for key, value in values.items():
            if demand.allows(key if isinstance(key, Version) else self._read[key]):
                allowed |= value
        return allowed

    def _of_project(self, name: NormalizedName) -> dict[_Key, int]:
        values = self._values.get(name)
        if values is None:
            keys: list[_Key] = []
            for direct, demand in self._directs.get(name, {}).items():
                taken = self._direct(demand)
                if taken is not None:
                    self._read[direct] = taken.metadata.version
                    keys.append(direct)
            if name not in self._settled:
                keys.extend(self._versions(name))
            values = self._values[name] = {key: 2 << place for place, key in enumerate(keys)}
        return values
