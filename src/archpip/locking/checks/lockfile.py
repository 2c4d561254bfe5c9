"""A lockfile under check, and the ways in which it differs from what it should be."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from packaging.pylock import Package
from packaging.utils import NormalizedName

from archpip.locking.places import is_taken_from
from archpip.resolution import RequestedRequirement
from archpip.targets import Target, marker_environments


class Discrepancy(Struct, frozen=True, kw_only=True):
    """One way in which a lockfile differs from what it should be."""

    subject: str
    """The project, or the lockfile itself."""
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


class LockfileUnderCheck(Struct, frozen=True, kw_only=True):
    """What a lockfile pins, and for which target."""

    packages: Mapping[NormalizedName, Package]
    path: Path
    target: Target

    def package_of(self, requirement: RequestedRequirement) -> Package | None:
        """Return the package that locks a requirement, found by its location if it has no name."""
        if requirement.name is not None:
            return self.packages.get(requirement.name)
        folder = self.path.parent
        there = (p for p in self.packages.values() if is_taken_from(p, requirement, folder=folder))
        return next(there, None)

    def applies(self, requirement: RequestedRequirement) -> bool:
        """Return whether a requirement's marker holds on the target, with any of its extras."""
        marker = requirement.marker
        return marker is None or any(
            marker.evaluate({**environment, "extra": extra})
            for environment in marker_environments(self.target)
            for extra in ("", *requirement.marker_extras)
        )


def describe_changes(locked: Iterable[str], now: Iterable[str]) -> Iterable[str]:
    """Describe how two lists of settings differ."""
    before, after = list(locked), list(now)
    yield from (f"no more {text}" for text in before if text not in after)
    yield from (f"new is {text}" for text in after if text not in before)
    if before != after and sorted(before) == sorted(after):
        yield f"their order is now {', '.join(after)}"
