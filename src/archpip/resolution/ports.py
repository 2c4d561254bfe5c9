"""Ports: the `World` that resolution reads from, and the reporter that it sends events to.

The caller passes in one `World`; `IndexWorld` reads real indexes, tests have their own. Every
method of a world may be called from several threads at once.
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
a resolution needs ten, so an implementation makes a version's links on demand."""


class WheelFacts(Struct, frozen=True, kw_only=True):
    """The facts read from one wheel."""

    metadata: bytes
    """The METADATA file."""
    inspection: Inspection | None
    """`None` if inspection was not requested."""
    sha256: str | None
    """Of the file: as given by the index, or computed; `None` if neither was possible."""
    cost: ReadingCost | None = None
    """`None` if nothing was fetched."""


class SourceReference(Struct, frozen=True, kw_only=True):
    """A source to take metadata from: an sdist, a folder, or a place in a repository."""

    link: Link
    kind: LinkKind
    name: NormalizedName | None = None
    """`None` if only the source has it."""
    version: Version | None = None
    subdirectory: str | None = None
    revision: str | None = None
    """For a repository: a branch, tag or commit; its default branch if `None`."""
    config_settings: tuple[tuple[str, str], ...] = ()


class SourceFacts(Struct, frozen=True, kw_only=True):
    """The facts read from one source."""

    metadata: bytes
    """As METADATA: static PKG-INFO, or the output of the build backend."""
    sha256: str | None = None
    """Of the archive; `None` for a folder or repository."""
    commit: str | None = None
    """The commit that a repository's revision resolved to."""
    name: NormalizedName | None = None
    """For a folder or repository, the project whose settings it was read with, if known: a
    reference with this name has the same facts."""


def ignore(metadata: bytes) -> None:
    """Do nothing: the default for `on_metadata`."""


class WheelOpener(Protocol):
    """Opens wheels. Every method may block and may be called from several threads."""

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        """Open a wheel.

        Args:
            link: The wheel.
            inspect: Read its binaries, too.
            on_metadata: May be called with METADATA once it has been read, before the slower
                inspection; possibly from another thread, and twice if the wheel is reopened.

        Raises:
            WheelError: The file is not a wheel or cannot be read.
            IndexAccessError: The file cannot be fetched.
        """
        ...

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        """Read the same members of two thin wheels, and return what the first's leave unbound.

        Returns:
            The result of `archpip.wheels.compare_siblings` for these paths.

        Raises:
            WheelError: A file is not a wheel or cannot be read.
            BinaryFormatError: A member cannot be read as the format that its magic number names.
            IndexAccessError: A file cannot be fetched.
        """
        ...


class World(WheelOpener, Protocol):
    """All input from outside. Every method may block and may be called from several threads."""

    def releases(self, name: NormalizedName) -> Releases:
        """Return every link that the indexes offer for a project.

        Raises:
            ProjectNotFoundError: No index knows the project.
            IndexUnavailableError: An index did not answer; resolution ends.
        """
        ...

    def source(self, reference: SourceReference) -> SourceFacts:
        """Read the metadata of a source, building as little as possible.

        Raises:
            BuildError: The build backend failed or is missing.
            IndexAccessError: The source cannot be fetched.
        """
        ...

    def known_source(self, reference: SourceReference) -> SourceFacts | None:
        """Return a source's facts if no build backend has to run for them, else `None`.

        Raises:
            IndexAccessError: The source cannot be fetched.
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
        """The solver pinned a version, for now."""

    def conflict_met(self, name: NormalizedName) -> None:
        """The solver backtracks because of a project."""

    def answer_repeated(self) -> None:
        """An earlier resolution is reused, as nothing that it depends on has changed."""
