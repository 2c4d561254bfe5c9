"""The files that the indexes offer each target, for callers outside one target's search."""

from collections.abc import Iterator, Mapping

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution.demands import Demand, DemandBook
from archpip.resolution.fetching import Library
from archpip.resolution.misfits import describe_misfit
from archpip.resolution.model import LinkKind, Pin
from archpip.resolution.ranking import Ranking
from archpip.targets import Target, marker_environments


class Offerings:
    """Answers for targets that were resolved for, from the catalogues read for them."""

    def __init__(self, library: Library, rankings: Mapping[Target, Ranking]) -> None:
        """Take both; `rankings` may still grow."""
        self._library = library
        self._rankings = rankings

    def versions(self, target: Target, name: NormalizedName) -> Iterator[Version]:
        """Yield the versions that have a file for a target, according to names and pages."""
        for version in self._library.catalogue(name).result().versions:
            if self.has_file(target, name, version):
                yield version

    def has_file(self, target: Target, name: NormalizedName, version: Version) -> bool:
        """Return whether a version has a file for a target, according to names and pages."""
        catalogue = self._library.catalogue(name).result()
        if version not in catalogue.releases:
            return False
        ladder = self._rankings[target].ladder(catalogue, version)
        return bool(ladder.without_yanked(keep=False).offers)

    def describe_misfit(self, target: Target, name: NormalizedName, version: Version) -> str:
        """Describe what a version's wheels, none of which fits, are for; empty without wheels."""
        catalogue = self._library.catalogue(name).result()
        if version not in catalogue.releases:
            return ""
        misfits = self._rankings[target].ladder(catalogue, version).misfits
        return describe_misfit(misfits, target) if misfits else ""

    def demands(self, target: Target, pin: Pin) -> tuple[Demand, ...]:
        """Return the demands that another target's pin would have on this target."""
        if pin.kind is not LinkKind.WHEEL or pin.direct:
            return ()
        content = self._library.wheel_metadata(pin.link, inspect=False).result()
        book = DemandBook(marker_environments(target))
        return book.for_project(pin.name, self._library.metadata(pin.link, content).requires)

    def may_meet(self, target: Target, demand: Demand) -> bool:
        """Return whether a demand may be met: `False` if no version that it allows has a file."""
        if demand.direct or self._library.catalogue_at_hand(demand.identifier.name) is None:
            return True  # the catalogue was not read
        return any(map(demand.allows, self.versions(target, demand.identifier.name)))
