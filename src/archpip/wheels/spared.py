"""Libraries that few modules of a wheel for any platform depend on, going by its Python source.

The tag of such a wheel promises no native code, and a package may have a library for a small part
of itself: tensorflow_graphics has a rasterizer that 4 of its 332 modules need. Source is read only
where the names of a library do not say for which machine it is: those are chosen by the project's
own code, which knows what it has.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from archpip.wheels.imports import Imports, module_of, read_sources, strip_scheme
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

_LIBRARY = re.compile(r"\.(?:so|dll|dylib)(?:\.|$)", re.IGNORECASE)
_NAMES_MACHINE = re.compile(r"x86|x64|amd|i[3-6]86|arm|aarch|32|64|universal", re.IGNORECASE)

_FEWEST_MODULES = 40
"""A smaller package is hardly more than a wrapper of its library."""
_SHARE = 10
"""At most one module in so many may depend on a library."""
_MOST_LIBRARIES = 20
_MOST_MODULES = 4000
_MOST_BYTES = 16 * 1024 * 1024
_LONGEST_PATH = 300


def find_spared(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    platforms: AbstractSet[str],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return the libraries of a wheel for any platform on which few of its modules depend.

    Each lies below its package's own folder and does not have the package's name; one module in
    ten depends on it at most. They come package by package; unreadable sources are added to
    `problems`.
    """
    if platforms != {"any"}:
        return ()
    suspects: dict[str, list[str]] = {}
    for one in binaries:
        package, slash, rest = strip_scheme(one.path).partition("/")
        if slash and "/" in rest and _is_suspect(one, package):
            suspects.setdefault(package, []).append(one.path)
    if sum(map(len, suspects.values())) > _MOST_LIBRARIES:
        return ()
    return tuple(
        path
        for package, paths in suspects.items()
        for path in _select_spared(source, _list_modules(package, members), paths, problems)
    )


def _is_suspect(one: BinaryMember, package: str) -> bool:
    folder, _, basename = strip_scheme(one.path).rpartition("/")
    stem = _name_of(basename)
    name, whole = stem.lower(), package.lower()
    return (
        len(one.binary.slices) == 1
        and _LIBRARY.search(basename) is not None
        and _NAMES_MACHINE.search(f"{folder}/{stem}") is None
        # What has the package's own name is its purpose, though a single module may load it.
        and not (name in whole or whole in name)
    )


def _name_of(basename: str) -> str:
    stem = basename.partition(".")[0]
    return stem.removeprefix("lib") or stem


def _list_modules(package: str, members: Sequence[Member]) -> list[Member]:
    """Return the Python files of a package; none if it is small or too large."""
    found = [
        member
        for member in members
        if member.path.endswith(".py")
        and len(member.path) <= _LONGEST_PATH
        and strip_scheme(member.path).startswith(f"{package}/")
    ]
    size_bytes = sum(member.size_bytes for member in found)
    fits = _FEWEST_MODULES <= len(found) <= _MOST_MODULES and size_bytes <= _MOST_BYTES
    return found if fits else []


def _select_spared(
    source: WheelSource, modules: Sequence[Member], paths: Sequence[str], problems: list[Problem]
) -> Iterator[str]:
    if not modules:
        return
    texts = read_sources(source, (member.path for member in modules), problems)
    imports = Imports(texts)
    for path in paths:
        if any(imports.iter_importers(module_of(path))):
            continue  # It is a module, whatever loads it besides.
        name = _name_of(path.rpartition("/")[2])
        loaders = [module_of(each) for each, text in texts.items() if name in text]
        dependents = _find_dependents(imports, loaders, texts)
        few = 0 < len(dependents) * _SHARE <= len(texts)
        if few and imports.is_complete:
            yield path


def _find_dependents(
    imports: Imports, loaders: Iterable[str], paths: Iterable[str]
) -> AbstractSet[str]:
    """Return the modules that cannot be imported without all of these, these included.

    Before a module, the `__init__.py` of every package above it is imported.
    """
    below: dict[str, list[str]] = {}
    for path in paths:
        module = above = module_of(path)
        while above:
            above = above.rpartition(".")[0]
            below.setdefault(above, []).append(module)
    found = set(loaders)
    waiting = deque(found)
    while waiting:
        module = waiting.popleft()
        importers = (
            module_of(one.path)
            for one in imports.iter_importers(module)
            if not one.statement.is_nested
        )
        for dependent in (*importers, *below.get(module, ())):
            if dependent not in found:
                found.add(dependent)
                waiting.append(dependent)
    return found
