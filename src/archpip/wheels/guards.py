"""Extension modules that a wheel for any platform does without, going by its Python source.

Such a wheel often has a module for its author's machine alone, an accelerator of something that is
in Python too: `try: from ._speedups import scan`, `except ImportError: from ._slow import scan`. A
module counts as one of these if every way to it through the wheel's own imports leads through a
`try` that goes on without it. Files that nothing imports are for the user to import, and so need
a module only if they lie in its package or above.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from archpip.wheels.folders import folders_above
from archpip.wheels.imports import Importer, Imports, module_of, read_sources, select_sources
from archpip.wheels.model import BinaryMember, Member, Problem, WheelSource

_MODULE = re.compile(r"(?:.*/)?[^\W\d][^/.]*(?:\.[\w-]+)?\.(?:so|pyd)")
_MOST_MODULES = 20
"""A wheel that does without its modules has few of them."""
_MOST_STEPS = 20
"""From a module to what imports what imports it, and so on."""


def find_guarded(
    source: WheelSource,
    members: Sequence[Member],
    binaries: Sequence[BinaryMember],
    platforms: AbstractSet[str],
    problems: list[Problem],
) -> tuple[str, ...]:
    """Return the modules that the rest of a wheel for any platform does without.

    They come in directory order. At most twenty names are looked for, and none in more than 32 MB
    of source. Unreadable sources are added to `problems`.
    """
    if platforms != {"any"}:
        return ()
    paths: dict[str, list[str]] = {}
    for one in binaries:
        if _MODULE.fullmatch(one.path):
            paths.setdefault(module_of(one.path), []).append(one.path)
    modules = dict(islice(paths.items(), _MOST_MODULES))
    files = select_sources(members) if modules else []
    folders = {"", *(folder for each in modules.values() for folder in folders_above(each[0]))}
    near = [file for file in files if file.path.rpartition("/")[0] in folders]
    # Most sources need not be read: the package of such a module says so itself.
    for looked_at in (near, files):
        if not modules:
            return ()
        wanted = [file.path for file in looked_at]
        imports = Imports(read_sources(source, wanted, problems))
        guards = Guards(imports)
        modules = {
            module: each for module, each in modules.items() if guards.spare(module, each[0])
        }
        if not imports.is_complete:
            return ()
    return tuple(one.path for one in binaries if one.path in modules.get(module_of(one.path), ()))


class Guards:
    """Which modules every way through a wheel's imports leads to through a guard."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._known: dict[str, bool] = {}
        self._imported: dict[str, bool] = {}

    def spare(self, module: str, path: str) -> bool:
        """Return whether the wheel does without an extension module at a path."""
        stem = module.rpartition(".")[2]
        # Called or imported by this name alone, it is found in some way that is not known here.
        alone = (one.statement for one in self._imports.find_importers(stem))
        if any(stem in each.names and not each.is_guarded for each in alone if stem != module):
            return False
        return self._is_spared(module, path, _MOST_STEPS)

    def _is_spared(self, module: str, path: str, steps: int) -> bool:
        if module not in self._known:
            self._known[module] = False  # for modules that import each other
            self._known[module] = steps > 0 and self._has_guards_only(module, path, steps)
        return self._known[module]

    def _has_guards_only(self, module: str, path: str, steps: int) -> bool:
        guarded = False
        for importer in self._iter_importers(module):
            above = module_of(importer.path)
            if importer.statement.is_guarded or self._is_spared(above, importer.path, steps - 1):
                guarded = True
            elif not self._is_apart(importer.path, path):
                return False
        return guarded

    def _iter_importers(self, module: str) -> Iterator[Importer]:
        """Yield the importers of a module outside of it, if it is a package."""
        for importer in self._imports.find_importers(module):
            if not f"{module_of(importer.path)}.".startswith(f"{module}."):
                yield importer

    def _is_apart(self, importer: str, path: str) -> bool:
        """Return whether a file that nothing imports lies neither beside nor above another."""
        folder = importer.rpartition("/")[0]
        is_above = folder in {"", *folders_above(path)}
        return not is_above and not self._is_imported(module_of(importer))

    def _is_imported(self, module: str) -> bool:
        if module not in self._imported:
            self._imported[module] = any(self._iter_importers(module))
        return self._imported[module]
