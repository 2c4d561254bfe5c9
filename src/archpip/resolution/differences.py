"""Explain why targets could not share a version: what kept the lowest one from being newer."""

from collections.abc import Iterable, Iterator, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import find_version
from archpip.resolution.model import Difference, Pin, Resolution
from archpip.resolution.offerings import Offerings


def differing_versions(resolutions: Iterable[Resolution]) -> dict[NormalizedName, set[Version]]:
    """Return the versions of each project that has more than one."""
    versions: dict[NormalizedName, set[Version]] = {}
    for resolution in resolutions:
        for pin in resolution.pins:
            versions.setdefault(pin.name, set()).add(pin.version)
    return {name: found for name, found in versions.items() if len(found) > 1}


def explain_differences(
    resolutions: Sequence[Resolution], offerings: Offerings
) -> Iterator[Difference]:
    """Yield a difference for each project with several versions, sorted by name."""
    for name in sorted(differing_versions(resolutions)):
        pins = [
            (resolution, pin)
            for resolution in resolutions
            for pin in resolution.pins
            if pin.name == name
        ]
        _, highest = max(pins, key=lambda pair: pair[1].version)
        lowest, pin = min(pins, key=lambda pair: pair[1].version)
        yield Difference(
            name=name,
            versions=tuple((resolution.target.name, each.version) for resolution, each in pins),
            reason=_Lowest(pin, lowest, offerings).reason(highest),
        )


class _Lowest:
    """The lowest version that any target took of a project on which the targets differ."""

    def __init__(self, pin: Pin, resolution: Resolution, offerings: Offerings) -> None:
        self._pin = pin
        self._resolution = resolution
        self._target = resolution.target
        self._offerings = offerings

    def reason(self, highest: Pin) -> str:
        """Return why another target's version was not possible here, certain causes first."""
        version, target = highest.version, self._target
        for requirer in self._pin.requirers:
            if not requirer.specifier.contains(version, prereleases=True):
                return f"{requirer} asks for {requirer.specifier}"
        for rejection in self._pin.rejections:
            if find_version(rejection.link.filename, highest.name) == version:
                return rejection.described
        if not self._offerings.has_file(target, highest.name, version):
            files = self._offerings.describe_misfit(target, highest.name, version)
            reason = f"no file of {version} serves {target.name}"
            return f"{reason}: {files}" if files else reason
        return self._obstacle(highest) or f"{version} does not go with what else is needed there"

    def _obstacle(self, highest: Pin) -> str | None:
        """Return a demand of the higher version that this target cannot meet or did not meet."""
        pinned = {pin.name: pin.version for pin in self._resolution.pins}
        contradicted = None
        for demand in self._offerings.demands(self._target, highest):
            name = demand.identifier.name
            asks = f"{highest.name} {highest.version} asks for {name}{demand.specifier}"
            if not self._offerings.may_meet(self._target, demand):
                return f"{asks}, of which no file serves {self._target.name}"
            if name in pinned and not demand.allows(pinned[name]) and not contradicted:
                contradicted = f"{asks}, and {self._target.name} has {pinned[name]}"
        return contradicted
