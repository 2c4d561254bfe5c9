"""Convert a resolution to a PEP 751 document.

Source: https://packaging.python.org/en/latest/specifications/pylock-toml/
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypedDict
from urllib.parse import urlsplit

from packaging.pylock import (
    Package,
    PackageArchive,
    PackageDirectory,
    PackageSdist,
    PackageVcs,
    PackageWheel,
    Pylock,
)
from packaging.specifiers import SpecifierSet
from packaging.utils import InvalidSdistFilename, NormalizedName, parse_sdist_filename
from packaging.version import InvalidVersion, Version

from archpip.index import Link, path_of, without_credentials
from archpip.locking.environments import environment_markers
from archpip.locking.errors import UnhashedFileError
from archpip.locking.evidence import (
    SCHEMA,
    Evidence,
    Refusals,
    collect_evidence,
    evidence_to_table,
    target_to_table,
)
from archpip.resolution import LinkKind, Pin, RequestedRequirement, Resolution

_LOCK_VERSION = Version("1.0")
CREATED_BY = "archpip"
"""Without a version, so that a newer archpip with the same result writes the same bytes."""


class _File(TypedDict, total=False):
    """The keys that wheels, sdists and archives share."""

    url: str
    path: str
    size: int
    upload_time: Any
    hashes: dict[str, str]


def to_pylock(
    resolution: Resolution,
    *,
    folder: Path,
    requirements: Iterable[RequestedRequirement] = (),
    constraints: Iterable[RequestedRequirement] = (),
    overrides: Iterable[RequestedRequirement] = (),
    without_dependencies: bool = False,
    notes: Sequence[str] = (),
    build_settings: Mapping[NormalizedName, tuple[str, ...]] = MappingProxyType({}),
    refusals: Refusals = MappingProxyType({}),
) -> Pylock:
    """Convert a resolution to a lockfile's content. Equal resolutions give equal content.

    Args:
        resolution: The resolution for one target.
        folder: The lockfile's folder: paths of local files are written relative to it.
        requirements: The user's requirements, recorded so that `check_lockfile` can compare.
        constraints: Likewise.
        overrides: Likewise.
        without_dependencies: Whether dependencies are left out: `--no-deps`. Likewise.
        notes: Remarks for readers, such as versions that differ from other targets'.
        build_settings: The build settings of single projects, as rendered by
            `archpip.builds.describe_settings`: evidence for those that are built.
        refusals: What was refused when kept versions were chosen; otherwise the reasons would be
            lost when locking again.

    Raises:
        UnhashedFileError: A file has no hash, which PEP 751 requires.
    """
    tool: dict[str, Any] = {
        "schema": SCHEMA,
        "requirements": sorted({requirement.text for requirement in requirements}),
        "constraints": sorted({constraint.text for constraint in constraints}),
        "overrides": sorted({override.text for override in overrides}),
        "without-dependencies": without_dependencies,
        "notes": list(notes),
        "target": target_to_table(resolution.target),
    }
    return Pylock(
        lock_version=_LOCK_VERSION,
        environments=list(environment_markers(resolution.target)),
        requires_python=SpecifierSet(f"=={resolution.target.python.short_version}.*"),
        created_by=CREATED_BY,
        packages=[
            _package(
                pin,
                folder,
                collect_evidence(
                    pin,
                    resolution.target,
                    build_settings.get(pin.name, ()),
                    refused_before=refusals.get((pin.name, pin.version), ()),
                ),
            )
            for pin in resolution.pins
        ],
        tool={"archpip": {key: value for key, value in tool.items() if value}},
    )


def _package(pin: Pin, folder: Path, found: Evidence) -> Package:
    is_stable = pin.kind in (LinkKind.WHEEL, LinkKind.SDIST)
    evidence = evidence_to_table(found)
    source = _source(pin, folder)
    return Package(
        name=pin.name,
        # PEP 751: a source tree's version may change, so none is recorded.
        version=pin.version if is_stable else None,
        requires_python=SpecifierSet(pin.requires_python) if pin.requires_python else None,
        dependencies=[{"name": name} for name in pin.dependencies] or None,
        index=pin.link.index_url if {"wheels", "sdist"} & source.keys() else None,
        tool={"archpip": evidence} if evidence else None,
        **source,
    )


def _source(pin: Pin, folder: Path) -> dict[str, Any]:
    """Return the key that gives the package's source."""
    if pin.kind is LinkKind.VCS:
        return {"vcs": _vcs(pin)}
    if pin.kind is LinkKind.DIRECTORY:
        path = _relative(path_of(pin.link.url), folder)
        directory = PackageDirectory(
            path=path, editable=pin.editable or None, subdirectory=pin.subdirectory
        )
        return {"directory": directory}
    file = _file(pin, pin.link, pin.sha256, folder)
    if pin.direct or not _has_standard_name(pin):
        archive = PackageArchive(**file, subdirectory=pin.subdirectory)
        return {"archive": archive}
    if pin.kind is LinkKind.WHEEL:
        wheels = [PackageWheel(name=pin.link.filename, **file)]
        if pin.fused_with is not None:
            half = pin.fused_with
            other = _file(pin, half.link, half.sha256, folder)
            wheels.append(PackageWheel(name=half.link.filename, **other))
        return {"wheels": wheels}
    return {"sdist": PackageSdist(name=pin.link.filename, **file)}


def _has_standard_name(pin: Pin) -> bool:
    """Return whether PEP 751 allows a file as wheel or sdist.

    It requires an sdist's name to follow PEP 625, or nearly so. Older archives (`.tgz`, `.tar.bz2`,
    a dash in the version) are locked as archives at a URL.
    """
    if pin.kind is LinkKind.WHEEL:
        return True
    try:
        return parse_sdist_filename(pin.link.filename) == (pin.name, pin.version)
    except (InvalidSdistFilename, InvalidVersion):
        return False


def _file(pin: Pin, link: Link, sha256: str | None, folder: Path) -> _File:
    hashes = dict(link.hashes)
    if sha256:
        hashes["sha256"] = sha256
    strong = {name: digest for name, digest in sorted(hashes.items()) if name.startswith("sha")}
    if not strong:
        raise UnhashedFileError(name=pin.name, filename=link.filename)
    file: _File = {"hashes": strong}
    if urlsplit(link.url).scheme == "file":
        file["path"] = _relative(path_of(link.url), folder)
    else:
        file["url"] = without_credentials(link.url)
    if link.size_bytes is not None:
        file["size"] = link.size_bytes
    if link.upload_time is not None:
        file["upload_time"] = link.upload_time.astimezone(UTC)
    return file


def _vcs(pin: Pin) -> PackageVcs:
    system, _, url = pin.link.url.partition("+")
    return PackageVcs(
        type=system,
        url=without_credentials(url),
        requested_revision=pin.revision,
        commit_id=pin.commit or "",
        subdirectory=pin.subdirectory,
    )


def _relative(path: Path, folder: Path) -> str:
    """Return a path relative to the lockfile, with forward slashes, if both share a root."""
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:  # on Windows, another drive
        return path.as_posix()
