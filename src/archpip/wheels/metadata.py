"""The metadata of a wheel: its dist-info folder, METADATA and WHEEL.

Source: https://packaging.python.org/specifications/binary-distribution-format/. The contents of
METADATA are packaging's to parse.
"""

from collections.abc import Iterable
from contextlib import closing

from packaging.utils import canonicalize_name

from archpip.wheels.errors import InvalidWheelError
from archpip.wheels.model import Problem, ProblemKind, WheelSource
from archpip.wheels.wheel_files import WheelFile, parse_wheel_file

MAX_METADATA_BYTES = 16 * 1024 * 1024
"""METADATA contains the README; the largest known has some 2 MB."""

MAX_WHEEL_FILE_BYTES = 256 * 1024
"""WHEEL contains a few lines."""

_DIST_INFO = ".dist-info"
_IN_DIST_INFO = f"{_DIST_INFO}/"


def find_wheel_file(source: WheelSource) -> str | None:
    """Return the path where WHEEL should be; `None` if there is no dist-info folder."""
    folder = find_dist_info(source)
    return None if folder is None else f"{folder}/WHEEL"


def read_metadata(source: WheelSource) -> bytes:
    """Return the METADATA file.

    Raises:
        InvalidWheelError: There is no dist-info folder of the wheel's project, or no METADATA.
        WheelUnreadableError: Its bytes are damaged.
    """
    # If it was not part of the tail, fetch it as a whole, not piece by piece. WHEEL is next to it.
    folder = find_dist_info(source)
    source.prefetch({f"{folder}/METADATA": None, f"{folder}/WHEEL": None})
    return _read(source, "METADATA", limit=MAX_METADATA_BYTES)


def read_wheel_file(source: WheelSource) -> WheelFile:
    """Read the WHEEL file.

    Raises:
        InvalidWheelError: It is missing, or too large.
        WheelUnreadableError: Its bytes are damaged.
    """
    content = _read(source, "WHEEL", limit=MAX_WHEEL_FILE_BYTES)
    return parse_wheel_file(content.decode("utf-8", "replace"))


def find_dist_info(source: WheelSource) -> str | None:
    """Return the name of the dist-info folder that belongs to the wheel's file name.

    If several do, it is the first in directory order; `find_metadata_problems` reports that.
    """
    folders = _dist_info_folders(member.path for member in source.members())
    return next((f for f in folders if _belongs(f, source.filename)), None)


def find_metadata_problems(source: WheelSource) -> tuple[Problem, ...]:
    """Return the problems of the dist-info folders."""
    folders = _dist_info_folders(member.path for member in source.members())
    if not any(_belongs(folder, source.filename) for folder in folders):
        found = ", ".join(folders) or "none"
        detail = f"no dist-info folder of the file name's project; found: {found}"
        return (Problem(kind=ProblemKind.NO_DIST_INFO, member=None, detail=detail),)
    if len(folders) > 1:
        # pip refuses such a wheel; uv takes the folder that fits.
        detail = f"several dist-info folders: {', '.join(folders)}"
        return (Problem(kind=ProblemKind.AMBIGUOUS_METADATA, member=None, detail=detail),)
    if all(member.path != f"{folders[0]}/METADATA" for member in source.members()):
        # Neither pip nor uv installs it.
        detail = "it has no METADATA file"
        return (Problem(kind=ProblemKind.NO_DIST_INFO, member=None, detail=detail),)
    return ()


def _read(source: WheelSource, name: str, *, limit: int) -> bytes:
    folder = find_dist_info(source)
    path = f"{folder}/{name}"
    found = [member.size_bytes for member in source.members() if member.path == path]
    if folder is None or not found:
        raise InvalidWheelError(filename=source.filename, reason=f"it has no {name} file")
    size = found[-1]  # if a name repeats, the last one is read
    if size > limit:
        reason = f"its {name} has {size} bytes, more than {limit}"
        raise InvalidWheelError(filename=source.filename, reason=reason)
    with closing(source.open(path)) as content:
        return content.read_at(0, size)


def _dist_info_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the top-level `*.dist-info` folders in directory order, no repeats."""
    tops = dict.fromkeys(path.partition("/")[0] for path in paths if _IN_DIST_INFO in path)
    return tuple(top for top in tops if top.endswith(_DIST_INFO))


def _belongs(folder: str, filename: str) -> bool:
    """Return whether a dist-info folder is of the project in the file name."""
    project = filename.partition("-")[0]
    return canonicalize_name(folder.partition("-")[0]) == canonicalize_name(project)
