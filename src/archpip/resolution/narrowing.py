"""Which versions demands leave of a project, in the order of preference, and their ladders.

A hard problem asks this a hundred thousand times, of projects with two thousand versions. So what
a demand allows is found once, as bits, and what several leave is the bits that they share: no
version is looked at that something else has ruled out, and none twice that has nothing at all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.ladders import Catalogue, Ladder
from archpip.resolution.within import EVERY_VERSION, VersionBits


class Narrowing:
    """Remembers what demands leave. For one target, and one thread."""

    def __init__(
        self,
        *,
        versions: Callable[[Catalogue], Iterable[Version]],
        ladder: Callable[[Catalogue, Version], Ladder],
    ) -> None:
        """Take what returns a project's versions, most preferred first, no repeats, and a ladder.

        The latter is asked again for the same version, and should remember.
        """
        self._versions = versions
        self._ladder = ladder
        self._projects: dict[NormalizedName, _Project] = {}

    def iter_ladders(
        self, catalogue: Catalogue, demands: Sequence[Demand], *, among: int = EVERY_VERSION
    ) -> Iterator[tuple[Version, Ladder]]:
        """Yield the versions that all demands allow and what they offer, most preferred first.

        A version that is idle is left out.

        Args:
            catalogue: The project's.
            demands: What is required of it.
            among: Which versions to think of, in the bits of `bits`.
        """
        project = self._project(catalogue)
        for place, version in project.allowed_by(demands, among):
            ladder = self._ladder(catalogue, version)
            if ladder.is_idle:
                project.drop(place)
            else:
                yield version, ladder

    def bits(self, catalogue: Catalogue) -> VersionBits:
        """Return which bit stands for which version of a project."""
        return self._project(catalogue).bits

    def _project(self, catalogue: Catalogue) -> "_Project":
        project = self._projects.get(catalogue.name)
        if project is None:
            project = self._projects[catalogue.name] = _Project(self._versions(catalogue))
        return project


class _Project:
    """The versions of one project, in two orders."""

    def __init__(self, preferred: Iterable[Version]) -> None:
        self._preferred = tuple(preferred)
        self.bits = VersionBits(sorted(self._preferred, reverse=True))
        places = {version: place for place, version in enumerate(self.bits.versions)}
        self._order = [places[version] for version in self._preferred]
        self._is_sorted = self._preferred == self.bits.versions
        self._left = (1 << len(self._preferred)) - 1

    def drop(self, place: int) -> None:
        """Think of a version no more."""
        self._left &= ~(1 << place)

    def allowed_by(self, demands: Iterable[Demand], among: int) -> Iterator[tuple[int, Version]]:
        """Yield the place of each version among the bits, and the version."""
        left = self._left & among
        for demand in demands:
            left &= self.bits.within(demand.specifier)
        if self._is_sorted:
            while left:
                lowest = left & -left
                place = lowest.bit_length() - 1
                yield place, self._preferred[place]
                left ^= lowest
            return
        for place, version in zip(self._order, self._preferred, strict=True):
            if left >> place & 1:
                yield place, version
