"""The metadata of a wheel: its dist-info folder, METADATA and WHEEL.

Source: https://packaging.python.org/specifications/binary-distribution-format/. The contents of
METADATA are packaging's to parse.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import closing

from msgspec import Struct
from packaging.tags import InvalidTag, Tag, TooManyTagsError, parse_tag
from packaging.utils import canonicalize_name

from archpip.wheels.errors import InvalidWheelError
from archpip.wheels.model import Problem, ProblemKind, WheelSource

MAX_METADATA_BYTES = 16 * 1024 * 1024
"""METADATA contains the README; the largest known has some 2 MB."""

MAX_TAGS = 1000
"""Tags of one compressed set; real ones expand to some ten."""

_DIST_INFO = ".dist-info"
_IN_DIST_INFO = f"{_DIST_INFO}/"

_FOLD = re.compile(r"\r?\n[ \t]+")
"""RFC 5322 §2.2.3: a line that begins with white space continues the one before."""


class WheelFile(Struct, frozen=True, kw_only=True):
    """The fields of the WHEEL file."""

    tags: tuple[str, ...]
    """`Tag:` lines, expanded and sorted."""
    root_is_purelib: bool


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
    # If it was not part of the tail, fetch it as a whole, not piece by piece.
    source.prefetch({f"{find_dist_info(source)}/METADATA": None})
    return _read(source, "METADATA")


def read_wheel_file(source: WheelSource) -> WheelFile:
    """Read the WHEEL file.

    Raises:
        InvalidWheelError: It is missing.
        WheelUnreadableError: Its bytes are damaged.
    """
    text = _read(source, "WHEEL").decode("utf-8", "replace")
    headers = tuple(_iter_headers(text))
    tags = {str(tag) for name, value in headers if name == "tag" for tag in _parse_tags(value)}
    purelib = next((value for name, value in headers if name == "root-is-purelib"), "")
    return WheelFile(tags=tuple(sorted(tags)), root_is_purelib=purelib.lower() == "true")


def _iter_headers(text: str) -> Iterator[tuple[str, str]]:
    """Yield each (name in lower case, value) up to the first line that is not a header.

    The file is "in the same basic key: value format" as METADATA; the standard library's e-mail
    parser could read it too, but takes longer to import than a small audit takes.
    """
    for line in _FOLD.sub(" ", text).splitlines():
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            return
        yield name.lower(), value.strip()


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


def _read(source: WheelSource, name: str) -> bytes:
    folder = find_dist_info(source)
    path = f"{folder}/{name}"
    found = [member.size_bytes for member in source.members() if member.path == path]
    if folder is None or not found:
        raise InvalidWheelError(filename=source.filename, reason=f"it has no {name} file")
    size = found[-1]  # if a name repeats, the last one is read
    if size > MAX_METADATA_BYTES:
        reason = f"its {name} has {size} bytes, more than {MAX_METADATA_BYTES}"
        raise InvalidWheelError(filename=source.filename, reason=reason)
    with closing(source.open(path)) as content:
        return content.read_at(0, size)


def _parse_tags(line: str) -> frozenset[Tag]:
    """Return the tags of a line; none if it is invalid."""
    try:
        return parse_tag(line.strip(), limit=MAX_TAGS)
    except (InvalidTag, TooManyTagsError):
        return frozenset()


def _dist_info_folders(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the top-level `*.dist-info` folders in directory order, no repeats."""
    tops = dict.fromkeys(path.partition("/")[0] for path in paths if _IN_DIST_INFO in path)
    return tuple(top for top in tops if top.endswith(_DIST_INFO))


def _belongs(folder: str, filename: str) -> bool:
    """Return whether a dist-info folder is of the project in the file name."""
    project = filename.partition("-")[0]
    return canonicalize_name(folder.partition("-")[0]) == canonicalize_name(project)
