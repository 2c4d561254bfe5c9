"""Modules that a project's package imports whatever happens, going by its `__init__.py`.

A package below it may be one that nobody imports, so only what lies in the outermost is looked at.
This is read only for a module whose suffix names another machine than its code is for. No Python
imports such a file, and only the source tells a package that does without it from one that fails.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from archpip.architecture import Architecture, find_architecture
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

# `demo/_core.cp311-win_amd64.pyd`, `demo/_core.cpython-311-x86_64-linux-gnu.so`
_MODULE = re.compile(
    r"(?P<folder>(?:[^/]+\.data/(?:purelib|platlib)/)?(?P<package>[^/]+))/(?P<stem>[^/.]+)"
    r"\.(?:cp|cpython-|pypy|pp)\d+t?(?:-pp\d+)?-(?P<platform>[^/.]+)\.(?:pyd|so)"
)
_MAX_BYTES = 256 * 1024


def find_demanded(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return such modules in directory order; unreadable sources are added to `problems`."""
    suspects = [match for one in binaries if (match := _match_contradiction(one))]
    if not suspects:
        return ()
    present = {member.path for member in members}
    wanted = {f"{match['folder']}/__init__.py" for match in suspects} & present
    source.prefetch(dict.fromkeys(wanted))
    texts = dict(_iter_texts(source, sorted(wanted), problems))
    return tuple(match.string for match in suspects if _is_imported(match, texts))


def _match_contradiction(one: BinaryMember) -> re.Match[str] | None:
    match = _MODULE.fullmatch(one.path)
    if match is None:
        return None
    platform = match["platform"]
    named = (
        Architecture.I686
        if platform == "win32"
        else find_architecture(platform.removeprefix("win_").partition("-")[0])
    )
    return match if named is not None and named not in one.binary.architectures else None


def _iter_texts(
    source: WheelSource, paths: Sequence[str], problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    for path in paths:
        try:
            with closing(source.open(path)) as content:
                head = content.read_at(0, min(content.size, _MAX_BYTES))
        except WheelUnreadableError as error:
            problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
        else:
            yield path, head.decode("utf-8", "replace")


def _is_imported(match: re.Match[str], texts: Mapping[str, str]) -> bool:
    """Return whether a package's source imports a module, on a line without indentation.

    What is indented stands in a `try`, under a condition or in a function.
    """
    text = texts.get(f"{match['folder']}/__init__.py")
    if text is None:
        return False
    package = re.escape(match["package"])
    stem = re.escape(match["stem"])
    pattern = (
        rf"^(?:from[ \t]+(?:\.|{package}\.){stem}[ \t.]"
        rf"|from[ \t]+(?:\.|{package})[ \t]+import[ \t]+(?:\([^)#]*|[^(\n#]*)\b{stem}\b"
        rf"|import[ \t]+{package}\.{stem}\b)"
    )
    return re.search(pattern, text, re.MULTILINE) is not None
