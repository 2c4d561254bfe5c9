"""Wheels that readers may see differently, each from an honest one with one thing bent.

Every archive is small on disk, one apart. Those called honest are unusual but true, and every
reader should show the same files; of the others, a reader that shows any had better show what pip
shows.
"""

from fake_index.hostile import archives, members, names  # each registers its own
from fake_index.hostile.bending import (
    FOREIGN,
    MODULE,
    SOURCE,
    WHEEL,
    HostileWheel,
    hostile_names,
    hostile_wheel,
)

__all__ = [
    "FOREIGN",
    "MODULE",
    "SOURCE",
    "WHEEL",
    "HostileWheel",
    "archives",
    "hostile_names",
    "hostile_wheel",
    "members",
    "names",
]
