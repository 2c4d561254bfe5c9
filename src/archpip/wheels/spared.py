"""Libraries that few modules of a wheel for any platform depend on, going by its Python source.

The tag of such a wheel promises no native code, and a package may have a library for a small part
of itself: tensorflow_graphics has a rasterizer that 4 of its 332 modules need. Source is read only
where the names of a library do not say for which machine it is: those are chosen by the project's
own code, which knows what it has.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from archpip.wheels.folders import strip_scheme
from archpip.wheels.imports import (
    Imports,
    module_of,
    read_sources,
    select_sources,
)
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

_LIBRARY = re.compile(r"\.(?:so|dll|dylib)(?:\.|$)", re.IGNORECASE)
_NAMES_MACHINE = re.compile(r"x86|x64|amd|i[3-6]86|arm|aarch|32|64|universal", re.IGNORECASE)

_FEWEST_MODULES = 40
"""A smaller package is hardly more than a wrapper of its library."""
_SHARE = 10
"""At most one module in so many may depend on a library."""
_MOST_LIBRARIES = 20


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
        for path in _select_spared(source, select_sources(members, f"{package}/"), paths, problems)
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


def _select_spared(
    source: WheelSource, modules: Sequence[Member], paths: Sequence[str], problems: list[Problem]
) -> Iterator[str]:
    if len(modules) < _FEWEST_MODULES:
        return
    texts = read_sources(source, (member.path for member in modules), problems)
    imports = Imports(texts)
    for path in paths:
        if any(imports.find_importers(module_of(path))):
            continue  # It is a module, whatever loads it besides.
        name = _name_of(path.rpartition("/")[2])
        loaders = [module_of(each) for each, text in texts.items() if name in text]
        few = len(texts) // _SHARE
        dependents = imports.find_dependents(loaders, limit=few)
        if 0 < len(dependents) <= few and imports.is_complete:
            yield path
