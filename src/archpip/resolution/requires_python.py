"""Requires-Python: whether a distribution's constraint on Python admits the target's.

It comes from pages, METADATA, projects and scripts; it is decided here and nowhere else.
Source: https://packaging.python.org/en/latest/specifications/core-metadata/#requires-python
"""

from functools import lru_cache

from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet

from archpip.resolution.repairs import parse_specifier_leniently
from archpip.targets import PythonTarget

_PATCH_PARTS = 3


@lru_cache(maxsize=8192)
def admits_python(requires_python: str | None, python: PythonTarget) -> bool:
    """Return whether a Requires-Python admits an interpreter.

    An invalid one excludes nothing, as in pip. If the interpreter's patch is not known, orderings
    are compared with its first release (`>=3.9.2` does not admit `3.9`), but `!=3.9.0` is about one
    release of many and excludes nothing. If the range begins with the release that it excludes,
    that is an ordering: `>=3.9,!=3.9.0` is `>3.9.0`.

    Source: uv's `RequiresPython::is_contained_by` compares only the lower bounds of ranges; here a
    specifier that excludes every patch (`<3.9`, `!=3.9.*`) counts too, as in pip.
    """
    if requires_python is None:
        return True
    try:
        specifiers = parse_specifier_leniently(requires_python)
    except InvalidSpecifier:
        return True
    # CPython's own builds between releases say `3.15.0b1+`, which PEP 440 does not know.
    version = python.full_version.rstrip("+")
    if specifiers.contains(version, prereleases=True):
        return True
    if python.patch_known:
        return False
    left = [str(each) for each in specifiers if not _excludes_single_release(each)]
    without = SpecifierSet(",".join(left))
    return all(without.contains(each) for each in (version, _before(python)))


def _excludes_single_release(specifier: Specifier) -> bool:
    """Return whether it is like `!=3.9.0`, or `!=3.9`, which is the same; not `!=3.9.*`."""
    prefix = specifier.version.removesuffix(".*")
    is_wildcard = prefix != specifier.version
    is_wide = is_wildcard and prefix.count(".") + 1 < _PATCH_PARTS
    return specifier.operator == "!=" and not is_wide


def _before(python: PythonTarget) -> str:
    """Return a version of the previous feature release, higher than any that exists."""
    major, minor, _ = python.version
    return f"{major}.{minor - 1}.999"
