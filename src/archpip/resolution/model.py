"""The result of a resolution: pins, rejected links and the reasons."""

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
        """The file and the reason; without file name if it stands for all that do not fit."""
        if self.reason in (RejectionReason.TAGS, RejectionReason.NO_BINARY):
            return self.message
        return f"{self.link.filename}: {self.message}"


class Half(Struct, frozen=True, kw_only=True):
    """The x86_64 wheel that a pin's own wheel, the arm64 one, is fused with."""

    link: Link
    sha256: str | None
    inspection: Inspection | None
    """`None` if it was not opened."""


class Requirer(Struct, frozen=True, kw_only=True):
    """The origin of a requirement on a project, and the versions that it allows."""

    name: NormalizedName | None
    """`None` for the user."""
    version: Version | None = None
    origin: str = ""
    """Where the user wrote it; empty for projects."""
    specifier: SpecifierSet = field(default_factory=SpecifierSet)

    @property
    def bounds(self) -> bool:
        """Whether it is a project that does not allow every version."""
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
    """The requested extras that the project does not have; they add nothing."""
    requires_python: str | None = None
    dependencies: tuple[NormalizedName, ...] = ()
    """The projects it needs on this target, sorted."""
    requirers: tuple[Requirer, ...] = ()
    """The origins of all its requirements: the user's and constraints first, then by name."""
    requested: bool = False
    """A root requirement names it."""
    direct: bool = False
    """It came from a direct URL or path, not from an index."""
    subdirectory: str | None = None
    inspection: Inspection | None = None
    verdict: Verdict | None = None
    """`None` for source builds: the wheel is judged once it is built."""
    rejections: tuple[Rejection, ...] = ()
    """Better links of the same version, and newer versions, that were refused after opening; for a
    source also why no wheel of its version was usable. Newest first."""
    sha256: str | None = None
    """The file's, from the index or computed; `None` for folders and repositories."""
    commit: str | None = None
    """The full commit that a repository's revision resolved to."""
    revision: str | None = None
    """The branch, tag or commit that the requirement names."""
    config_settings: tuple[tuple[str, str], ...] = ()
    """What the user passes to this project's build backend."""
    editable: bool = False
    """An installation uses the sources in place."""
    fused_with: Half | None = None
    """For macOS universal2: the second of two thin wheels that are fused. `inspection` is then the
    first wheel's, and `verdict` has the findings of both, each for its own machine."""
    sdist: Link | None = None
    """For a fused pin: the sdist to build if the two wheels cannot be fused; `None` if there is
    none, or the options rule it out."""


class Resolution(Struct, frozen=True, kw_only=True):
    """A complete answer for one target."""

    target: Target
    pins: tuple[Pin, ...]
    """Sorted by name; no name repeats."""
    passed_over: tuple[Rejection, ...] = ()
    """Wheels that were refused for their content, of projects without a pin: versions that need
    them were not taken. Sorted by file name."""

    def without_requested(self) -> Self:
        """Return it without the requested projects, even if other projects need them."""
        return replace(self, pins=tuple(pin for pin in self.pins if not pin.requested))


class Difference(Struct, frozen=True, kw_only=True):
    """One project that targets could not share a version of."""

    name: NormalizedName
    versions: tuple[tuple[str, Version], ...]
    """(target's name, version), in the order of the targets."""
    reason: str
    """Why the lowest version is not newer."""

    def __str__(self) -> str:
        listed = ", ".join(f"{version} for {target}" for target, version in self.versions)
        return f"{self.name} differs: {listed}" + f" ({self.reason})"


class JointResolution(Struct, frozen=True, kw_only=True):
    """The answers for several targets."""

    resolutions: tuple[Resolution, ...]
    """In the order of the targets."""
    differences: tuple[Difference, ...]
    """Sorted by name."""
