"""What a build is told, as frozen values. What a build *plans* stands in `plan.py`."""

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
    """What the user says about building one project: `[tool.archpip.build.NAME]` and flags.

    All of it is part of the cache key and of the lockfile's evidence.
    """

    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """PEP 517 config settings, sorted by key; a key with several values is passed as a list."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables for the backend's hooks, sorted by name; they win over the plan's."""
    build_requires: tuple[str, ...] = ()
    """Requirements that are installed beside the project's own; sorted."""
    patches: tuple[Patch, ...] = ()
    """In the order in which they are applied."""
    approved: bool = False
    """The project may be built where `require-source-build-approval` is set."""
    allow_pure: bool = False
    """A pure wheel is accepted where native code was due."""


class IndexOptions(Struct, frozen=True, kw_only=True):
    """Where build requirements come from: the user's indexes, never others.

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
    """Files that were uploaded at or after this moment are not taken (aware)."""
    uploaded_before_of: tuple[tuple[str, datetime], ...] = ()
    """The moments that count for single projects in its place; the last of a name holds."""


class BuildOptions(Struct, frozen=True, kw_only=True):
    """How builds are run, for all projects alike."""

    wheel_folder: Path
    """Where built wheels are kept, each in a folder of its own."""
    log_folder: Path
    """Where the log of a failed build is kept."""
    work_folder: Path | None = None
    """Where builds have their temporary folders; the system's place where `None`."""
    installer: Installer = Installer.PIP
    uv: Path | None = None
    """The uv executable, where `installer` is uv."""
    indexes: IndexOptions | None = None
    """`None`: pip's or uv's own configuration decides."""
    time_limit_seconds: float | None = None
    """For one build as a whole."""
    keep_build_folder: Path | None = None
    """`--keep-build`: a folder for each build is kept in here, whatever happens."""
    require_approval: bool = False
    """Build only projects whose settings say `approved`."""
    pin_requirements: Callable[[Sequence[str], Path], Sequence[str]] | None = None
    """Says, of requirements and an interpreter, every version that is to be installed; where
    `None`, the installer chooses them. May raise what a resolution raises."""
    constraints: tuple[str, ...] = ()
    """The bounds that `pin_requirements` keeps to, as written: another wheel may come of others."""
    isolation: bool = True
    """`--no-build-isolation` where false: nothing is installed for a build, which finds what the
    interpreter has."""


class BuildStep(StrEnum):
    """What a build is doing, as a noun that fits "… failed"."""

    UNPACK = "unpacking"
    REQUIREMENTS = "installing its build requirements"
    BACKEND_REQUIREMENTS = "asking for its build requirements"
    METADATA = "preparing its metadata"
    WHEEL = "building its wheel"
    CHECK = "checking its wheel"


class BuildReporter(Protocol):
    """Hears what a build does. Called from the thread that builds; must not raise."""

    def build_step(self, project: str, step: BuildStep) -> None:
        """Say that `project`, a project's name and version, enters `step`."""
        ...

    def build_output(self, project: str, line: str) -> None:
        """Say one line of the build's output, without its end and without credentials."""
        ...


class SilentReporter:
    """Hears everything and says nothing."""

    def build_step(self, project: str, step: BuildStep) -> None:
        """Ignore the step."""

    def build_output(self, project: str, line: str) -> None:
        """Ignore the line."""
