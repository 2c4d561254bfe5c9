"""What the indexes offer each target, asked from beyond one target's search."""

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
    """Answers for targets that were resolved for, from what was read for them."""

    def __init__(self, library: Library, rankings: Mapping[Target, Ranking]) -> None:
        """Take both; `rankings` may still grow."""
        self._library = library
        self._rankings = rankings

    def versions(self, target: Target, name: NormalizedName) -> Iterator[Version]:
        """Yield the versions that have a file for a target, as names and pages say."""
        for version in self._library.catalogue(name).result().versions:
            if self.has_file(target, name, version):
                yield version

    def has_file(self, target: Target, name: NormalizedName, version: Version) -> bool:
        """Tell whether a version has a file for a target, as names and pages say."""
        catalogue = self._library.catalogue(name).result()
        if version not in catalogue.releases:
            return False
        ladder = self._rankings[target].ladder(catalogue, version)
        return bool(ladder.without_yanked(keep=False).offers)

    def describe_misfit(self, target: Target, name: NormalizedName, version: Version) -> str:
        """Say what the wheels of a version are for of which none fits; empty where it has none."""
        catalogue = self._library.catalogue(name).result()
        if version not in catalogue.releases:
            return ""
        misfits = self._rankings[target].ladder(catalogue, version).misfits
        return describe_misfit(misfits, target) if misfits else ""

    def demands(self, target: Target, pin: Pin) -> tuple[Demand, ...]:
        """Return what a wheel that another target took would demand for this one."""
        if pin.kind is not LinkKind.WHEEL or pin.direct:
            return ()
        content = self._library.wheel_metadata(pin.link, inspect=False).result()
        book = DemandBook(marker_environments(target))
        return book.for_project(pin.name, self._library.metadata(pin.link, content).requires)

    def may_meet(self, target: Target, demand: Demand) -> bool:
        """Tell whether a demand may be met: not where no version that it allows has a file."""
        if demand.direct or self._library.catalogue_at_hand(demand.identifier.name) is None:
            return True  # nobody asked what there is
        return any(map(demand.allows, self.versions(target, demand.identifier.name)))
