"""Which files the target's interpreter imports, as importlib's `FileFinder` chooses them."""

import re
from functools import lru_cache

from archpip.targets import PythonTarget
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.naming import MemberName, below_path_folder, installed_parts
from archpip.verdicts.roles import Role

_Module = tuple[str, ...]
"""Folders and stem: the parts of a module's dotted name."""

# PEP 3149 `cpython-311d`, PEP 425 `cp311`, PyPy `pypy311-pp73`.
_MADE_FOR = re.compile(
    r"\.(?P<interpreter>cpython-|cp|pypy|pp|graalpy-?)(?P<version>\d+)(?P<flags>[a-z]*)"
)
_IMPLEMENTATIONS = {"cpython-": "cpython", "cp": "cpython", "pypy": "pypy", "pp": "pypy"}

_NEEDS_GIL = re.compile(r"\.abi3[.-]")
"""PEP 803: an interpreter without a GIL has another stable ABI, `abi3t`."""


@lru_cache(maxsize=1)  # the rules call it one after another
def find_imported(case: Case) -> frozenset[str]:
    """Return the paths of the files that `import` loads, one per module.

    Of several files for one module in one folder, the first suffix in the interpreter's order
    wins, even if its content is wrong and another's would be right. Nothing is imported from a
    folder beside a module of the same name, unless an `__init__.py` makes it a package.
    """
    chosen: dict[_Module, Placed] = {}
    for one in case.with_role(Role.MODULE):
        if one.name.suffix not in case.suffixes:
            continue
        key = (*one.name.folders, one.name.stem)
        held = chosen.get(key)
        if held is None or _order(case, one) < _order(case, held):
            chosen[key] = one
    packages = _find_packages(case)
    found: list[str] = []
    hiding: _Module = ()
    for module in sorted(chosen):  # what lies beneath a module follows it
        if hiding and module[: len(hiding)] == hiding:
            continue
        found.append(chosen[module].path)
        if module not in packages:
            hiding = module
    return frozenset(found)


def _find_packages(case: Case) -> frozenset[_Module]:
    """Return the folders above binaries that have an `__init__.py`."""
    paths = (installed_parts(path)[1] for path in case.inspection.import_roots)
    return frozenset(
        below_path_folder(folders, case.path_folders)
        for *folders, name in paths
        if name == "__init__.py"
    )


def _order(case: Case, one: Placed) -> int:
    return case.suffixes.index(one.name.suffix)


def is_for_one_python(name: MemberName) -> bool:
    """Return whether a suffix names one interpreter version, the only one to import the file."""
    return _MADE_FOR.match(name.suffix) is not None


def find_python(name: MemberName) -> str | None:
    """Return the digits of the Python that a suffix names: `311`; `None` if it names none."""
    match = _MADE_FOR.match(name.suffix)
    return match["version"] if match else None


def is_for_python(name: MemberName, python: PythonTarget) -> bool:
    """Return whether a suffix names this interpreter, or none in particular.

    If it names another, the file says nothing about machines.
    """
    match = _MADE_FOR.match(name.suffix)
    if match is None:
        return not (python.free_threaded and _NEEDS_GIL.match(name.suffix))
    abi = python.nodot + ("t" if python.free_threaded else "")
    # Until 3.7 `m` stood for pymalloc; it is no interpreter of its own.
    made_for = match["version"] + match["flags"].replace("m", "")
    implementation = _IMPLEMENTATIONS.get(match["interpreter"])
    return implementation == python.implementation and made_for == abi
