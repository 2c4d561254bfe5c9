"""Values: the bits that stand for a project's versions, and demands as sets of such bits.

See `incompatibilities.py` for the sets. A direct reference is a value of its own, which satisfies
every demand that its version satisfies.

Each gap between existing versions is a value, too. In uv, demands conflict at once only if no
conceivable version could satisfy both; that no existing version does is found when the project is
decided. By then others have been decided, and have added demands. A term about a version includes
the gaps beside it, and versions that are too new for the user, which to uv are part of a gap.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable
from itertools import takewhile

from msgspec import Struct
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand
from archpip.resolution.direct_references import DirectReference
from archpip.resolution.evaluation import Taken
from archpip.resolution.version_bits import VersionBits


class _Project(Struct, kw_only=True):
    """The values of one project: those of direct references, of versions, and of gaps."""

    directs: tuple[DirectReference, ...]
    bits: VersionBits
    """The bits of the versions on the indexes."""

    @property
    def first_version(self) -> int:
        """The place of the newest version; bit 0 is no version at all."""
        return len(self.directs) + 1

    @property
    def first_gap(self) -> int:
        """The place of the gap above the newest version."""
        return self.first_version + len(self.bits.versions)

    def of_direct(self, direct: DirectReference) -> int:
        """Return the value of a direct reference; zero if its metadata could not be read."""
        return 2 << self.directs.index(direct) if direct in self.directs else 0

    def of_version(self, version: Version) -> int:
        """Return the value of a version of the index; zero where it has none."""
        place = self.bits.places.get(version)
        return 0 if place is None else 1 << self.first_version + place


class Values:
    """The values of all projects, made as they are met. For one search."""

    def __init__(
        self,
        *,
        bits: Callable[[NormalizedName], VersionBits],
        is_too_new: Callable[[NormalizedName, Version], bool],
        direct: Callable[[Demand], Taken | None],
        directs: Iterable[Demand],
        settled: Container[NormalizedName],
    ) -> None:
        """Take functions that read the world.

        Args:
            bits: Returns the bits of the versions that indexes offer.
            is_too_new: Returns whether all files of a version were uploaded too late.
            direct: Reads the metadata of a demand's direct reference; `None` if refused.
            directs: All demands with direct references that this search may meet.
            settled: Projects for which the user has one; they are not looked up on an index.
        """
        self._settled = settled
        self._bits = bits
        self._is_too_new = is_too_new
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
        """Return the value of a version or direct reference; zero if it has none."""
        project = self._project(name)
        return project.of_direct(direct) if direct else project.of_version(version)

    def of_version(self, name: NormalizedName, version: Version) -> int:
        """Return the value of a version of an index; zero where it has none."""
        return self._project(name).of_version(version)

    def with_gaps(self, name: NormalizedName, value: int) -> int:
        """Return a version's value together with the gaps and versions up to its neighbours.

        Its neighbours are the next versions that are not too new. A direct reference has no gaps.
        """
        project = self._project(name)
        version = self.versions_in(name, value)
        versions = version | self._find_too_new_beside(name, version)
        gaps = versions | versions << 1
        return value | versions << project.first_version | gaps << project.first_gap

    def _find_too_new_beside(self, name: NormalizedName, version: int) -> int:
        """Return the unbroken runs of versions that are too new on both sides of a version."""
        if not version:
            return 0
        versions = self._project(name).bits.versions
        place = version.bit_length() - 1
        newer, older = range(place - 1, -1, -1), range(place + 1, len(versions))
        return sum(
            1 << other
            for beside in (newer, older)
            for other in takewhile(lambda each: self._is_too_new(name, versions[each]), beside)
        )

    def versions_in(self, name: NormalizedName, values: int) -> int:
        """Return the versions of the indexes among some values, as bits of `VersionBits`."""
        project = self._project(name)
        all_versions = (1 << len(project.bits.versions)) - 1
        return values >> project.first_version & all_versions

    def knows(self, demand: Demand) -> bool:
        """Return whether a demand has no direct reference, or one of those given at the start."""
        return demand.direct is None or demand.direct in self._directs[demand.identifier.name]

    def allowed_by(self, demand: Demand) -> int:
        """Return all values that a demand allows."""
        # Demands through another identifier, such as an extra, allow the same values.
        key = (demand.identifier.name, demand.specifier, demand.direct)
        allowed = self._allowed.get(key)
        if allowed is None:
            allowed = self._allowed[key] = self._find_allowed(demand)
        return allowed

    def _find_allowed(self, demand: Demand) -> int:
        project = self._project(demand.identifier.name)
        if demand.direct is not None:
            return project.of_direct(demand.direct)
        bits = project.bits
        allowed = bits.within(demand.specifier)
        allowed |= bits.gaps_within(demand.specifier) << len(bits.versions)
        allowed <<= project.first_version
        for direct in project.directs:
            if demand.allows(self._read[direct]):
                allowed |= project.of_direct(direct)
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
            bits = VersionBits(()) if name in self._settled else self._bits(name)
            project = self._projects[name] = _Project(directs=tuple(directs), bits=bits)
        return project
