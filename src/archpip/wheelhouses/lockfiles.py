"""Lockfiles of any tool: which projects and wheels they name.

Read are PEP 751's `pylock.toml`, `uv.lock` and requirements with hashes. What their wheels hold is
looked up on the index by whoever asks.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct
from packaging.markers import InvalidMarker, Marker
from packaging.utils import canonicalize_name

from archpip.codec import as_list, as_mapping
from archpip.foreign_toml import parse_toml
from archpip.locking import InvalidLockfileError, read_lockfile, read_target
from archpip.targets import Target, marker_environment
from archpip.wheelhouses.errors import UnpinnedRequirementError

MAX_LOCKFILE_BYTES = 64 * 1024 * 1024

_REQUIREMENT = re.compile(
    r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*(?P<version>[\w.!+-]+)"
    r"\s*(?:;(?P<marker>.*?))?(?P<hashes>(?:\s+--hash[= ]\S+)*)\s*(?:\s#.*)?$"
)
_PYLOCK = re.compile(r"pylock\.(?:[^.]+\.)?toml")  # PEP 751, §file name
_UNPINNED = re.compile(r"^[A-Za-z0-9][\w.-]*\s*(?:\[[^\]]*\]\s*)?(?:[<>=!~(;#]|$)")
"""A requirement of an index's projects: no option, path or URL."""


class LockedWheel(Struct, frozen=True, kw_only=True):
    """One wheel that a lockfile names."""

    filename: str
    url: str
    """Empty where the lockfile names no place, or one beside itself."""
    sha256: str | None


class LockedProject(Struct, frozen=True, kw_only=True):
    """One project that a lockfile pins for a target."""

    name: str
    version: str
    wheels: tuple[LockedWheel, ...]
    """In the file's order; empty where only the version is named, or where it is a source."""
    has_source: bool
    """Where no wheel fits, there is something to build."""
    lists_files: bool
    """The file names the project's files, so that nothing else may be taken."""


def find_stated_target(path: Path) -> Target | None:
    """Return the target that a lockfile says it is for, with Python and floor: archpip's do.

    `None` for what other tools wrote, and for what cannot be read, which `read_locked` tells.
    """
    if not _PYLOCK.fullmatch(path.name):
        return None
    try:
        return read_target(read_lockfile(path), path=path)
    except InvalidLockfileError:
        return None


def read_locked(path: Path, target: Target) -> tuple[LockedProject, ...]:
    """Return what a lockfile pins for a target, in the file's order.

    Raises:
        InvalidLockfileError: The file cannot be read as what its name says, or holds requirements
            that name no version.
    """
    try:
        if path.stat().st_size > MAX_LOCKFILE_BYTES:
            raise InvalidLockfileError(path=path, reason="it is too large for a lockfile")
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".txt":
            return tuple(_iter_requirements(path, text, target))
        return tuple(_iter_packages(parse_toml(text), target))
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidLockfileError(path=path, reason=f"it cannot be read ({error})") from error


def _iter_packages(document: Mapping[str, object], target: Target) -> Iterator[LockedProject]:
    """Yield PEP 751's `packages`, or uv's `package`: both have `wheels` with `url` and a hash."""
    found = document.get("packages", document.get("package", []))
    if not isinstance(found, list):
        raise ValueError("its packages are no list")  # noqa: TRY004  # like what else is wrong
    for one in found:
        package = as_mapping(one)
        version = str(package.get("version", ""))
        # uv: the forks of its resolution that a package is of; if it names none, of all.
        forks = [str(each) for each in as_list(package.get("resolution-markers"))]
        markers = forks or [str(package.get("marker") or "")]
        if not version or not any(_applies(marker, target) for marker in markers):
            continue
        wheels = tuple(
            wheel
            for each in as_list(package.get("wheels"))
            if (wheel := _wheel(as_mapping(each))) is not None
        )
        source = as_mapping(package.get("source"))
        local = any(key in source for key in ("virtual", "editable", "directory"))
        if not local:
            yield LockedProject(
                name=canonicalize_name(str(package.get("name", ""))),
                version=version,
                wheels=wheels,
                has_source=bool(package.keys() & {"sdist", "archive", "directory", "vcs"}),
                lists_files=True,
            )


def _wheel(entry: Mapping[str, object]) -> LockedWheel | None:
    url = str(entry.get("url") or "")
    written = str(entry.get("name") or entry.get("filename") or entry.get("path") or url)
    filename = written.rpartition("/")[2].partition("#")[0]
    if not filename.endswith(".whl"):
        return None
    hashes = as_mapping(entry.get("hashes"))
    single = str(entry.get("hash") or "").removeprefix("sha256:")
    return LockedWheel(
        filename=filename, url=url, sha256=str(hashes.get("sha256") or single) or None
    )


def _iter_requirements(path: Path, text: str, target: Target) -> Iterator[LockedProject]:
    for line in map(str.strip, re.sub(r"\\\r?\n", " ", text).splitlines()):
        match = _REQUIREMENT.match(line)
        if match is None and _UNPINNED.match(line):
            # To pass it over would call clean what nobody looked at.
            raise UnpinnedRequirementError(path=path, requirement=line)
        if match and _applies((match["marker"] or "").strip(), target):
            yield LockedProject(
                name=canonicalize_name(match["name"]),
                version=match["version"],
                wheels=(),
                has_source=True,
                lists_files=False,
            )


def _applies(marker: str, target: Target) -> bool:
    """Return whether an entry is meant for a target; one that cannot be evaluated is."""
    if not marker:
        return True
    environment: dict[str, str | set[str] | frozenset[str]] = dict(marker_environment(target))
    # PEP 751: with no extra and no group chosen, both are empty.
    environment |= {"extras": frozenset(), "dependency_groups": frozenset()}
    try:
        return Marker(marker).evaluate(environment, context="lock_file")
    except (InvalidMarker, KeyError, ValueError):
        return True
