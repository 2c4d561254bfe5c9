"""What is audited: a tree of files, the parts that it falls into, and what was found in each."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field

from archpip.targets import Target
from archpip.verdicts import Finding, Status, Verdict
from archpip.wheels import Inspection, Member, MemberContent, Problem


class Shape(StrEnum):
    """What stands at a path, told by its content."""

    ENVIRONMENT = "virtual environment"
    SITE_PACKAGES = "site-packages"
    CONDA = "conda environment"
    NUITKA = "Nuitka distribution"
    PYINSTALLER = "PyInstaller bundle"
    BRIEFCASE = "Briefcase app"
    MACOS_APP = "macOS application"
    FRAMEWORK = "macOS framework"
    ZIP = "zip archive"
    IMAGE = "container image"
    FOLDER = "folder"
    WHEELS = "wheels"
    LOCKFILE = "lockfile"


BRIEFCASE_FOLDER = "app_packages"
"""Where Briefcase has pip install what an app requires, records included."""


class ImageFacts(Struct, frozen=True, kw_only=True):
    """What an image says of itself."""

    platform: str
    """`linux/arm64/v8`, as `parse_target` reads it; empty where it does not say."""
    working_folder: str
    """Where its program stands, without the leading slash; empty for none."""


class Tree(Protocol):
    """Files somewhere: a folder, a zip archive, the layers of an image. One thread uses it."""

    @property
    def image(self) -> ImageFacts | None:
        """What a container image says of itself; `None` where it is none."""
        ...

    def members(self) -> tuple[Member, ...]:
        """Return the files that can be read, sorted by path; no path repeats.

        What is text or data by its name may be left out, unless a record or an import needs it.
        Paths are relative to the tree, `/`-separated, and never climb. Links within the tree are
        members too; what they lead to is what is read.
        """
        ...

    def problems(self) -> tuple[Problem, ...]:
        """Return what could not be looked at: nothing of it is quietly fine."""
        ...

    def open(self, path: str) -> MemberContent:
        """Return a member's bytes; the caller closes it.

        Raises:
            WheelUnreadableError: It cannot be opened; reading may raise it, too.
        """
        ...

    def close(self) -> None:
        """Free what the tree holds; closing twice is allowed."""
        ...


class Installer(StrEnum):
    """Who put a distribution where it is, and so who can put a better one there."""

    PIP = "pip"
    CONDA = "conda"
    NOBODY = "nobody"
    """No record lists the files."""


class Part(Struct, frozen=True, kw_only=True):
    """Some files of a tree that are judged together, as one wheel would be."""

    name: str
    """The distribution's name; empty for files that no record lists."""
    version: str = ""
    installer: Installer = Installer.NOBODY
    root: str
    """The folder, from the tree's, that its paths count from; empty for the tree itself."""
    tags: tuple[str, ...] = ()
    """Of the wheel that was installed, expanded and sorted: `cp310-cp310-macosx_11_0_arm64`."""
    root_is_purelib: bool = False
    """What its WHEEL file says, too."""
    paths: Mapping[str, str] = field(default_factory=dict)
    """From the path that the member would have in a wheel to its path in the tree."""
    problems: tuple[Problem, ...] = ()
    """What kept its record from being read or believed."""


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
        """The part for people: `uamqp 1.6.1`, or which files are meant."""
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
    """Where the target comes from, for people: `--target-platform`, `its interpreter`."""
    runs_here: bool = True
    """Whether this machine can run an interpreter of the target."""
    parts: tuple[AuditedPart, ...]
    """Sorted by label; those without native code and findings too."""

    @property
    def status(self) -> Status:
        """The worst of all parts."""
        return max((p.verdict.status for p in self.parts), key=lambda s: s.rank, default=Status.OK)

    @property
    def binaries(self) -> int:
        """How many native binaries were read."""
        return sum(len(part.inspection.binaries) for part in self.parts)
