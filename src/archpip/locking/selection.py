"""Select the packages that a lockfile installs on a target: exactly its files, by hash.

`packaging` performs the standard's steps. This module adds pairs of thin wheels that are locked to
be fused, which no other installer supports, and converts the selection to pins.

Source: PEP 751 §installation.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path
from typing import cast

from msgspec import Struct
from msgspec.structs import replace
from packaging.markers import Environment
from packaging.pylock import (
    Package,
    PackageArchive,
    PackageDirectory,
    PackageSdist,
    PackageVcs,
    PackageWheel,
    Pylock,
    PylockSelectError,
)
from packaging.tags import Tag
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from archpip.index import Link, filename_of, to_file_url
from archpip.locking.errors import InvalidLockfileError, UnfitLockfileError
from archpip.locking.files import read_evidence, read_target
from archpip.reachable import is_file
from archpip.resolution import (
    HASH_ALGORITHMS,
    Half,
    LinkKind,
    Pin,
    Resolution,
    ResolveOptions,
    SourceReference,
)
from archpip.targets import Target, compatible_tags, marker_environments

VersionOf = Callable[[SourceReference], Version]
"""Reads the version of a folder, repository or archive, which a lockfile may omit."""

_Source = PackageVcs | PackageDirectory | PackageArchive | PackageWheel | PackageSdist
_File = PackageArchive | PackageWheel | PackageSdist

_UNTOLD = Version("0")


def select_locked(
    pylock: Pylock,
    *,
    path: Path,
    target: Target,
    options: ResolveOptions,
    version_of: VersionOf,
    extras: Collection[str] | None = (),
) -> Resolution:
    """Return the resolution that a lockfile installs on a target. Opens no wheel: installing does.

    Args:
        pylock: The result of `read_lockfile`.
        path: The lockfile's path; its own paths are relative to it.
        target: The machine to install for.
        options: Used only for whether a project's wheels and sdists are allowed.
        version_of: Called for a package without a version.
        extras: Extras of the lockfile to install; `None` for all that it declares.

    Raises:
        UnfitLockfileError: It is for other machines, or has nothing for this one.
        InvalidLockfileError: Its evidence is malformed, or a file has no hash to verify it.
    """
    selection = _Selection(path=path, target=target, options=options, version_of=version_of)
    declared = pylock.extras or () if extras is None else extras
    try:
        pins = [selection.pin(*chosen) for chosen in selection.choose(pylock, declared)]
    except PylockSelectError as error:
        locked_for = read_target(pylock, path=path)
        raise UnfitLockfileError(
            path=path,
            target=target.name,
            reason=str(error),
            locked_for=locked_for.name if locked_for else None,
        ) from error
    return Resolution(target=target, pins=tuple(sorted(pins, key=lambda pin: pin.name)))


class _Selection(Struct, frozen=True, kw_only=True):
    path: Path
    target: Target
    options: ResolveOptions
    version_of: VersionOf

    def choose(
        self, pylock: Pylock, extras: Collection[str]
    ) -> Collection[tuple[Package, _Source]]:
        """Perform the standard's steps once for each machine that the target serves."""
        machines = (self.target, *self.target.machines)
        tags = dict.fromkeys(tag for machine in machines for tag in compatible_tags(machine))
        chosen: dict[NormalizedName, tuple[Package, _Source]] = {}
        for environment in marker_environments(self.target):
            for package, source in pylock.select(
                environment=cast("Environment", environment),
                tags=tuple(tags),
                extras=extras,
                prefer_sdist_predicate=lambda name: not self.options.allows_wheels(name),
            ):
                known, _ = chosen.setdefault(package.name, (package, source))
                if known is not package:
                    raise PylockSelectError(f"{package.name} is another one for each machine")
        return chosen.values()

    def pin(self, package: Package, source: _Source) -> Pin:
        """Convert the selected source of a package to a pin."""
        pin = self._read(package, source)
        if pin.kind is LinkKind.SDIST and not self.options.allows_sdists(pin.name):
            raise PylockSelectError(
                f"{pin.name} is locked as a source, which --only-binary forbids"
            )
        if package.version is None:
            reference = SourceReference(
                link=pin.link,
                kind=pin.kind,
                name=pin.name,
                subdirectory=pin.subdirectory,
                revision=pin.commit,
            )
            pin = replace(pin, version=self.version_of(reference))
        return pin

    def _read(self, package: Package, source: _Source) -> Pin:
        match source:
            case PackageWheel():
                return self._wheel(package, source)
            case PackageSdist():
                return self._make(package, self._link(package, source, source.filename))
            case PackageArchive():
                return self._archive(package, source)
            case PackageDirectory():
                return self._directory(package, source)
            case PackageVcs():
                return self._repository(package, source)

    def _make(self, package: Package, link: Link) -> Pin:
        """Return a pin of a wheel or an sdist, by the file's name."""
        evidence = read_evidence(package, path=self.path)
        dependencies = (dependency.get("name") for dependency in package.dependencies or ())
        return Pin(
            name=package.name,
            version=package.version or _UNTOLD,
            link=link,
            kind=LinkKind.WHEEL if link.filename.endswith(".whl") else LinkKind.SDIST,
            sha256=link.sha256,
            requires_python=link.requires_python,
            dependencies=tuple(sorted(canonicalize_name(str(name)) for name in dependencies)),
            # If a lockfile does not record it, pip treats every project as requested.
            requested=evidence is None or evidence.requested,
        )

    def _wheel(self, package: Package, wheel: PackageWheel) -> Pin:
        best = self._best(package.wheels or (), self.target)
        if best is not None:
            return self._make(package, self._link(package, best, best.filename))
        # It is for one machine of the target's two.
        evidence = read_evidence(package, path=self.path)
        halves = [self._best(package.wheels or (), each) for each in self.target.machines]
        links = [self._link(package, half, half.filename) for half in halves if half]
        if evidence and evidence.fuse_recipe is not None and len(links) == len(halves):
            first, second = links
            half = Half(link=second, sha256=second.sha256, inspection=None)
            return replace(self._make(package, first), fused_with=half)
        if package.sdist is None:
            raise PylockSelectError(f"{wheel.filename} serves one of the target's machines alone")
        return self._make(package, self._link(package, package.sdist, package.sdist.filename))

    def _best(self, wheels: Iterable[PackageWheel], machine: Target) -> PackageWheel | None:
        """Return the wheel whose tags a machine prefers."""
        ranks = _rank_tags(machine)

        def rank(wheel: PackageWheel) -> int:
            tags = parse_wheel_filename(wheel.filename)[-1]
            return min(ranks.get(tag, len(ranks)) for tag in tags)

        best = min(wheels, key=rank, default=None)
        return best if best is not None and rank(best) < len(ranks) else None

    def _archive(self, package: Package, archive: PackageArchive) -> Pin:
        filename = filename_of(archive.url or "") or Path(archive.path or "").name
        pin = self._make(package, self._link(package, archive, filename))
        return replace(pin, direct=True, subdirectory=archive.subdirectory)

    def _directory(self, package: Package, directory: PackageDirectory) -> Pin:
        folder = self._beside(package, directory.path)
        return replace(
            self._make(package, Link(url=to_file_url(folder), filename=folder.name)),
            kind=LinkKind.DIRECTORY,
            direct=True,
            subdirectory=directory.subdirectory,
            editable=bool(directory.editable),
        )

    def _repository(self, package: Package, vcs: PackageVcs) -> Pin:
        url = vcs.url or to_file_url(self._beside(package, vcs.path or ""))
        return replace(
            self._make(package, Link(url=f"{vcs.type}+{url}", filename=filename_of(url))),
            kind=LinkKind.VCS,
            direct=True,
            subdirectory=vcs.subdirectory,
            commit=vcs.commit_id,
            revision=vcs.requested_revision,
        )

    def _beside(self, package: Package, path: str) -> Path:
        """Return a path of the lockfile's, which starts from its folder."""
        try:
            return (self.path.parent / path).resolve()
        except ValueError as error:  # a NUL
            raise InvalidLockfileError(
                path=self.path, reason=str(error), where=f"packages.{package.name}"
            ) from error

    def _link(self, package: Package, file: _File, filename: str) -> Link:
        """Return a file's location and hash; an existing path takes precedence over the URL."""
        near = self._beside(package, file.path) if file.path else None
        url = to_file_url(near) if near and (file.url is None or is_file(near)) else file.url
        known = {name: digest for name, digest in file.hashes.items() if name in HASH_ALGORITHMS}
        if not known:
            raise InvalidLockfileError(
                path=self.path,
                reason=f"{filename} has no hash of {', '.join(HASH_ALGORITHMS)}",
                where=f"packages.{package.name}",
            )
        return Link(
            url=url or "",
            filename=filename,
            hashes=tuple(sorted((name, digest.lower()) for name, digest in known.items())),
            requires_python=str(package.requires_python) if package.requires_python else None,
            size_bytes=file.size,
            upload_time=file.upload_time,
            index_url=package.index,
        )


@cache
def _rank_tags(machine: Target) -> dict[Tag, int]:
    return {tag: rank for rank, tag in enumerate(compatible_tags(machine))}
