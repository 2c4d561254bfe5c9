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

_MARKS_OF_ODD = ("./", "//", ":", "/,", ".,", "\n/", '"')
"""A record without these has plain paths only."""

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
    text = text.replace("\\", "/")
    try:
        names = _read_names(text)
    except ValueError as error:
        detail = f"RECORD cannot be parsed: {error}"
        problem = Problem(kind=ProblemKind.UNREADABLE_MEMBER, member=record, detail=detail)
        return Listing(paths=(), problems=(problem,))
    start = f"{root}/" if root else ""
    # Comprehensions, as records name every file of an environment: tens of thousands.
    paths = [path for name in names if (path := start + name) in members]
    unsafe: list[str] = []
    # Most of the rest is not listed by the tree, or no longer there.
    if len(paths) < len(names) and any(mark in f"\n{text}" for mark in _MARKS_OF_ODD):
        for name in names:
            # PYTHONPYCACHEPREFIX puts bytecode where no other file of a record lies.
            if _is_plain(name) or name.endswith(".pyc") or start + name in members:
                continue
            if _is_unsafe(name):
                unsafe.append(name)
            elif (path := _join(root, name)) in members:
                paths.append(path)
    return Listing(paths=tuple(dict.fromkeys(paths)), problems=tuple(_complain(record, unsafe)))


def _read_names(text: str) -> list[str]:
    """Return the first field of each row that has one.

    Raises:
        ValueError: The text is no CSV.
    """
    lines = text.splitlines()
    if '"' not in text:
        # Hardly any record has a quoted name; without one, parsing takes a third of the time.
        return [name for line in lines if (name := line.partition(",")[0])]
    import csv  # for those few

    try:
        return [row[0] for row in csv.reader(lines) if row and row[0]]
    except csv.Error as error:
        raise ValueError(*error.args) from error


def _complain(record: str, unsafe: list[str]) -> Iterator[Problem]:
    if unsafe:
        detail = f"RECORD lists {len(unsafe)} paths outside of any environment: {unsafe[0]!r}"
        yield Problem(kind=ProblemKind.UNSAFE_PATH, member=record, detail=detail)


def _is_plain(path: str) -> bool:
    """Return whether a path needs no further check, as nearly all of the thousands do not."""
    return not ("./" in path or "//" in path or ":" in path or path[0] == "/" or path[-1] in "./")


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
