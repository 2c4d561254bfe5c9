"""archpip's folders for a user, by each system's convention.

Source: https://specifications.freedesktop.org/basedir-spec/, Apple's "File System Basics" and
Microsoft's list of known folders.
"""

from pathlib import Path

from msgspec import Struct

from archpip.architecture import OperatingSystem
from archpip.settings import Surroundings


class UserFolder(Struct, frozen=True, kw_only=True):
    """A folder of one kind, on every system."""

    windows: str
    """Its name beneath archpip's own folder among the user's on this machine alone."""
    macos: str
    """The folder of the Library that archpip's own stands in."""
    variable: str
    """The variable that names the parent folder, on all other systems."""
    otherwise: str
    """The parent folder below the user's home, if the variable is not set."""

    def find(self, surroundings: Surroundings) -> Path:
        """Return its path, whether or not it exists."""
        environ, home = surroundings.environ, surroundings.home
        match surroundings.operating_system:
            case OperatingSystem.WINDOWS:
                local = environ.get("LOCALAPPDATA")
                folder = Path(local) if local else home / "AppData" / "Local"
                return folder / "archpip" / self.windows
            case OperatingSystem.MACOS:
                return home / "Library" / self.macos / "archpip"
            case _:
                named = environ.get(self.variable)
                return (Path(named) if named else home / self.otherwise) / "archpip"


CACHE_FOLDER = UserFolder(
    windows="Cache", macos="Caches", variable="XDG_CACHE_HOME", otherwise=".cache"
)
"""The cache."""

DATA_FOLDER = UserFolder(
    windows="Data",
    macos="Application Support",
    variable="XDG_DATA_HOME",
    otherwise=".local/share",
)
"""Data that the user had archpip prepare, such as toolchains."""
