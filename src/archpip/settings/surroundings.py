"""The part of the world that configuration depends on, as a value."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from archpip.architecture import OperatingSystem


class Surroundings(Struct, frozen=True, kw_only=True):
    """Who asks, and from where. `cli/` reads it off the machine; tests write it down."""

    environ: Mapping[str, str]
    """The environment variables."""
    home: Path
    """The user's home folder."""
    prefix: Path
    """`sys.prefix` of the environment that is installed into: its `pip.conf` counts."""
    working_folder: Path
    operating_system: OperatingSystem
    etc: Path = Path("/etc")
    """Where a Unix keeps the configuration of the whole machine."""
    homebrew_prefix: Path | None = None
    """Where the asking Python is Homebrew's, that Homebrew's prefix (macOS)."""
