"""Lazy imports: packages that import their public names at first access (PEP 562).

A command uses a few names of most packages, and importing the rest would take longer than many
commands run. A package writes its imports under `if TYPE_CHECKING:`, for type checkers and readers,
and leaves the rest to `offer`:

    if TYPE_CHECKING:
        from archpip.verdicts.judging import judge
    else:
        __getattr__ = offer(__name__, __file__)
"""

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

_IMPORT = "    from "
_CONTINUED = "        "


def offer(package: str, file: str) -> Callable[[str], object]:
    """Return a package's `__getattr__`, which imports names from the modules in its source.

    Args:
        package: Its `__name__`.
        file: Its `__file__`, the source with the imports.
    """
    homes = dict(_iter_imports(Path(file).read_text(encoding="utf-8")))

    def load(name: str) -> object:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        setattr(sys.modules[package], name, value)  # so that each name is loaded once
        return value

    return load


def _iter_imports(source: str) -> Iterator[tuple[str, str]]:
    """Yield (name, module) of the conditional imports at the top of a module.

    The formatter writes imports in one way only, so they are found line by line: parsing a
    package's source takes as long as importing half of its modules.
    """
    module = ""
    for line in source.splitlines():
        if line.startswith(_IMPORT):
            module, _, names = line.removeprefix(_IMPORT).partition(" import ")
        elif module and line.startswith(_CONTINUED):
            names = line
        else:
            module = ""
            continue
        for name in names.partition("#")[0].strip(" (").split(","):
            if name:
                yield name.strip(), module


def load_msgspec() -> None:
    """Import msgspec, which all commands need, without typing_extensions.

    msgspec imports three names from it if it is installed, all of which `typing` has since Python
    3.11. It imports inspect, ast and dis, which take a tenth of a small audit.
    """
    # If msgspec itself imported it, an interrupt of that import would be lost, and the process
    # crash at msgspec's first use of dates.
    import_module("datetime")
    if "typing_extensions" not in sys.modules:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment] # imports fail, as without it
        import_module("msgspec")
        del sys.modules["typing_extensions"]
