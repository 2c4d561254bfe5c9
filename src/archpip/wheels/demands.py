"""How a project's package imports some of its modules, going by its `__init__.py`.

A package below it may be one that nobody imports, so only what lies in the outermost is looked at.
This is read only for a module whose suffix names another machine than its code is for, and for one
without an architecture that another module beside it has. The source tells a package that does
without the module from one that fails.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

from archpip.architecture import Architecture, find_architecture
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

# `demo/_core.cp311-win_amd64.pyd`, `demo/_core.cpython-311-x86_64-linux-gnu.so`
_MODULE = re.compile(
    r"(?P<folder>(?:[^/]+\.data/(?:purelib|platlib)/)?(?P<package>[^/]+))/(?P<stem>[^/.]+)"
    r"\.(?:cp|cpython-|pypy|pp)\d+t?(?:-pp\d+)?-(?P<platform>[^/.]+)\.(?:pyd|so)"
)
_EXCEPT = re.compile(r"except\b[^#]*:")
_MAX_BYTES = 256 * 1024
_MOST_MODULES = 100
"""Modules that are looked for in source, and packages whose source is read. A wheel seldom has one,
and a hostile one thousands."""
_WORD = re.compile(r"\w+")


def find_demanded(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return modules under another machine's suffix that are imported whatever happens.

    They come in directory order; unreadable sources are added to `problems`.
    """
    suspects = [match for one in binaries if (match := _match_contradiction(one))]
    texts = _read_packages(source, members, suspects, problems)
    return tuple(m.string for m in _select_named(suspects, texts) if _is_imported(m, texts))


def find_fallbacks(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return modules with fewer architectures that are imported only where others are missing.

    They come in directory order; unreadable sources are added to `problems`.
    """
    suspects = _find_narrower(binaries)
    texts = _read_packages(source, members, suspects, problems)
    return tuple(m.string for m in _select_named(suspects, texts) if _is_fallback(m, texts))


def _find_narrower(binaries: Sequence[BinaryMember]) -> list[re.Match[str]]:
    """Return the modules without an architecture that another in their folder has."""
    modules = [(match, one) for one in binaries if (match := _MODULE.fullmatch(one.path))]
    found: dict[str, frozenset[Architecture]] = {}
    for match, one in modules:
        folder = match["folder"]
        found[folder] = found.get(folder, frozenset()) | one.binary.architectures
    return [match for match, one in modules if found[match["folder"]] - one.binary.architectures]


def _read_packages(
    source: WheelSource,
    members: Sequence[Member],
    modules: Sequence[re.Match[str]],
    problems: list[Problem],
) -> Mapping[str, str]:
    """Return the source of packages that hold some modules, at most a hundred, by its path."""
    if not modules:
        return {}
    present = {member.path for member in members}
    wanted = sorted({_source_of(match) for match in modules} & present)[:_MOST_MODULES]
    source.prefetch(dict.fromkeys(wanted))
    return dict(_iter_texts(source, wanted, problems))


def _source_of(module: re.Match[str]) -> str:
    return f"{module['folder']}/__init__.py"


def _select_named(
    modules: Sequence[re.Match[str]], texts: Mapping[str, str]
) -> Sequence[re.Match[str]]:
    """Return the modules, at most a hundred, whose names their packages' source has at all."""
    stems: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        stems[_source_of(module)].add(module["stem"])
    # Each source is searched once for all of them.
    named = {path: stems[path].intersection(_WORD.findall(texts[path])) for path in texts}
    found = (m for m in modules if m["stem"] in named.get(_source_of(m), ()))
    return list(islice(found, _MOST_MODULES))


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
    text = texts.get(_source_of(match))
    return text is not None and re.search(rf"^{_importing(match)}", text, re.MULTILINE) is not None


def _is_fallback(match: re.Match[str], texts: Mapping[str, str]) -> bool:
    """Return whether a package imports a module only if another is missing, and on a condition.

    Without a condition the other one may be missing everywhere.
    """
    text = texts.get(_source_of(match), "")
    imports = re.compile(_importing(match))
    found = [handled for line, handled in _iter_lines(text) if imports.match(line)]
    return bool(found) and all(found) and not _is_imported(match, texts)


def _iter_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line of code, and whether it stands in an `except` clause that is indented itself.

    Lines come without their indentation.
    """
    above: list[tuple[int, bool]] = []
    """The indentation of each line that a line stands beneath, and whether it is an `except`."""
    for written in text.splitlines():
        line = written.lstrip()
        if not line or line.startswith("#"):
            continue
        depth = len(written) - len(line)
        while above and above[-1][0] >= depth:
            above.pop()
        yield line, bool(above) and above[-1][0] > 0 and above[-1][1]
        above.append((depth, _EXCEPT.match(line) is not None))


def _importing(match: re.Match[str]) -> str:
    """Return a pattern for the statements that import a module from its package's source."""
    package = re.escape(match["package"])
    stem = re.escape(match["stem"])
    return (
        rf"(?:from[ \t]+(?:\.|{package}\.){stem}[ \t.]"
        # Without `(`: each of many that do not end would be searched to the end of the text.
        rf"|from[ \t]+(?:\.|{package})[ \t]+import[ \t]+(?:\([^()#]*|[^(\n#]*)\b{stem}\b"
        rf"|import[ \t]+{package}\.{stem}\b)"
    )
