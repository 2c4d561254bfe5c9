"""Read versions to prefer from other tools' lockfiles.

A preference is no constraint: if requirements or the target exclude a version, another is chosen.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.pylock import is_valid_pylock_path
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.foreign_toml import parse_toml
from archpip.locking.errors import PreferencesError
from archpip.locking.files import locked_versions, read_lockfile

_EXACT = frozenset(("==", "==="))


def read_preferences(path: Path) -> Mapping[NormalizedName, Version]:
    """Return the versions that a file pins; of several of one project, the newest.

    Accepts a `pylock.toml`; the lockfiles of uv, Poetry and PDM, with a `[[package]]` per package;
    and requirements files, whose lines without `==` are ignored.

    Raises:
        InvalidLockfileError: A `pylock.toml` cannot be read or breaks PEP 751.
        PreferencesError: Any other file cannot be read, or pins nothing.
    """
    if is_valid_pylock_path(path):
        return locked_versions(read_lockfile(path))
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise PreferencesError(path=path, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise PreferencesError(path=path, reason=f"cannot be decoded: {error}") from error
    pinned = _packages(text, path) if path.suffix in (".lock", ".toml") else _lines(text)
    found: dict[NormalizedName, Version] = {}
    for name, version in pinned:
        found[name] = max(version, found.get(name, version))
    if not found:
        raise PreferencesError(path=path, reason="it pins no version")
    return found


def _packages(text: str, path: Path) -> Iterator[tuple[NormalizedName, Version]]:
    try:
        document = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        raise PreferencesError(path=path, reason=f"it is not TOML: {error}") from error
    packages = document.get("package", [])
    for package in packages if isinstance(packages, list) else ():
        if isinstance(package, dict):
            yield from _pin(package.get("name"), package.get("version"))


def _lines(text: str) -> Iterator[tuple[NormalizedName, Version]]:
    for line in text.splitlines():
        # Hashes, continuations and comments follow after a blank.
        words = line.partition(" #")[0].partition(" --")[0].rstrip("\\ ")
        try:
            requirement = Requirement(words)
        except InvalidRequirement:
            continue
        for specifier in requirement.specifier:
            if specifier.operator in _EXACT:
                yield from _pin(requirement.name, specifier.version)


def _pin(name: object, version: object) -> Iterator[tuple[NormalizedName, Version]]:
    if isinstance(name, str) and isinstance(version, str):
        try:
            yield canonicalize_name(name), Version(version)
        except ValueError:  # `==1.*`, a version from before PEP 440, a number of 5,000 digits
            return
