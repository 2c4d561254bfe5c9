"""How a project's package imports some of its modules, going by its `__init__.py`.

A package below it may be one that nobody imports, so only what lies in the outermost is looked at.
This is read only for a module whose suffix names another machine than its code is for, and for one
without an architecture that another module beside it has. The source tells a package that does
without the module from one that fails.
"""

import re
from collections.abc import Iterator, Sequence

from archpip.architecture import Architecture, find_architecture
from archpip.wheels.import_statements import ImportStatement
from archpip.wheels.imports import Imports, module_of, read_sources
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

# `demo/_core.cp311-win_amd64.pyd`, `demo/_core.cpython-311-x86_64-linux-gnu.so`
_MODULE = re.compile(
    r"(?P<folder>(?:[^/]+\.data/(?:purelib|platlib)/)?[^/]+)/[^/.]+"
    r"\.(?:cp|cpython-|pypy|pp)\d+t?(?:-pp\d+)?-(?P<platform>[^/.]+)\.(?:pyd|so)"
)
_MOST_MODULES = 100
"""Modules that are looked for in source. A wheel seldom has one, and a hostile one thousands."""


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
    return tuple(
        path
        for path, statements in _iter_imported(source, members, suspects, problems)
        # What is indented stands in a `try`, under a condition or in a function.
        if any(not statement.is_nested for statement in statements)
    )


def find_fallbacks(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return modules with fewer architectures that are imported only where others are missing.

    They come in directory order; unreadable sources are added to `problems`. On no condition but
    that, the other one may be missing everywhere, and such modules are none of these.
    """
    suspects = _find_narrower(binaries)
    return tuple(
        path
        for path, statements in _iter_imported(source, members, suspects, problems)
        if all(statement.is_fallback for statement in statements)
    )


def _find_narrower(binaries: Sequence[BinaryMember]) -> list[re.Match[str]]:
    """Return the modules without an architecture that another in their folder has."""
    modules = [(match, one) for one in binaries if (match := _MODULE.fullmatch(one.path))]
    found: dict[str, frozenset[Architecture]] = {}
    for match, one in modules:
        folder = match["folder"]
        found[folder] = found.get(folder, frozenset()) | one.binary.architectures
    return [match for match, one in modules if found[match["folder"]] - one.binary.architectures]


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


def _iter_imported(
    source: WheelSource,
    members: Sequence[Member],
    modules: Sequence[re.Match[str]],
    problems: list[Problem],
) -> Iterator[tuple[str, Sequence[ImportStatement]]]:
    """Yield those of the first hundred modules that their packages import, and how these do."""
    considered = modules[:_MOST_MODULES]
    if not considered:
        return
    present = {member.path for member in members}
    wanted = {_source_of(match) for match in considered} & present
    imports = Imports(read_sources(source, wanted, problems))
    for match in considered:
        importers = imports.iter_importers(module_of(match.string))
        statements = [one.statement for one in importers if one.path == _source_of(match)]
        if statements:
            yield match.string, statements


def _source_of(module: re.Match[str]) -> str:
    return f"{module['folder']}/__init__.py"
