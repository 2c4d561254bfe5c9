"""The inputs of a build, as frozen values. The plan of a build is in `plan.py`."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from msgspec import Struct


class Installer(StrEnum):
    """Which command installs build requirements."""

    PIP = "pip"
    UV = "uv"


class Patch(Struct, frozen=True, kw_only=True):
    """A patch file that is applied to the unpacked sdist before it is built."""

    path: Path
    sha256: str
    """Lower-case hex; the file's content must have it."""


class BuildSettings(Struct, frozen=True, kw_only=True):
    """The user's build settings for one project: `[tool.archpip.build.NAME]` and flags.

    All of it is part of the cache key and of the lockfile's evidence.
    """

    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """PEP 517 config settings, sorted by key; a key with several values is passed as a list."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables for the backend's hooks, sorted by name; they override the plan's."""
    build_requires: tuple[str, ...] = ()
    """Build requirements besides the project's own; sorted."""
    patches: tuple[Patch, ...] = ()
    """In the order in which they are applied."""
    approved: bool = False
    """Whether the project may be built if `require-source-build-approval` is set."""
    allow_pure: bool = False
    """Whether a pure wheel is accepted although native code was expected."""


class IndexOptions(Struct, frozen=True, kw_only=True):
    """The indexes for build requirements: the user's, never others.

    URLs may hold credentials, so they reach pip and uv through their environment (which `ps` does
    not show) and no log.
    """

    index_url: str | None = None
    """`None` leaves the installer's default."""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    """URLs or paths."""
    no_index: bool = False
    trusted_hosts: tuple[str, ...] = ()
    certificate: str | None = None
    client_certificate: str | None = None
    proxy: str | None = None
    timeout_seconds: float | None = None
    retries: int | None = None
    keyring_provider: str | None = None
    uploaded_before: datetime | None = None
    """Only files uploaded before this moment are used (timezone-aware)."""
    uploaded_before_of: tuple[tuple[str, datetime | None], ...] = ()
    """Moments that replace it for single projects; the last one of a name counts."""


class BuildOptions(Struct, frozen=True, kw_only=True):
    """Settings of all builds, for every project."""

    wheel_folder: Path
    """The cache of built wheels, each in a folder of its own."""
    log_folder: Path
    """The folder for logs of failed builds."""
    work_folder: Path | None = None
    """The parent of temporary build folders; `None` for the system's."""
    installer: Installer = Installer.PIP
    uv: Path | None = None
    """The uv executable, if `installer` is uv."""
    indexes: IndexOptions | None = None
    """`None`: pip's or uv's own configuration decides."""
    time_limit_seconds: float | None = None
    """Time limit of one build as a whole."""
    keep_build_folder: Path | None = None
    """`--keep-build`: each build's folder is kept here, whatever its outcome."""
    require_approval: bool = False
    """Build only projects whose settings say `approved`."""
    pin_requirements: Callable[[Sequence[str], Path], Sequence[str]] | None = None
    """Pins requirements for an interpreter, with all dependencies; `None` lets the installer
    choose. May raise what a resolution raises."""
    constraints: tuple[str, ...] = ()
    """The constraints that `pin_requirements` applies, as written: they may change the wheel."""
    isolation: bool = True
    """`--no-build-isolation` if false: nothing is installed for a build, which uses the packages of
    the interpreter."""


class BuildStep(StrEnum):
    """What a build is doing, as a noun that fits "… failed"."""

    UNPACK = "unpacking"
    REQUIREMENTS = "installing its build requirements"
    BACKEND_REQUIREMENTS = "asking for its build requirements"
    METADATA = "preparing its metadata"
    WHEEL = "building its wheel"
    CHECK = "checking its wheel"


class BuildReporter(Protocol):
    """Receives the events of a build. Called from the building thread; must not raise."""

    def build_step(self, project: str, step: BuildStep) -> None:
        """Report that `project`, a project's name and version, enters `step`."""
        ...

    def build_output(self, project: str, line: str) -> None:
        """Report one line of the build's output, without line end and credentials."""
        ...


class SilentReporter:
    """A reporter that ignores everything."""

    def build_step(self, project: str, step: BuildStep) -> None:
        """Ignore the step."""

    def build_output(self, project: str, line: str) -> None:
        """Ignore the line."""
