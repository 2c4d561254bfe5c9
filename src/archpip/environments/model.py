"""The values of an audit: a tree of files, its parts, and the findings of each."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field

from archpip.targets import Target
from archpip.verdicts import Finding, Status, Verdict
from archpip.wheels import Inspection, Member, MemberContent, Problem


class Shape(StrEnum):
    """The kind of a path, detected from its content."""

    ENVIRONMENT = "virtual environment"
    SITE_PACKAGES = "site-packages"
    CONDA = "conda environment"
    NUITKA = "Nuitka distribution"
    PYINSTALLER = "PyInstaller bundle"
    BRIEFCASE = "Briefcase app"
    PEX = "PEX app"
    MACOS_APP = "macOS application"
    FRAMEWORK = "macOS framework"
    ZIP = "zip archive"
    IMAGE = "container image"
    FOLDER = "folder"
    WHEELS = "wheels"
    LOCKFILE = "lockfile"


BRIEFCASE_FOLDER = "app_packages"
"""The folder where Briefcase has pip install an app's requirements, with records.

For iOS there are two, for devices and for the simulator.
"""
OF_DEVICES = f"{BRIEFCASE_FOLDER}.iphoneos"
OF_SIMULATOR = f"{BRIEFCASE_FOLDER}.iphonesimulator"


WHEEL_SUFFIX = ".whl"


class ImageFacts(Struct, frozen=True, kw_only=True):
    """Facts in an image's configuration."""

    platform: str
    """`linux/arm64/v8`, as `parse_target` accepts it; empty if not given."""
    working_folder: str
    """The path of its program, without the leading slash; empty if none."""


class Tree(Protocol):
    """The files of a folder, a zip archive or an image's layers. For use by one thread."""

    @property
    def image(self) -> ImageFacts | None:
        """The facts of a container image; `None` for any other tree."""
        ...

    def members(self) -> tuple[Member, ...]:
        """Return the files that can be read, sorted by path; no path repeats.

        Files that are text or data by name may be left out, unless a record or an import needs
        them. Paths are relative to the tree, `/`-separated, and never climb. Links within the tree
        are members too, and read as their targets.
        """
        ...

    def problems(self) -> tuple[Problem, ...]:
        """Return what could not be read: each counts as unknown, never as OK."""
        ...

    def open(self, path: str) -> MemberContent:
        """Return a member's bytes; the caller closes it.

        Raises:
            WheelUnreadableError: It cannot be opened; reading may raise it, too.
        """
        ...

    def close(self) -> None:
        """Release the tree's resources; closing twice is allowed."""
        ...


class Installer(StrEnum):
    """The tool that installed a distribution, and so can replace it."""

    PIP = "pip"
    CONDA = "conda"
    NOBODY = "nobody"
    """No record lists the files."""


class Part(Struct, frozen=True, kw_only=True):
    """Files of a tree that are judged together, like one wheel."""

    name: str
    """The distribution's name; empty for files that no record lists."""
    version: str = ""
    installer: Installer = Installer.NOBODY
    root: str
    """The folder in the tree that its paths are relative to; empty for the tree itself."""
    tags: tuple[str, ...] = ()
    """The installed wheel's tags, expanded and sorted: `cp310-cp310-macosx_11_0_arm64`."""
    root_is_purelib: bool = False
    """What its WHEEL file says, too."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """The path in the tree by the path that the member would have in a wheel."""
    problems: tuple[Problem, ...] = ()
    """Why its record could not be read or trusted."""


class AuditedPart(Struct, frozen=True, kw_only=True):
    """One part, judged. Members are paths in the tree."""

    name: str
    version: str
    installer: Installer
    root: str
    inspection: Inspection
    verdict: Verdict

    @property
    def label(self) -> str:
        """The part's name for display: `uamqp 1.6.1`, or a description of its files."""
        if self.name:
            return f"{self.name} {self.version}".strip()
        return f"files of no distribution in {self.root or '.'}"

    @property
    def requirement(self) -> str:
        """`uamqp==1.6.1`; empty for files that belong to no distribution."""
        return f"{self.name}=={self.version}" if self.name and self.version else ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Its findings, the worst first."""
        return self.verdict.findings


class Audit(Struct, frozen=True, kw_only=True):
    """Everything found beneath one path, for one target."""

    path: str
    shape: Shape
    target: Target
    target_origin: str
    """The source of the target, for display: `--target-platform`, `its interpreter`."""
    runs_here: bool = True
    """Whether this machine can run an interpreter of the target."""
    parts: tuple[AuditedPart, ...]
    """Sorted by label; those without native code and findings too."""
    elsewhere: tuple[str, ...] = ()
    """What its Python imports from as well and was not audited, for display."""

    @property
    def status(self) -> Status:
        """The worst of all parts."""
        return max((p.verdict.status for p in self.parts), key=lambda s: s.rank, default=Status.OK)

    @property
    def binaries(self) -> int:
        """How many native binaries were read."""
        return sum(len(part.inspection.binaries) for part in self.parts)
