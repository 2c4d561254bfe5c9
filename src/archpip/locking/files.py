"""Lockfiles on disk: written atomically, and validated when read."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import tomli_w
from packaging.markers import Marker
from packaging.pylock import Package, Pylock, PylockValidationError, is_valid_pylock_path
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.foreign_toml import parse_toml
from archpip.locking.errors import InvalidLockfileError, LockfileNameError, LockWriteError
from archpip.locking.evidence import (
    SCHEMA,
    Evidence,
    LockedQuestion,
    Refusals,
    evidence_from_table,
    question_from_table,
    target_from_table,
)
from archpip.targets import Target
from archpip.whole_files import write_whole


def lockfile_name(target: Target) -> str:
    """Return the file name of a target's lockfile."""
    return f"pylock.{target.name}.toml"


def check_lockfile_name(path: Path) -> None:
    """Refuse a file name that pip and uv would not accept for a lockfile.

    Raises:
        LockfileNameError: They would not accept it.
    """
    if not is_valid_pylock_path(path):
        raise LockfileNameError(path=path)


def render_lockfile(pylock: Pylock) -> str:
    """Return a lockfile's text. Equal content gives equal text on every machine."""
    document = _as_table(pylock)
    Pylock.from_dict(document)  # A file that breaks the standard is of no use.
    return tomli_w.dumps(document)


def _as_table(pylock: Pylock) -> dict[str, Any]:
    """Do the work of `Pylock.to_dict`, which deep-copies every value, in a fifth of its time."""
    return {key: _as_toml(value) for key, value in _set_fields(pylock, pylock.__dataclass_fields__)}


def _as_toml(value: object) -> object:
    if isinstance(value, Version | Marker | SpecifierSet):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        set_fields = _set_fields(value, value.__dataclass_fields__)
        return {key: _as_toml(each) for key, each in set_fields}
    if isinstance(value, list | tuple):
        return [_as_toml(each) for each in value]
    return value


def _set_fields(value: object, names: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Yield a dataclass's fields that are set; `fields` would build a tuple on each call."""
    for name in names:
        item = getattr(value, name)
        if item is not None:
            yield name.replace("_", "-"), item


def write_lockfile(text: str, path: Path) -> None:
    """Write a lockfile atomically, or leave the existing one unchanged.

    Raises:
        LockfileNameError: pip and uv would not accept a file of this name.
        LockWriteError: The folder is missing, read-only or full.
    """
    check_lockfile_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise LockWriteError(path=path, reason=error.strerror or str(error)) from error


def read_lockfile(path: Path) -> Pylock:
    """Read and validate a lockfile written by any tool.

    Raises:
        InvalidLockfileError: It cannot be read, is not TOML, or breaks PEP 751.
    """
    try:
        document = parse_toml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidLockfileError(path=path, reason=error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidLockfileError(path=path, reason=f"it is not TOML: {error}") from error
    try:
        return Pylock.from_dict(document)
    except PylockValidationError as error:
        raise InvalidLockfileError(path=path, reason=error.message, where=error.context) from error


def read_target(pylock: Pylock, *, path: Path) -> Target | None:
    """Return the target that a lockfile is for, or `None` if another tool wrote it.

    Raises:
        InvalidLockfileError: The table is malformed, or written by a newer archpip.
    """
    table = (pylock.tool or {}).get("archpip")
    if table is None:
        return None
    try:
        if table["schema"] != SCHEMA:
            raise ValueError(f"schema {table['schema']} is not known to this archpip")  # noqa: TRY301  # one way to report
        return target_from_table(table["target"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        reason = f"it is damaged: {error}"
        raise InvalidLockfileError(path=path, reason=reason, where="tool.archpip") from error


def read_locked_question(pylock: Pylock, *, path: Path) -> LockedQuestion:
    """Return the question that a lockfile answers.

    Raises:
        InvalidLockfileError: The table is malformed.
    """
    try:
        return question_from_table((pylock.tool or {}).get("archpip", {}))
    except (AttributeError, ValueError) as error:
        raise InvalidLockfileError(path=path, reason=str(error), where="tool.archpip") from error


def read_evidence(package: Package, *, path: Path) -> Evidence | None:
    """Return the evidence about one package, or `None` if there is none.

    Raises:
        InvalidLockfileError: The table is malformed.
    """
    table = (package.tool or {}).get("archpip")
    if table is None:
        return None
    try:
        return evidence_from_table(table)
    except (TypeError, AttributeError, ValueError) as error:
        raise InvalidLockfileError(
            path=path, reason=str(error), where=f"packages.{package.name}.tool.archpip"
        ) from error


def locked_refusals(pylock: Pylock, *, path: Path) -> Refusals:
    """Return what was refused when each pinned version was chosen: `Evidence.refused`.

    Raises:
        InvalidLockfileError: A table is malformed.
    """
    return {
        (package.name, package.version): evidence.refused
        for package in pylock.packages
        if package.version is not None and (evidence := read_evidence(package, path=path))
    }


def locked_versions(pylock: Pylock) -> Mapping[NormalizedName, Version]:
    """Return the pinned versions, as preferences for the next resolution."""
    return {p.name: p.version for p in pylock.packages if p.version is not None}
