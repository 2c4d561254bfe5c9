"""Whether a project's package can do without some of its modules, going by its Python source.

A package below it may be one that nobody imports, so only what lies in the outermost is looked at.
Source is read only for a module whose suffix names another machine than its code is for, for one
without an architecture that other modules beside it have, and for those that a wheel for any Python
has for one.
"""

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from archpip.architecture import Architecture, find_architecture
from archpip.wheels.folders import strip_scheme
from archpip.wheels.guards import Guards
from archpip.wheels.import_statements import ImportStatement
from archpip.wheels.imports import (
    Imports,
    module_of,
    read_sources,
    select_sources,
)
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

# `demo/_core.cp311-win_amd64.pyd`, `demo/_core.cpython-311-x86_64-linux-gnu.so`
_PATH = r"(?P<folder>(?:[^/]+\.data/(?:purelib|platlib)/)?[^/]+)/[^/.]+"
_MODULE = re.compile(
    _PATH + r"\.(?:cp|cpython-|pypy|pp)\d+[a-z]*(?:-pp\d+)?-(?P<platform>[^/.]+)\.(?:pyd|so)"
)
_FOR_WINDOWS = re.compile(_PATH + r"\.pyd")
_LEAST_CHARACTERS = 200
"""A shorter `__init__.py` has a docstring or a version, or an import that is not guarded."""
_SHARE = 3
_MOST_DEPENDENTS = 100
"""More of a package's files are as good as a third of them."""
_MANY = 10
_MOST_MODULES = 100
"""Modules that are looked for in source. A wheel seldom has one, and a hostile one thousands."""


def find_demanded(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    problems: list[Problem],
    *,
    for_any_python: bool,
) -> tuple[str, ...]:
    """Return modules that look as if the wheel did without them, and that it needs.

    Those are modules under others' suffixes (if the tags are for any Python, a suffix for a single
    one is another's, and so is that of Windows), and one that has not what many others beside it
    have. Unreadable sources are added to `problems`.
    """
    if for_any_python:
        paths = (one.path for one in binaries)
        suspects = [
            m for path in paths if (m := _MODULE.fullmatch(path) or _FOR_WINDOWS.fullmatch(path))
        ]
        select = _iter_purposes
    else:
        suspects = [
            *(match for one in binaries if (match := _match_contradiction(one))),
            *_find_left_out(binaries),
        ]
        select = _iter_needed
    demanded = set(select(source, members, suspects[:_MOST_MODULES], problems))
    return tuple(match.string for match in suspects if match.string in demanded)


def _iter_purposes(
    source: WheelSource,
    members: Sequence[Member],
    modules: Sequence[re.Match[str]],
    problems: list[Problem],
) -> Iterator[str]:
    """Yield modules that their packages import whatever happens, or that are all a wheel has."""
    for path, statements in _iter_imported(source, members, modules, problems):
        # What is indented stands in a `try`, under a condition or in a function.
        if any(not statement.is_nested for statement in statements):
            yield path
    if modules and not any(map(_is_source, members)):
        texts = read_sources(source, _list_sources(modules, members), problems)
        for match in modules:
            if len(texts.get(_source_of(match), "")) < _LEAST_CHARACTERS:
                yield match.string


def _iter_needed(
    source: WheelSource,
    members: Sequence[Member],
    modules: Sequence[re.Match[str]],
    problems: list[Problem],
) -> Iterator[str]:
    """Yield modules without which their package, or a third of its files, cannot be imported."""
    packages: dict[str, list[str]] = defaultdict(list)
    for match in modules:
        packages[match["folder"]].append(match.string)
    for folder, paths in packages.items():
        files = select_sources(members, f"{strip_scheme(folder)}/")
        texts = read_sources(source, (file.path for file in files), problems)
        imports = Imports(texts)
        guards = Guards(imports)
        limit = min(max(len(texts) - 1, 0) // _SHARE, _MOST_DEPENDENTS)
        for path in paths:
            importers = imports.find_importers(module_of(path))
            bare = {module_of(one.path) for one in importers if not one.statement.is_nested}
            dependents = imports.find_dependents(bare, limit=limit)
            is_above = module_of(f"{folder}/__init__.py") in dependents
            if is_above or (len(dependents) > limit and not guards.spare(module_of(path), path)):
                yield path


def _is_source(member: Member) -> bool:
    """Return whether a file is Python source, or compiled from such, and no package's own."""
    is_package = member.path.endswith("/__init__.py")
    return member.path.endswith((".py", ".pyc")) and not is_package


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


def _find_left_out(binaries: Sequence[BinaryMember]) -> list[re.Match[str]]:
    """Return public modules without an architecture that many others in their folder have."""
    narrower = [match for match in _find_narrower(binaries) if not _is_private(match.string)]
    if not narrower:
        return []
    folders = Counter(posixpath.dirname(one.path) for one in binaries)
    return [match for match in narrower if folders[posixpath.dirname(match.string)] > _MANY]


def _is_private(path: str) -> bool:
    return posixpath.basename(path).startswith("_")


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
    imports = Imports(read_sources(source, _list_sources(considered, members), problems))
    for match in considered:
        importers = imports.find_importers(module_of(match.string))
        statements = [one.statement for one in importers if one.path == _source_of(match)]
        if statements:
            yield match.string, statements


def _list_sources(modules: Sequence[re.Match[str]], members: Sequence[Member]) -> set[str]:
    """Return the `__init__.py` of each package that holds one of the modules, if there is one."""
    return {_source_of(match) for match in modules} & {member.path for member in members}


def _source_of(module: re.Match[str]) -> str:
    return f"{module['folder']}/__init__.py"
