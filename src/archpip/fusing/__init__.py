"""Fusing: join two thin macOS wheels to one fat wheel, and thin a fat one again.

Pure Python, on any system: `fat.py` writes the container as `lipo` does, `merging.py` merges each
member, `rules.toml` lists harmless differences. The result is judged afterwards like any other
wheel.
"""

from typing import TYPE_CHECKING

from archpip.on_demand import offer

if TYPE_CHECKING:
    from archpip.fusing.errors import (
        Conflict,
        FuseConflictError,
        FuseMismatchError,
        SliceUnusableError,
        ThinError,
    )
    from archpip.fusing.fuse import fuse_wheels, thin_wheel
    from archpip.fusing.naming import RECIPE, fused_filename, thin_filename
else:
    __getattr__ = offer(__name__, __file__)

__all__ = [
    "RECIPE",
    "Conflict",
    "FuseConflictError",
    "FuseMismatchError",
    "SliceUnusableError",
    "ThinError",
    "fuse_wheels",
    "fused_filename",
    "thin_filename",
    "thin_wheel",
]
