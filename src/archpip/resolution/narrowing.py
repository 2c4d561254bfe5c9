"""Find the versions of a project that all demands allow, in order of preference, with ladders.

A hard problem calls this a hundred thousand times, on projects with two thousand versions. So the
versions that a demand allows are computed once, as bits, and those of several are intersected: no
version that is ruled out is examined, and none that offers nothing is examined twice.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.ladders import Catalogue, Ladder
from archpip.resolution.version_bits import EVERY_VERSION, VersionBits


class Preference(NamedTuple):
    """Which versions of a project go first."""

    kept: Version | None = None
    """Tried before all others, if it exists."""
    lowest: bool = False
    """Try the oldest versions first, not the newest."""


class Narrowing:
    """Caches the versions that demands allow. For one target, and one thread."""

    def __init__(
        self,
        *,
        preference: Callable[[NormalizedName], Preference],
        ladder: Callable[[Catalogue, Version], Ladder],
    ) -> None:
        """Take functions that return a project's preference, and the ladder of a version.

        `ladder` is called repeatedly for the same version, and should cache.
        """
        self._preference = preference
        self._ladder = ladder
        self._projects: dict[NormalizedName, _Project] = {}

    def iter_ladders(
        self, catalogue: Catalogue, demands: Sequence[Demand], *, among: int = EVERY_VERSION
    ) -> Iterator[tuple[Version, Ladder]]:
        """Yield the versions that all demands allow and what they offer, most preferred first.

        A version that is idle is left out.

        Args:
            catalogue: The project's.
            demands: The demands that all have to be met.
            among: The versions to consider, in the bits of the catalogue.
        """
        project = self._project(catalogue)
        for place in project.allowed_by(demands, among):
            version = catalogue.bits.versions[place]
            ladder = self._ladder(catalogue, version)
            if ladder.is_idle:
                project.drop(place)
            else:
                yield version, ladder

    def _project(self, catalogue: Catalogue) -> "_Project":
        project = self._projects.get(catalogue.name)
        if project is None:
            preference = self._preference(catalogue.name)
            project = self._projects[catalogue.name] = _Project(catalogue.bits, preference)
        return project


class _Project:
    """The versions of one project, in the order of preference."""

    def __init__(self, bits: VersionBits, preference: Preference) -> None:
        self._bits = bits
        kept = bits.places.get(preference.kept) if preference.kept else None
        self._kept = 0 if kept is None else 1 << kept
        self._lowest = preference.lowest
        self._left = (1 << len(bits.versions)) - 1

    def drop(self, place: int) -> None:
        """Exclude a version from now on."""
        self._left &= ~(1 << place)

    def allowed_by(self, demands: Iterable[Demand], among: int) -> Iterator[int]:
        """Yield the place of each version among the bits."""
        left = self._left & among
        for demand in demands:
            left &= self._bits.within(demand.specifier)
        if left & self._kept:
            yield self._kept.bit_length() - 1
            left ^= self._kept
        while left:
            place = (left if self._lowest else left & -left).bit_length() - 1
            yield place
            left ^= 1 << place
