"""What resolution asks of the world, and what it tells whoever watches.

The caller hands in one `World`; `IndexWorld` is the real one, tests bring their own. Every method
of a world may be called from several threads at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.binaries import UnboundSymbols
from archpip.index import Link
from archpip.resolution.model import LinkKind, Rejection
from archpip.wheels import Inspection, ReadingCost

Releases = Mapping[Version, Sequence[Link]]
"""All links of one project by version, newest first. A project may have ten thousand files of which
a resolution looks at ten, so an implementation makes a version's links when they are asked for."""


class WheelFacts(Struct, frozen=True, kw_only=True):
    """What was read from one wheel."""

    metadata: bytes
    """The METADATA file."""
    inspection: Inspection | None
    """`None` where inspection was not asked for."""
    sha256: str | None
    """Of the file: as the index promises it, or computed; `None` where neither could be."""
    cost: ReadingCost | None = None
    """`None` where nothing was fetched."""


class SourceReference(Struct, frozen=True, kw_only=True):
    """A source to take metadata from: an sdist, a folder, or a place in a repository."""

    link: Link
    kind: LinkKind
    name: NormalizedName | None = None
    """`None` where only the source knows."""
    version: Version | None = None
    subdirectory: str | None = None
    revision: str | None = None
    """What a repository is asked for; its default branch where `None`."""
    config_settings: tuple[tuple[str, str], ...] = ()


class SourceFacts(Struct, frozen=True, kw_only=True):
    """What was read from one source."""

    metadata: bytes
    """As METADATA: static PKG-INFO, or what the build backend said."""
    sha256: str | None = None
    """Of the archive; `None` for a folder or repository."""
    commit: str | None = None
    """The commit that a repository's revision stands for."""
    name: NormalizedName | None = None
    """Of a folder or repository, the project by whose settings it was read, where that is known:
    who asks by this name would be told the same."""


def ignore(metadata: bytes) -> None:
    """Do not care to hear early."""


class World(Protocol):
    """Everything outside. Every method may take long and may be called from several threads."""

    def releases(self, name: NormalizedName) -> Releases:
        """Return every link that the indexes offer for a project.

        Raises:
            ProjectNotFoundError: No index knows the project.
            IndexUnavailableError: An index did not answer; resolution ends.
        """
        ...

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        """Open a wheel.

        Args:
            link: Where it lies.
            inspect: Read its binaries, too.
            on_metadata: May be called with METADATA before the slower inspection begins, from
                another thread, too; seldom twice, where a wheel is opened a second time.

        Raises:
            WheelError: The file is not a wheel or cannot be read.
            IndexAccessError: The file cannot be had.
        """
        ...

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Read the same members of two thin wheels, and say what the first's leave unbound.

        Returns:
            What `archpip.wheels.compare_siblings` says of these paths.

        Raises:
            WheelError: A file is not a wheel or cannot be read.
            BinaryFormatError: A member cannot be read as the binary that it begins like.
            IndexAccessError: A file cannot be had.
        """
        ...

    def source(self, reference: SourceReference) -> SourceFacts:
        """Read the metadata of a source, building as little as possible.

        Raises:
            BuildError: The build backend failed or is missing.
            IndexAccessError: The source cannot be had.
        """
        ...

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        """Return what a source says where no backend has to run for it, else `None`.

        Raises:
            IndexAccessError: The source cannot be had.
        """
        ...


class ResolutionReporter:
    """Events of a resolution, all ignored here. The CLI draws them, tests record them."""

    def project_asked(self, name: NormalizedName) -> None:
        """A project's page is fetched."""

    def wheel_opened(self, link: Link) -> None:
        """A wheel was opened, from the network or from the store."""

    def link_rejected(self, rejection: Rejection) -> None:
        """A link was refused after it was opened."""

    def candidate_pinned(self, name: NormalizedName, version: Version) -> None:
        """The solver settled on a version, for now."""

    def conflict_met(self, name: NormalizedName) -> None:
        """The solver goes back because of a project."""

    def answer_repeated(self) -> None:
        """Nothing has changed since the same was asked before: that answer is given again."""
