"""Which build backend a project uses, read from its `[build-system]` table alone.

It decides which config settings a cross build passes, since some backends reject unknown ones.
Variables and files are given to all backends, because they call each other's tools.
"""

from collections.abc import Mapping
from enum import StrEnum

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


class Backend(StrEnum):
    """The kinds of backend that need settings of their own in a cross build."""

    SETUPTOOLS = "setuptools"
    MESON_PYTHON = "meson-python"
    SCIKIT_BUILD_CORE = "scikit-build-core"
    PY_BUILD_CMAKE = "py-build-cmake"
    MATURIN = "maturin"
    PURE = "pure"
    """Makes only pure wheels unless extended: flit, hatchling, poetry-core, pdm-backend, uv."""
    OTHER = "other"


# By the module that `build-backend` names.
_BY_MODULE = {
    "setuptools": Backend.SETUPTOOLS,
    "mesonpy": Backend.MESON_PYTHON,
    "scikit_build_core": Backend.SCIKIT_BUILD_CORE,
    "py_build_cmake": Backend.PY_BUILD_CMAKE,
    "maturin": Backend.MATURIN,
    "flit_core": Backend.PURE,
    "hatchling": Backend.PURE,
    "poetry": Backend.PURE,
    "pdm": Backend.PURE,
    "uv_build": Backend.PURE,
}

# An in-tree backend wraps one of these; its requirements tell which.
_BY_REQUIREMENT = {
    "meson-python": Backend.MESON_PYTHON,
    "scikit-build-core": Backend.SCIKIT_BUILD_CORE,
    "py-build-cmake": Backend.PY_BUILD_CMAKE,
    "maturin": Backend.MATURIN,
    "setuptools": Backend.SETUPTOOLS,
}


def find_backend(build_system: Mapping[str, object] | None) -> Backend:
    """Return the kind of backend in a `[build-system]` table, which may be missing (PEP 517)."""
    if build_system is None or "build-backend" not in build_system:
        return Backend.SETUPTOOLS
    module = str(build_system["build-backend"]).partition(":")[0].partition(".")[0]
    if "backend-path" not in build_system and module in _BY_MODULE:
        return _BY_MODULE[module]
    required = _required_names(build_system.get("requires"))
    return next((kind for name, kind in _BY_REQUIREMENT.items() if name in required), Backend.OTHER)


def makes_native_only(backend: Backend) -> bool:
    """Return whether projects use this backend only to compile native code."""
    return backend in {Backend.MESON_PYTHON, Backend.MATURIN, Backend.PY_BUILD_CMAKE}


def _required_names(requires: object) -> set[str]:
    names = set()
    for text in requires if isinstance(requires, list) else ():
        try:
            names.add(str(canonicalize_name(Requirement(str(text)).name)))
        except InvalidRequirement:
            continue  # the front end refuses it with a message of its own
    return names
