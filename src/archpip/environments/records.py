"""Read the files that a distribution's record lists: RECORD, top_level.txt, conda-meta.

Source: https://packaging.python.org/specifications/recording-installed-packages/ and
https://docs.conda.io/projects/conda-build/en/latest/resources/package-spec.html. Records are
untrusted input, like wheels: only their entries within the tree count.
"""

import posixpath
import re
from collections.abc import Container, Iterator
from contextlib import closing

from msgspec import DecodeError, Struct, json

from archpip.environments.model import Tree
from archpip.wheels import Problem, ProblemKind, WheelUnreadableError

MAX_RECORD_BYTES = 64 * 1024 * 1024
"""A RECORD has some 100 bytes per file; the largest known has 2 MB."""

_REST_OF_ROW = re.compile(r",.*\n")
_ODD_IN_ROWS = '"\r\v\f\x1c\x1d\x1e\x85\u2028\u2029'
"""What quotes, and what ends a line beside the newline (`str.splitlines`)."""

_MOST_STEPS_UP = 3
"""`../../../bin/tool` is how RECORD writes a script of `lib/python3.11/site-packages`."""


class Listing(Struct, frozen=True, kw_only=True):
    """The files that a record lists."""

    paths: tuple[str, ...]
    """The listed files in the tree, in the record's order; no path repeats."""
    problems: tuple[Problem, ...] = ()


def read_text(tree: Tree, path: str) -> str:
    """Return a text file's content; invalid UTF-8 is replaced.

    Raises:
        WheelUnreadableError: It cannot be read, or is implausibly large.
    """
    with closing(tree.open(path)) as content:
        if content.size > MAX_RECORD_BYTES:
            reason = f"it has {content.size} bytes, more than {MAX_RECORD_BYTES}"
            raise WheelUnreadableError(
                filename="", member=path, reason=reason, kind=ProblemKind.TOO_LARGE
            )
        return content.read_at(0, content.size).decode("utf-8", "replace")


def parse_record(text: str, *, record: str, root: str, members: Container[str]) -> Listing:
    """Parse a RECORD.

    Args:
        text: The file's content.
        record: Its path, for problems.
        root: The folder in the tree that its paths are relative to.
        members: The paths of the tree's files.
    """
    try:
        names = read_names(text)
    except ValueError as error:
        detail = f"RECORD cannot be parsed: {error}"
        problem = Problem(kind=ProblemKind.UNREADABLE_MEMBER, member=record, detail=detail)
        return Listing(paths=(), problems=(problem,))
    start = f"{root}/" if root else ""
    paths: list[str] = []
    unsafe: list[str] = []
    # Records name every file of an environment, tens of thousands, and most as the tree does.
    for name in names:
        path = start + name
        if path in members:
            paths.append(path)
        # PYTHONPYCACHEPREFIX puts bytecode where no other file of a record lies.
        elif name.endswith(".pyc") or _is_plain(name):
            continue
        elif _is_unsafe(name):
            unsafe.append(name)
        elif (path := _join(root, name)) in members:
            paths.append(path)
    return Listing(paths=tuple(dict.fromkeys(paths)), problems=tuple(_complain(record, unsafe)))


def read_names(record: str) -> list[str]:
    """Return the first field of each row of a RECORD, which may be empty, with single slashes.

    Raises:
        ValueError: The text is no CSV.
    """
    text = record.replace("\\", "/").replace("\r\n", "\n")
    # Hardly any record has a quoted name or a row without a comma, so that what follows the names
    # can be cut out, in a third of the time that parsing takes.
    if not any(mark in text for mark in _ODD_IN_ROWS):
        names = _REST_OF_ROW.split(text)
        if not names[-1] and len(names) == text.count("\n") + 1:
            return names
    import csv  # for those few

    try:
        return [row[0] for row in csv.reader(text.splitlines()) if row]
    except csv.Error as error:
        raise ValueError(*error.args) from error


def _complain(record: str, unsafe: list[str]) -> Iterator[Problem]:
    if unsafe:
        detail = f"RECORD lists {len(unsafe)} paths outside of any environment: {unsafe[0]!r}"
        yield Problem(kind=ProblemKind.UNSAFE_PATH, member=record, detail=detail)


def _is_plain(path: str) -> bool:
    """Return whether a path is empty or normal, and stays where it begins."""
    return not (
        "./" in path
        or "//" in path
        or ":" in path
        or path.startswith("/")
        or path.endswith((".", "/"))
    )


def _is_unsafe(path: str) -> bool:
    """Return whether a path is where no installer would put a file of this record."""
    parts = path.split("/")
    return path.startswith("/") or ":" in parts[0] or parts.count("..") > _MOST_STEPS_UP


def _join(root: str, path: str) -> str:
    """Return the normal path from the tree's folder; outside of it, it climbs."""
    return posixpath.normpath(posixpath.join(root, path))


def find_top_level(text: str | None, name: str) -> frozenset[str]:
    """Return the names at the root that belong to a distribution without RECORD.

    Args:
        text: The content of `top_level.txt`, if it exists.
        name: The distribution's name, usually that of its package.
    """
    lines = (text or "").split()
    return frozenset(lines) or frozenset((name.replace("-", "_"), name))


class CondaRecord(Struct, frozen=True, kw_only=True):
    """One file of `conda-meta`."""

    name: str
    version: str
    subdirectory: str
    """conda's name for the platform: `osx-arm64`, `linux-64`, `noarch`."""
    paths: tuple[str, ...]


_CONDA_RECORD = re.compile(r"(?:(?P<prefix>.*)/)?conda-meta/[^/]+\.json")


def find_conda_prefix(path: str) -> str | None:
    """Return the prefix that a record of conda's is for; `None` for any other file.

    Images and homes have a prefix somewhere below, and a prefix has further ones in `envs`. The
    prefix is empty if it is the tree itself.
    """
    # An audit asks for each of tens of thousands of paths.
    match = _CONDA_RECORD.fullmatch(path) if "conda-meta/" in path else None
    return None if match is None else match["prefix"] or ""


def parse_conda_record(text: str) -> CondaRecord | None:
    """Parse a file in `conda-meta`; `None` if it is no record (`history`, or malformed)."""
    try:
        document = json.decode(text)
    except (DecodeError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("files"), list):
        return None
    files = (name for name in document["files"] if isinstance(name, str))
    return CondaRecord(
        name=str(document.get("name", "")),
        version=str(document.get("version", "")),
        subdirectory=str(document.get("subdir", "")),
        paths=tuple(_join("", name.lstrip("/")) for name in files),
    )
