"""Fast parsing of wheel file names, and whether their tags leave the architecture open.

Source: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import re
from functools import lru_cache
from math import prod

from msgspec import Struct
from packaging.version import Version

from archpip.architecture import Architecture, find_architecture

_SDIST_SUFFIXES = (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
_STRICT_PART_COUNTS = (5, 6)  # name-version[-build]-python-abi-platform
_TAG_COUNT = 3
_MOST_TAGS = 1000
"""Tags of one compressed set; real ones expand to some ten, and a page may name any."""

# What follows the system in a platform tag; one group per system, the architecture last.
_PLATFORM = re.compile(
    r"(?:macosx_\d+_\d+|manylinux_\d+_\d+|manylinux1|manylinux2010|manylinux2014|musllinux_\d+_\d+"
    r"|linux|win|android_\d+|ios_\d+_\d+)_(?P<architecture>.+)"
)
_LOOSE_ARCHITECTURES = frozenset(
    ("universal2", "universal", "intel", "fat", "fat3", "fat32", "fat64")
)
_VERSIONED_PLATFORM = re.compile(
    r"(?P<system>macosx|manylinux|musllinux|android|ios)_?\d+(?:_\d+)?_(?P<architecture>.+)"
)
_FLOOR = re.compile(r"(?:macosx|manylinux|musllinux|ios)_(?P<major>\d{1,9})_(?P<minor>\d{1,9})_")


class WheelName(Struct, frozen=True, kw_only=True):
    """A wheel's file name, as far as ranking needs it."""

    version: Version
    build: tuple[int, str] | None
    tags: tuple[tuple[str, str, str], ...]
    """(interpreter, ABI, platform), expanded."""

    @property
    def is_loose(self) -> bool:
        """Whether the tags do not pin down one architecture."""
        return is_loose(frozenset(platform for _, _, platform in self.tags))


def is_wheel(filename: str) -> bool:
    """Return whether a file name is a wheel's."""
    return filename.endswith(".whl")


def is_sdist(filename: str) -> bool:
    """Return whether an archive may be an sdist; only its version tells whether it is one."""
    return filename.endswith(_SDIST_SUFFIXES)


def tags_of(filename: str) -> str | None:
    """Return the tags of a wheel's name as written; `None` if a build number precedes them."""
    tags = filename.split("-", _STRICT_PART_COUNTS[0] - _TAG_COUNT)[2:]
    return tags[0] if tags and tags[0].count("-") == _TAG_COUNT - 1 else None


@lru_cache(maxsize=4096)
def parse_wheel_name(filename: str) -> WheelName | None:
    """Parse a wheel's file name, or return `None` if it is invalid."""
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) not in _STRICT_PART_COUNTS:
        return None
    build = None
    if len(parts) == _STRICT_PART_COUNTS[1]:
        number = re.match(r"(\d{1,99})(.*)", parts[2])
        if number is None:
            return None
        build = (int(number[1]), number[2])
    try:
        version = Version(parts[1])
    except ValueError:  # also Python's, for a number of 5,000 digits
        return None
    interpreters, abis, platforms = columns = [part.lower().split(".") for part in parts[-3:]]
    if prod(map(len, columns)) > _MOST_TAGS:
        return None
    return WheelName(
        version=version,
        build=build,
        tags=tuple((i, a, p) for i in interpreters for a in abis for p in platforms),
    )


def without_floor(platform: str) -> str:
    """Return a platform tag without its floor: `manylinux_aarch64`."""
    match = _VERSIONED_PLATFORM.fullmatch(platform)
    return f"{match['system']}_{match['architecture']}" if match else platform


def architecture_of(platform: str) -> Architecture | None:
    """Return the architecture of a platform tag; `None` for `any` and for macOS' fat ones."""
    if platform == "win32":
        return Architecture.I686
    match = _PLATFORM.fullmatch(platform)
    return find_architecture(match["architecture"]) if match else None


def floor_of(platform: str) -> tuple[int, int] | None:
    """Return the floor of a platform tag, if it has one in two numbers."""
    match = _FLOOR.match(platform)
    return (int(match["major"]), int(match["minor"])) if match else None


@lru_cache(maxsize=4096)
def is_loose(platforms: frozenset[str]) -> bool:
    """Return whether platform tags together leave the architecture open.

    `any`, the fat names of macOS, and compressed sets that name several do; `manylinux1_x86_64`
    with `manylinux2014_x86_64` does not.
    """
    architectures = set()
    for platform in platforms:
        match = _PLATFORM.fullmatch(platform)
        architectures.add(match["architecture"] if match else platform)
    return (
        len(architectures) != 1
        or "any" in architectures
        or bool(architectures & _LOOSE_ARCHITECTURES)
    )
