"""The plan of a build as a value, made before anything runs.

`planning.py` makes one, `archpip wheel --dry-run` prints it, `builder.py` runs it.
"""

from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from archpip.builds.backends import Backend
from archpip.builds.model import BuildSettings
from archpip.builds.toolchains.model import Toolchain
from archpip.targets import Target


class Strategy(StrEnum):
    """How a wheel is built for its target."""

    NATIVE = "native"
    MACOS = "macos"
    """Apple's compiler on a Mac makes the other slice, or both."""
    WINDOWS = "windows"
    """Microsoft's compiler on Windows makes code for another machine."""
    CROSS = "cross"
    """A cross compiler with a sysroot."""
    EMULATED = "emulated"
    """The target's Python under an emulator, calling the cross compiler of this machine."""
    ZIG = "zig"
    """zig as the compiler, which brings C libraries for most targets."""


class Interpreter(Struct, frozen=True, kw_only=True):
    """A Python of this machine that can run builds."""

    target: Target
    """The interpreter as a target, with its real floor."""
    executable: Path
    include_folder: Path
    """The folder of its `Python.h`, which may not exist."""


class Zig(Struct, frozen=True, kw_only=True):
    """The zig compiler on this machine."""

    executable: Path
    version: str


class BuildTools(Struct, frozen=True, kw_only=True):
    """Everything on this machine that a build can use."""

    interpreters: tuple[Interpreter, ...]
    """The best first; all of this machine."""
    toolchains: tuple[Toolchain, ...] = ()
    """The user's own first."""
    zig: Zig | None = None


class BuilderChoice(StrEnum):
    """The values of `--builder`."""

    AUTO = "auto"
    CROSS = "cross"
    EMULATED = "emulated"
    ZIG = "zig"


class PlanRequest(Struct, frozen=True, kw_only=True):
    """The input of planning."""

    project: str
    """Name and version, for messages."""
    target: Target
    backend: Backend
    settings: BuildSettings
    tools: BuildTools


class PlannedFile(Struct, frozen=True, kw_only=True):
    """A file that is written before the hooks run, beside the project and not in it."""

    path: str
    """Relative to the folder for which `profile.FILES` stands."""
    content: str
    """`profile.FILES` in it is replaced."""
    executable: bool = False


class CopiedFolder(Struct, frozen=True, kw_only=True):
    """A folder of this machine that is copied among the planned files."""

    source: Path
    path: str
    without: tuple[str, ...] = ()
    """Names at its top level that are not copied."""


class ImportLibrary(Struct, frozen=True, kw_only=True):
    """What a Windows extension module is linked with, made from the names in Python's headers."""

    dll: str
    """`python311.dll`."""
    path: str
    """Among the planned files."""
    headers: str
    """A planned folder."""
    command: tuple[str, ...]
    """dlltool, to which `-d DEFINITIONS -l LIBRARY` are added."""


class FloorLibraries(Struct, frozen=True, kw_only=True):
    """Stand-ins for an older C library, made once and stored with the toolchain."""

    toolchain: Toolchain
    floor: tuple[int, int]
    folder: Path


class BuildPlan(Struct, frozen=True, kw_only=True):
    """How one project is built for one target. `profile.FILES` stands for a folder of the build."""

    strategy: Strategy
    target: Target
    backend: Backend
    interpreter: Interpreter
    """Runs the backend, and is the build environment's Python."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables for the hooks only, sorted by name."""
    defaults: tuple[tuple[str, str], ...] = ()
    """Default variables for the hooks; the user's environment overrides them."""
    search_path: tuple[str, ...] = ()
    """Folders prepended to the hooks' PATH."""
    config_settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Sorted by key; the user's are among them."""
    build_requires: tuple[str, ...] = ()
    """Requirements besides the project's own and the user's."""
    settings: BuildSettings = field(default_factory=BuildSettings)
    """What the user says of the project; variables and config settings are above already."""
    files: tuple[PlannedFile, ...] = ()
    """Sorted by path."""
    copied_folders: tuple[CopiedFolder, ...] = ()
    import_library: ImportLibrary | None = None
    floor_libraries: FloorLibraries | None = None
    python_path: str | None = None
    """A planned folder that the build environment's Python sees, through a `.pth` file."""
    emulator: tuple[str, ...] = ()
    """Runs `emulated_python`, if the strategy is EMULATED."""
    emulated_python: Path | None = None
    uses: str = ""
    """The compiler, for messages: `Debian bookworm: aarch64-linux-gnu-gcc`."""
