"""The versions of a project that specifiers allow, as bits, without testing each of them.

A bound allows all versions on one side of it, so its edge is found by binary search: projects with
two thousand versions are required with as many bounds.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_LOWER_BOUNDS = frozenset({">", ">="})
_UPPER_BOUNDS = frozenset({"<", "<="})
_EQUALITIES = frozenset({"==", "===", "~="})

EVERY_VERSION = -1
"""The bits of all versions, however many there are."""


class VersionBits:
    """The versions of one project, each a bit: the newest is bit 0. Caches its results."""

    def __init__(self, versions: Iterable[Version]) -> None:
        """Take them newest first, no repeats."""
        self.versions = tuple(versions)
        self._by_specifier: dict[Specifier, int] = {}
        self._by_set: dict[SpecifierSet, int] = {}
        self._gaps: dict[Specifier, int] = {}

    @cached_property
    def places(self) -> Mapping[Version, int]:
        """The bit number of each version."""
        return {version: place for place, version in enumerate(self.versions)}

    def within(self, specifiers: SpecifierSet) -> int:
        """Return which versions satisfy all specifiers, pre-release or not."""
        found = self._by_set.get(specifiers)
        if found is None:
            found = (1 << len(self.versions)) - 1
            for specifier in specifiers:
                found &= self._within_one(specifier)
            self._by_set[specifiers] = found
        return found

    def gaps_within(self, specifiers: SpecifierSet) -> int:
        """Return the gaps in which a version could satisfy all specifiers; see `find_gaps`."""
        found = (2 << len(self.versions)) - 1
        for specifier in specifiers:
            gaps = self._gaps.get(specifier)
            if gaps is None:
                gaps = self._gaps[specifier] = find_gaps(specifier, self.versions)
            found &= gaps
        return found

    def _within_one(self, specifier: Specifier) -> int:
        found = self._by_specifier.get(specifier)
        if found is None:
            found = self._by_specifier[specifier] = find_within(specifier, self.versions)
        return found


def find_within(specifier: Specifier, versions: Sequence[Version]) -> int:
    """Return which versions satisfy a specifier, pre-release or not: the first one is bit 0.

    Args:
        specifier: Any.
        versions: Newest first.
    """
    operator = specifier.operator
    if operator in _LOWER_BOUNDS:
        return (1 << _first(versions, lambda each: not _allows(specifier, each))) - 1
    if operator in _UPPER_BOUNDS:
        edge = _first(versions, lambda each: _allows(specifier, each))
        return (1 << len(versions)) - 1 >> edge << edge
    if operator == "!=":
        equal = Specifier(f"=={specifier.version}")
        return (1 << len(versions)) - 1 & ~find_within(equal, versions)
    start, stop = 0, len(versions)
    if operator in _EQUALITIES and (release := _release_of(specifier)) is not None:
        start = _first(versions, lambda each: _begin(each, release) <= release)
        stop = _first(versions, lambda each: _begin(each, release) < release)
    return sum(1 << place for place in range(start, stop) if _allows(specifier, versions[place]))


def find_gaps(specifier: Specifier, versions: Sequence[Version]) -> int:
    """Return the gaps between existing versions in which a version could satisfy a specifier.

    Bit 0 is the gap above all versions, and each other bit the gap between one version and the next
    older one. Local versions do not count.

    Args:
        specifier: Any. A version that `!=` excludes does not exclude its gap.
        versions: Newest first.
    """
    everywhere = (2 << len(versions)) - 1
    operator = specifier.operator
    if operator == "!=":
        return everywhere
    release = _release_of(specifier)
    if release is None:
        return 0
    is_prefix = specifier.version.endswith(".*")
    lowest = highest = _oldest_of(*release) if is_prefix else Version(specifier.version)
    if is_prefix or operator == "~=":
        epoch, (*numbers, last) = release
        highest = _oldest_of(epoch, (*numbers, last + 1))
    above = everywhere if operator in _UPPER_BOUNDS else _gaps_above(lowest, versions)
    below = everywhere if operator in _LOWER_BOUNDS else _gaps_below(highest, versions)
    return above & below


def _gaps_above(version: Version, versions: Sequence[Version]) -> int:
    """Return the gaps above a version, and the gap that it is in if it does not exist."""
    return (2 << _first(versions, lambda each: each <= version)) - 1


def _gaps_below(version: Version, versions: Sequence[Version]) -> int:
    """Return the gaps below a version, and the gap that it is in if it does not exist."""
    start = _first(versions, lambda each: each < version)
    return (2 << len(versions)) - 1 >> start << start


def _oldest_of(epoch: int, numbers: Iterable[int]) -> Version:
    return Version(f"{epoch}!{'.'.join(map(str, numbers))}.dev0")


_Release = tuple[int, tuple[int, ...]]
"""An epoch, and the first numbers of a release."""


def _first(versions: Sequence[Version], holds: Callable[[Version], bool]) -> int:
    """Return the place of the first version for which a monotonic predicate holds."""
    return bisect_left(versions, True, key=holds)  # noqa: FBT003  # it is looked for


def _allows(specifier: Specifier, version: Version) -> bool:
    return specifier.contains(version, prereleases=True)


def _release_of(specifier: Specifier) -> _Release | None:
    """Return the release prefix of all versions that an equality allows; `None` if unknown."""
    try:
        version = Version(specifier.version.removesuffix(".*"))
    except InvalidVersion:  # any text may follow `===`
        return None
    numbers = version.release[:-1] if specifier.operator == "~=" else version.release
    return version.epoch, numbers


def _begin(version: Version, like: _Release) -> _Release:
    """Return a version's release, cut to the length of another's."""
    length = len(like[1])
    return version.epoch, (*version.release[:length], *[0] * (length - len(version.release)))
