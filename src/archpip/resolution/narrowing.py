"""Which versions demands leave of a project, in the order of preference.

A hard problem asks this a hundred thousand times, of projects with two thousand versions. So what
a demand allows is found once, as bits, and what several leave is the bits that they share.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.ladders import Catalogue
from archpip.resolution.within import VersionBits


class Narrowing:
    """Remembers what demands leave. For one target, and one thread."""

    def __init__(self, versions: Callable[[Catalogue], Iterable[Version]]) -> None:
        """Take what returns a project's versions, most preferred first, no repeats."""
        self._versions = versions
        self._projects: dict[NormalizedName, _Project] = {}

    def versions(self, catalogue: Catalogue, demands: Sequence[Demand]) -> Iterator[Version]:
        """Yield the versions that all demands allow, most preferred first."""
        project = self._projects.get(catalogue.name)
        if project is None:
            project = self._projects[catalogue.name] = _Project(self._versions(catalogue))
        return project.allowed_by(demands)


class _Project:
    """The versions of one project, in two orders."""

    def __init__(self, preferred: Iterable[Version]) -> None:
        self._preferred = tuple(preferred)
        self._bits = VersionBits(sorted(self._preferred, reverse=True))
        places = {version: place for place, version in enumerate(self._bits.versions)}
        self._order = [places[version] for version in self._preferred]
        self._is_sorted = self._preferred == self._bits.versions

    def allowed_by(self, demands: Iterable[Demand]) -> Iterator[Version]:
        left = (1 << len(self._preferred)) - 1
        for demand in demands:
            left &= self._bits.within(demand.specifier)
        if self._is_sorted:
            while left:
                lowest = left & -left
                yield self._preferred[lowest.bit_length() - 1]
                left ^= lowest
            return
        for place, version in zip(self._order, self._preferred, strict=True):
            if left >> place & 1:
                yield version
