"""Record the inputs of a resolution, and whether its result can be reused.

A resolution is a function of its arguments and of what it reads from the world. Of the latter, only
projects' pages change: files with a hash are immutable. So a result is valid as long as the pages
of all projects that were read are the same.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from packaging.utils import NormalizedName

from archpip.binaries import UnboundSymbols
from archpip.errors import ArchpipError
from archpip.index import Link, ProjectNotFoundError
from archpip.resolution.model import LinkKind
from archpip.resolution.ports import (
    Releases,
    SourceFacts,
    SourceReference,
    WheelFacts,
    World,
    ignore,
)

_Fact = TypeVar("_Fact")


class WatchedWorld:
    """Implements `World` by delegating to another one, and records what was read."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.projects: set[NormalizedName] = set()
        """The projects whose pages were read, or found to be missing."""
        self.is_repeatable = True
        """Whether all other reads would return the same again: false once a folder, a repository or
        a file without a hash was read, or a read failed."""

    def releases(self, name: NormalizedName) -> Releases:
        """Return a project's links."""
        try:
            releases = self._world.releases(name)
        except ProjectNotFoundError:
            self.projects.add(name)
            raise
        self.projects.add(name)
        return releases

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        """Open a wheel."""
        return self._noting(
            lambda: self._world.wheel(link, inspect=inspect, on_metadata=on_metadata),
            rests_on=(link,),
        )

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Compare two thin wheels."""
        return self._noting(
            lambda: self._world.compare(link, sibling, paths), rests_on=(link, sibling)
        )

    def source(self, reference: SourceReference) -> SourceFacts:
        """Read the metadata of a source."""
        if reference.kind is not LinkKind.SDIST:
            self.is_repeatable = False
        return self._noting(lambda: self._world.source(reference), rests_on=(reference.link,))

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        """Return a source's facts if no build backend has to run for them."""
        return self._noting(lambda: self._world.known_source(reference), rests_on=(reference.link,))

    def _noting(self, ask: Callable[[], _Fact], *, rests_on: tuple[Link, ...]) -> _Fact:
        if any(link.sha256 is None for link in rests_on):
            self.is_repeatable = False
        try:
            return ask()
        except ArchpipError:
            # A build that failed for want of a compiler may succeed tomorrow.
            self.is_repeatable = False
            raise
