"""Where pip keeps its configuration, on each system: pure but for asking which files exist.

Source: https://pip.pypa.io/en/stable/topics/configuration/ and, for what that leaves open (order
within a level, `XDG_CONFIG_DIRS`, what `PIP_CONFIG_FILE` turns off), pip 26's behaviour.
"""

from enum import StrEnum
from pathlib import Path, PurePosixPath

from msgspec import Struct

from archpip.architecture import OperatingSystem
from archpip.reachable import is_folder, is_there
from archpip.settings.surroundings import Surroundings

_NULL_DEVICES = {OperatingSystem.WINDOWS: "nul"}


class Level(StrEnum):
    """Whose a configuration file is, weakest first; pip's own words."""

    GLOBAL = "global"
    USER = "user"
    SITE = "site"
    ENVIRONMENT = "env"
    """The file that PIP_CONFIG_FILE names."""


class PipFile(Struct, frozen=True, kw_only=True):
    """One file that pip would read, whether or not it exists."""

    level: Level
    path: Path


def find_pip_files(surroundings: Surroundings) -> tuple[PipFile, ...]:
    """Return the files that pip reads, weakest first: a later one's value replaces an earlier's."""
    named = surroundings.environ.get("PIP_CONFIG_FILE")
    if named == _NULL_DEVICES.get(surroundings.operating_system, "/dev/null"):
        return ()
    named_path = surroundings.working_folder / named if named else None
    # A file that PIP_CONFIG_FILE names replaces the user's own, but only where it exists.
    user = () if named_path and is_there(named_path) else _user_folders(surroundings)
    levels = {
        Level.GLOBAL: _global_folders(surroundings),
        Level.USER: user,
        Level.SITE: (surroundings.prefix,),
    }
    windows = surroundings.operating_system is OperatingSystem.WINDOWS
    files = [
        PipFile(level=level, path=folder / ("pip.ini" if windows else "pip.conf"))
        for level, folders in levels.items()
        for folder in folders
    ]
    if named_path:
        files.append(PipFile(level=Level.ENVIRONMENT, path=named_path))
    return tuple(files)


def _global_folders(surroundings: Surroundings) -> tuple[Path, ...]:
    if surroundings.operating_system is OperatingSystem.WINDOWS:
        return (Path(surroundings.environ.get("PROGRAMDATA", "C:\\ProgramData")) / "pip",)
    if surroundings.operating_system is OperatingSystem.MACOS:
        shared = _absolute_paths(surroundings, "XDG_DATA_DIRS")
        brew = surroundings.homebrew_prefix
        defaults = [brew / "share"] if brew else []
        defaults.append(Path("/Library/Application Support"))
        return tuple(folder / "pip" for folder in shared or defaults)
    shared = _absolute_paths(surroundings, "XDG_CONFIG_DIRS") or [surroundings.etc / "xdg"]
    return (*(folder / "pip" for folder in shared), surroundings.etc)


def _user_folders(surroundings: Surroundings) -> tuple[Path, ...]:
    """Return the legacy folder, then today's, which is stronger."""
    home = surroundings.home
    if surroundings.operating_system is OperatingSystem.WINDOWS:
        roaming = surroundings.environ.get("APPDATA")
        return (home / "pip", (Path(roaming) if roaming else home / "AppData/Roaming") / "pip")
    if surroundings.operating_system is OperatingSystem.MACOS:
        data = _absolute_paths(surroundings, "XDG_DATA_HOME")
        native = (data[0] if data else home / "Library/Application Support") / "pip"
        # pip looks into the native folder only where somebody made it.
        return (home / ".pip", native if is_folder(native) else home / ".config/pip")
    configured = _absolute_paths(surroundings, "XDG_CONFIG_HOME")
    return (home / ".pip", (configured[0] if configured else home / ".config") / "pip")


def _absolute_paths(surroundings: Surroundings, variable: str) -> list[Path]:
    """Read a variable of the XDG base directory specification, which bids to ignore the others."""
    written = surroundings.environ.get(variable, "").split(":")
    stripped = (path.strip() for path in written)
    return [Path(path) for path in stripped if PurePosixPath(path).is_absolute()]
