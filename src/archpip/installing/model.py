"""What is to be installed, what is there already, and what will be done about it."""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution import Pin


class VerifiedWheel(Struct, frozen=True, kw_only=True):
    """A wheel on this disk that was opened and may be installed."""

    pin: Pin
    path: Path
    sha256: str
    """Lower-case hex of the bytes that were verified: nothing else is installed."""


class InstalledDistribution(Struct, frozen=True, kw_only=True):
    """One distribution found in an environment or folder."""

    name: NormalizedName
    version: Version
    folder: Path
    """The folder that holds its packages and its dist-info."""
    dist_info: Path
    tags: frozenset[str] = frozenset()
    """The tags its wheel had, expanded; empty where nothing says (eggs, editable installs)."""
    requested: bool = False
    direct_url: str | None = None
    """The URL of `direct_url.json`, where it has one."""


class Action(StrEnum):
    """What happens to one project."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REINSTALL = "reinstall"
    KEEP = "keep"


class Step(Struct, frozen=True, kw_only=True):
    """What happens to one project, and why."""

    pin: Pin
    action: Action
    installed: InstalledDistribution | None = None
    reason: str = ""
    """Why something that is installed in this version already is installed again."""


class InstallPlan(Struct, frozen=True, kw_only=True):
    """Everything that an installation will do, before it does anything."""

    steps: tuple[Step, ...]
    """Sorted by name; no name repeats."""

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that put a wheel somewhere."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    @property
    def kept(self) -> tuple[Step, ...]:
        """The steps that find what they want."""
        return tuple(step for step in self.steps if step.action is Action.KEEP)
