"""Values of an installation: verified wheels, installed distributions, and the plan."""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.resolution import Pin


class VerifiedWheel(Struct, frozen=True, kw_only=True):
    """A local wheel that was opened and may be installed."""

    pin: Pin
    path: Path
    sha256: str
    """Lower-case hex digest of the verified bytes: nothing else is installed."""


class InstalledDistribution(Struct, frozen=True, kw_only=True):
    """One distribution found in an environment or folder."""

    name: NormalizedName
    version: Version
    folder: Path
    """The folder that holds its packages and its dist-info."""
    info: Path
    """Its dist-info, or the egg-info (a folder or a file) that setuptools or distutils left."""
    tags: frozenset[str] = frozenset()
    """The expanded tags of its wheel; empty if unknown (eggs, editable installs)."""
    requested: bool = False
    direct_url: str | None = None
    """The URL in `direct_url.json`, if it has one."""


class Action(StrEnum):
    """What to do with one project."""

    INSTALL = "install"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    REINSTALL = "reinstall"
    KEEP = "keep"


class Step(Struct, frozen=True, kw_only=True):
    """One project's action, and the reason."""

    pin: Pin
    action: Action
    installed: InstalledDistribution | None = None
    reason: str = ""
    """Why a version that is installed already is installed again."""


class InstallPlan(Struct, frozen=True, kw_only=True):
    """Everything that an installation will do, decided before it starts."""

    steps: tuple[Step, ...]
    """Sorted by name; no name repeats."""

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that install a wheel."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    @property
    def kept(self) -> tuple[Step, ...]:
        """The steps whose version is installed already."""
        return tuple(step for step in self.steps if step.action is Action.KEEP)
