"""Offer installed distributions to the resolver, beside those of the indexes.

An editable project, or one from a folder or repository, is on no index, unless someone else
uploaded its name; what setuptools itself installed may be such a one. As in pip, it is kept if its
version satisfies the requirements; nothing is fetched for it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.binaries import UnboundSymbols
from archpip.index import Link, ProjectNotFoundError, to_file_url
from archpip.installing.eggs import is_egg_info
from archpip.installing.installed import read_metadata
from archpip.installing.model import InstalledDistribution
from archpip.resolution import (
    Releases,
    SourceFacts,
    SourceReference,
    WheelFacts,
    World,
    ignore,
)


class PresentWorld:
    """A world extended by installed distributions. As thread-safe as the wrapped world."""

    def __init__(self, world: World, installed: Iterable[InstalledDistribution]) -> None:
        """Add distributions to a world; the first of a name counts, as on `sys.path`."""
        self._world = world
        self._installed = {each.name: each for each in reversed([*installed])}
        self._by_url = {present_url(each): each for each in self._installed.values()}

    def releases(self, name: NormalizedName) -> Releases:
        """Return a project's links, with the installed version among them."""
        installed = self._installed.get(name)
        if installed is None:
            return self._world.releases(name)
        try:
            offered = self._world.releases(name)
        except ProjectNotFoundError:
            offered = {}
        if installed.version in offered and not _is_own(installed):
            return offered  # From an index, and still listed: its wheel can be opened.
        return _WithOne(offered, installed.version, _link(installed))

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        """Return the facts of an installed distribution, or delegate to the wrapped world."""
        installed = self._by_url.get(link.url)
        if installed is None:
            return self._world.wheel(link, inspect=inspect, on_metadata=on_metadata)
        metadata = read_metadata(installed.info)
        return WheelFacts(metadata=metadata.encode(), inspection=None, sha256=None)

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Delegate to the wrapped world."""
        return self._world.compare(link, sibling, paths)

    def source(self, reference: SourceReference) -> SourceFacts:
        """Delegate to the wrapped world."""
        return self._world.source(reference)

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        """Delegate to the wrapped world."""
        return self._world.known_source(reference)


def _is_own(installed: InstalledDistribution) -> bool:
    """Return whether a distribution may be another than an index's of that version."""
    return installed.direct_url is not None or is_egg_info(installed.info)


def present_url(installed: InstalledDistribution) -> str:
    """Return the URL under which an installed distribution is offered."""
    return to_file_url(installed.info)


def _link(installed: InstalledDistribution) -> Link:
    # Named like a wheel for any machine: its fit was checked before.
    name = installed.name.replace("-", "_")
    return Link(url=present_url(installed), filename=f"{name}-{installed.version}-py3-none-any.whl")


class _WithOne(Mapping[Version, Sequence[Link]]):
    """Releases with one version's links replaced or added; the others are computed lazily."""

    def __init__(self, offered: Releases, version: Version, link: Link) -> None:
        self._offered = offered
        self._version = version
        self._links = (link,)

    def __getitem__(self, version: Version) -> Sequence[Link]:
        return self._links if version == self._version else self._offered[version]

    def __iter__(self) -> Iterator[Version]:
        return iter(sorted({*self._offered, self._version}, reverse=True))

    def __len__(self) -> int:
        return len(self._offered) + (self._version not in self._offered)
