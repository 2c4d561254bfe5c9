"""What a resolution is: pins, the links refused on the way, and why."""

from enum import StrEnum
from typing import Self

from msgspec import Struct, field
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link
from archpip.targets import Target
from archpip.verdicts import Verdict
from archpip.wheels import Inspection


class LinkKind(StrEnum):
    """What a pin is installed from."""

    WHEEL = "wheel"
    SDIST = "sdist"
    DIRECTORY = "directory"
    VCS = "vcs"


class RejectionReason(StrEnum):
    """Why a link was not taken. Stable: shown to people and written to JSON."""

    TAGS = "tags"  # no tag of the file name fits the target
    REQUIRES_PYTHON = "requires-python"
    YANKED = "yanked"
    PRERELEASE = "prerelease"
    NO_BINARY = "no-binary"
    ONLY_BINARY = "only-binary"
    HASHES = "hashes"  # none of the hashes that the user allows
    VERDICT = "verdict"  # opened, and would not run on the target
    UNREADABLE = "unreadable"  # could not be opened, and the policy refuses the unknown
    METADATA = "metadata"  # its metadata is invalid
    BUILD = "build"  # its metadata needs a build that failed
    TOO_NEW = "too-new"  # uploaded too late for the moment that the user names


class Rejection(Struct, frozen=True, kw_only=True):
    """Why the resolver did not take a link."""

    link: Link
    reason: RejectionReason
    message: str
    verdict: Verdict | None = None

    @property
    def described(self) -> str:
        """What was refused and why; one that stands for all that do not fit names no file."""
        if self.reason in (RejectionReason.TAGS, RejectionReason.NO_BINARY):
            return self.message
        return f"{self.link.filename}: {self.message}"


class Half(Struct, frozen=True, kw_only=True):
    """The x86_64 wheel that a pin's own wheel, the arm64 one, is fused with."""

    link: Link
    sha256: str | None
    inspection: Inspection | None
    """`None` where it was not opened."""


class Asker(Struct, frozen=True, kw_only=True):
    """Who asks for a project, and what of it they take."""

    name: NormalizedName | None
    """`None` for the user."""
    version: Version | None = None
    origin: str = ""
    """Where the user wrote it."""
    specifier: SpecifierSet = field(default_factory=SpecifierSet)

    @property
    def bounds(self) -> bool:
        """Whether it is a project that does not take every version."""
        return self.name is not None and bool(self.specifier)

    def __str__(self) -> str:
        return self.origin if self.name is None else f"{self.name} {self.version}"


class Pin(Struct, frozen=True, kw_only=True):
    """One project at one version, and the file it is taken from."""

    name: NormalizedName
    version: Version
    link: Link
    kind: LinkKind
    extras: tuple[str, ...] = ()
    """Normalised, sorted."""
    unknown_extras: tuple[str, ...] = ()
    """Those of them that the project does not have: they bring nothing."""
    requires_python: str | None = None
    dependencies: tuple[NormalizedName, ...] = ()
    """The projects it needs on this target, sorted."""
    askers: tuple[Asker, ...] = ()
    """Everybody whose bounds it keeps: the user first, with constraints; then sorted by name."""
    requested: bool = False
    """A root requirement names it."""
    direct: bool = False
    """It came from a direct URL or path, not from an index."""
    subdirectory: str | None = None
    inspection: Inspection | None = None
    verdict: Verdict | None = None
    """`None` for what is built from source: the wheel is judged when it is there."""
    rejections: tuple[Rejection, ...] = ()
    """Better links of the same version, and newer versions, that were refused once they were
    opened; for a source also why no wheel of its version would do. Newest first."""
    sha256: str | None = None
    """Of the file, as promised or computed; `None` for folders and repositories."""
    commit: str | None = None
    """The full commit that a repository's revision stands for."""
    revision: str | None = None
    """The branch, tag or commit that was asked of a repository."""
    config_settings: tuple[tuple[str, str], ...] = ()
    """What the user passes to this project's build backend."""
    editable: bool = False
    """An installation is to use the sources where they lie."""
    fused_with: Half | None = None
    """For macOS universal2: the other of two thin wheels that are fused. `inspection` is then of
    the first alone, and `verdict` holds what was found in each for its own machine."""
    sdist: Link | None = None
    """Where the pin is fused: what is built in its place, should the two not fuse; `None` where
    there is none, or the options rule it out."""


class Resolution(Struct, frozen=True, kw_only=True):
    """A complete answer for one target."""

    target: Target
    pins: tuple[Pin, ...]
    """Sorted by name; no name repeats."""
    passed_over: tuple[Rejection, ...] = ()
    """Wheels that were refused for what they hold, of projects that no pin is of: versions that
    need them were not taken. Sorted by file name."""

    def without_requested(self) -> Self:
        """Leave out what was asked for, whoever else needs it."""
        return replace(self, pins=tuple(pin for pin in self.pins if not pin.requested))


class Difference(Struct, frozen=True, kw_only=True):
    """One project that targets could not share a version of."""

    name: NormalizedName
    versions: tuple[tuple[str, Version], ...]
    """(target's name, version), in the order of the targets."""
    reason: str
    """Why the lowest is not newer."""

    def __str__(self) -> str:
        listed = ", ".join(f"{version} for {target}" for target, version in self.versions)
        return f"{self.name} differs: {listed}" + f" ({self.reason})"


class JointResolution(Struct, frozen=True, kw_only=True):
    """The answers for several targets."""

    resolutions: tuple[Resolution, ...]
    """In the order of the targets."""
    differences: tuple[Difference, ...]
    """Sorted by name."""
