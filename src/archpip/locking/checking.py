"""Check a lockfile offline: does it match the requirements, and is its evidence still accepted?"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace
from packaging.pylock import Package, PackageSdist, PackageWheel, Pylock
from packaging.utils import NormalizedName, parse_wheel_filename

from archpip.architecture import Libc
from archpip.fusing import RECIPE
from archpip.locking.evidence import (
    Asked,
    Evidence,
    describe_config_settings,
    target_from_table,
    target_to_table,
)
from archpip.locking.files import read_asked, read_evidence, read_target
from archpip.locking.places import describe_place, is_taken_from
from archpip.locking.texts import dependencies_of, names_place, project_of, split_extras
from archpip.resolution import (
    FolderProject,
    RequestedRequirement,
    ResolveOptions,
    apply_overrides,
    collect_config_settings,
)
from archpip.targets import Target, compatible_tags, marker_environments
from archpip.verdicts import Policy
from archpip.wheels import READER_VERSION


class Discrepancy(Struct, frozen=True, kw_only=True):
    """One way in which a lockfile differs from what it should be."""

    subject: str
    """The project, or the lockfile itself."""
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


def check_lockfile(
    pylock: Pylock,
    *,
    path: Path,
    policy: Policy,
    requirements: Sequence[RequestedRequirement] = (),
    constraints: Iterable[RequestedRequirement] = (),
    overrides: Sequence[RequestedRequirement] = (),
    folders: Sequence[FolderProject] = (),
    target: Target | None = None,
    options: ResolveOptions | None = None,
    build_settings: Mapping[NormalizedName, tuple[str, ...]] = MappingProxyType({}),
) -> tuple[Discrepancy, ...]:
    """Re-judge a lockfile from its evidence, without a network.

    Args:
        pylock: As `read_lockfile` returned it.
        path: The lockfile's path, for messages.
        policy: Which verdicts are refused now.
        requirements: The current requirements; nothing is compared if empty.
        constraints: Constraints that the pins must satisfy.
        overrides: Requirements that replace all others on the same projects.
        folders: Requirements on local folders, with the current dependencies of those.
        target: The target it should be locked for; `None` for the file's own.
        options: Which files and versions are allowed now; `None` for all.
        build_settings: The current build settings of single projects, as rendered by
            `archpip.builds.describe_settings`.

    Returns:
        All discrepancies, in the file's order; empty if the lockfile is valid.

    Raises:
        InvalidLockfileError: Its evidence is damaged.
    """
    locked_for = read_target(pylock, path=path)
    if locked_for is None:
        return (Discrepancy(subject=path.name, message="it holds no evidence of archpip's"),)
    checker = _Checker(
        packages={package.name: package for package in pylock.packages},
        path=path,
        policy=policy,
        target=locked_for,
    )
    found = list(checker.check_target(target))
    options = options or ResolveOptions()
    if requirements:
        before = read_asked(pylock, path=path)
        found += checker.check_depth(before, options)
        found += checker.check_removals(before.requirements, requirements)
        found += checker.check_extras(before.requirements, requirements)
        found += checker.check_overrides(before.overrides, overrides)
    wanted = apply_overrides(requirements, overrides)
    found += checker.check_requirements(wanted)
    dependencies = tuple(each for folder in folders for each in folder.requirements)
    found += checker.check_requirements(apply_overrides(dependencies, overrides))
    found += checker.check_folders(folders, overrides)
    found += checker.check_constraints(constraints)
    found += checker.check_packages()
    found += checker.check_options(options)
    found += checker.check_builds(build_settings, wanted)
    return tuple(found)


class _Checker(Struct, frozen=True, kw_only=True):
    """One lockfile under check; each method yields the violations of the claim it names."""

    packages: Mapping[NormalizedName, Package]
    path: Path
    policy: Policy
    target: Target

    def check_target(self, wanted: Target | None) -> Iterable[Discrepancy]:
        """The lockfile is for the wanted target, or for one with an older floor."""
        if wanted is None:
            return
        # Facts that a lockfile does not record, such as the kernel release, are not compared.
        wanted = target_from_table(target_to_table(wanted))
        # A lockfile for a first release, `3.9.0`, also serves a Python of any later patch.
        first = replace(wanted, python=replace(wanted.python, patch_known=True))
        if self.target.python == first.python:
            wanted = first
        if wanted == self.target:
            return
        if replace(wanted, floor=self.target.floor) == self.target:
            for package in self.packages.values():
                yield from self._check_floor(package, wanted)
            return
        asked, mine = map(_describe, (wanted, self.target))
        yield Discrepancy(
            subject=self.path.name, message=f"it is locked for {mine}, not for {asked}"
        )

    def _check_floor(self, package: Package, wanted: Target) -> Iterable[Discrepancy]:
        """A wheel chosen for another floor also serves this one."""
        evidence = read_evidence(package, path=self.path)
        is_fused = evidence is not None and evidence.fuse_recipe is not None
        machines = wanted.machines if is_fused else (wanted,)
        tags = {tag for machine in machines for tag in compatible_tags(machine)}
        for wheel in package.wheels or ():
            if tags.isdisjoint(parse_wheel_filename(wheel.filename)[-1]):
                message = f"{wheel.filename} does not fit {wanted.floor_name}"
                yield Discrepancy(subject=package.name, message=message)
        needed = _needed_system(evidence, wanted) if evidence else None
        if needed and tuple(int(part) for part in needed.split(".")) > wanted.floor:
            message = f"its binaries need {needed}, and {wanted.floor_name} is asked for"
            yield Discrepancy(subject=package.name, message=message)

    def check_depth(self, before: Asked, options: ResolveOptions) -> Iterable[Discrepancy]:
        """The requirements are locked with their dependencies, or without, then as now."""
        if before.without_dependencies != options.ignore_dependencies:
            how = "with --no-deps" if before.without_dependencies else "without --no-deps"
            message = f"it is locked {how}, and is asked for otherwise"
            yield Discrepancy(subject=self.path.name, message=message)

    def check_requirements(
        self, requirements: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """Every requirement that applies to the target is pinned at an allowed version."""
        for requirement in requirements:
            if not self._applies(requirement):
                continue
            package = self._package_of(requirement)
            if package is None:
                message = f"{requirement.text} is asked for ({requirement.origin}) and not locked"
                yield Discrepancy(subject=requirement.name or self.path.name, message=message)
                continue
            yield from self._check_bound(package, requirement)
            if package.directory and bool(package.directory.editable) != requirement.editable:
                how = "without -e" if requirement.editable else "with -e"
                message = f"it is locked {how}, and {requirement.origin} asks for it otherwise"
                yield Discrepancy(subject=package.name, message=message)
            if not is_taken_from(package, requirement, folder=self.path.parent):
                message = (
                    f"it is locked {describe_place(package)}, "
                    f"and {requirement.origin} wants {requirement.text}"
                )
                yield Discrepancy(subject=package.name, message=message)

    def check_removals(
        self, before: Iterable[str], now: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """Nothing is locked because of a requirement that was dropped since."""
        asked: set[NormalizedName] = set()
        at_places: set[NormalizedName] = set()
        for requirement in now:
            if not self._applies(requirement):
                continue
            found = self._package_of(requirement)
            if found is None:
                return  # It may be any of them.
            asked.add(found.name)
            if requirement.direct is not None:
                at_places.add(found.name)
        texts = {project_of(text): text for text in before}
        for package in self.packages.values():
            evidence = read_evidence(package, path=self.path)
            was_asked = package.name in texts or bool(evidence and evidence.requested)
            what = texts.get(package.name, package.name)
            is_of_index = package.name not in at_places
            if (was_asked and package.name not in asked) or (is_of_index and names_place(what)):
                message = f"{what} was asked for when it was locked, and is not any more"
                yield Discrepancy(subject=package.name, message=message)

    def check_folders(
        self, folders: Iterable[FolderProject], overrides: Sequence[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """Nothing is locked because of a folder's dependency that was dropped since."""
        needed_by_locked = {
            each for package in self.packages.values() for each in dependencies_of(package)
        }
        required: dict[NormalizedName, set[NormalizedName]] = {}
        for folder in folders:
            package = self._package_of(folder.asked) if self._applies(folder.asked) else None
            if package is None:
                continue
            # Other locked packages may require extras of it that the user does not.
            is_needed = package.name in needed_by_locked
            today = folder.with_all_extras if is_needed else folder.requirements
            names = required.setdefault(package.name, set())
            names.update(
                each.name
                for each in apply_overrides(today, overrides)
                if each.name is not None and self._applies(each)
            )
        for name, today_of in required.items():
            for dropped in sorted(dependencies_of(self.packages[name]) - today_of - {name}):
                message = f"it was locked with {dropped}, which its file does not require any more"
                yield Discrepancy(subject=name, message=message)

    def check_extras(
        self, before: Iterable[str], now: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """What extras bring in is locked: the extras are those requested when it was locked."""
        locked = [split_extras(text) for text in before]
        for requirement in now:
            subject, extras = split_extras(requirement.text)
            before_of = [found for other, found in locked if other == subject]
            if not before_of and subject not in self.packages:
                continue  # It is not locked, or a place that was spelt otherwise.
            new = sorted(extras.difference(*before_of))
            if new and self._applies(requirement):
                message = (
                    f"{requirement.origin} asks for its extra {', '.join(new)}, "
                    "which was not asked for when it was locked"
                )
                yield Discrepancy(subject=subject, message=message)
        asked = [split_extras(requirement.text) for requirement in now]
        for subject, extras in locked:
            now_of = [found for other, found in asked if other == subject]
            gone = sorted(extras.difference(*now_of))
            if gone and now_of:
                message = f"its extra {', '.join(gone)} was asked for, and is not any more"
                yield Discrepancy(subject=subject, message=message)

    def check_overrides(
        self, before: Iterable[str], now: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """The overrides are those that were in force when it was locked."""
        changes = tuple(_changes(before, sorted({override.text for override in now})))
        if changes:
            message = f"its overrides are not those that were locked: {'; '.join(changes)}"
            yield Discrepancy(subject=self.path.name, message=message)

    def check_constraints(
        self, constraints: Iterable[RequestedRequirement]
    ) -> Iterable[Discrepancy]:
        """Every pin satisfies the constraints that apply to it."""
        for constraint in constraints:
            package = self.packages.get(constraint.name) if constraint.name else None
            if package is not None and self._applies(constraint):
                yield from self._check_bound(package, constraint)

    def check_packages(self) -> Iterable[Discrepancy]:
        """Every package is locked with its dependencies, and its evidence is accepted now."""
        for package in self.packages.values():
            for dependency in package.dependencies or ():
                if dependency.get("name") not in self.packages:
                    message = f"it depends on {dependency.get('name')}, which is not locked"
                    yield Discrepancy(subject=package.name, message=message)
            evidence = read_evidence(package, path=self.path) or Evidence(verdict=None)
            for message in self._judge(package, evidence):
                yield Discrepancy(subject=package.name, message=message)

    def check_options(self, options: ResolveOptions) -> Iterable[Discrepancy]:
        """Every file and version is allowed now."""
        for package in self.packages.values():
            for message in _check_options(package, options):
                yield Discrepancy(subject=package.name, message=message)

    def check_builds(
        self,
        settings: Mapping[NormalizedName, tuple[str, ...]],
        requirements: Sequence[RequestedRequirement],
    ) -> Iterable[Discrepancy]:
        """Builds from source use the settings recorded in the lockfile."""
        asked = collect_config_settings(each for each in requirements if self._applies(each))
        # A folder that is required without a name may be any of the packages.
        nameless = any(each.name is None and each.config_settings for each in requirements)
        for package in self.packages.values():
            if not _is_built(package):
                continue
            evidence = read_evidence(package, path=self.path) or Evidence(verdict=None)
            changes = [*_changes(evidence.build_settings, settings.get(package.name, ()))]
            if requirements and not nameless:
                passed = describe_config_settings(asked.get(package.name, ()))
                changes += _changes(evidence.config_settings, passed)
            if changes:
                message = f"its build is not the one that was locked: {'; '.join(changes)}"
                yield Discrepancy(subject=package.name, message=message)

    def _package_of(self, requirement: RequestedRequirement) -> Package | None:
        """Return the package that locks a requirement, found by its location if it has no name."""
        if requirement.name is not None:
            return self.packages.get(requirement.name)
        folder = self.path.parent
        there = (p for p in self.packages.values() if is_taken_from(p, requirement, folder=folder))
        return next(there, None)

    def _applies(self, requirement: RequestedRequirement) -> bool:
        marker = requirement.marker
        return marker is None or any(
            marker.evaluate({**environment, "extra": extra})
            for environment in marker_environments(self.target)
            for extra in ("", *requirement.marker_extras)
        )

    def _check_bound(self, package: Package, bound: RequestedRequirement) -> Iterable[Discrepancy]:
        version = package.version
        if version is not None and not bound.specifier.contains(version, prereleases=True):
            message = f"{version} is locked, and {bound.origin} wants {bound.text}"
            yield Discrepancy(subject=package.name, message=message)

    def _judge(self, package: Package, evidence: Evidence) -> Iterable[str]:
        """Yield the reasons to refuse a package's wheel now."""
        if not package.wheels:
            return
        if evidence.reader_version is None or evidence.verdict is None:
            yield "its wheel was never opened"
            return
        if evidence.reader_version != READER_VERSION:
            yield (
                f"its wheel was read by reader {evidence.reader_version}; "
                f"this archpip has reader {READER_VERSION}"
            )
        if evidence.fuse_recipe not in (None, RECIPE):
            yield (
                f"its wheels are to be fused by recipe {evidence.fuse_recipe}; "
                f"this archpip has recipe {RECIPE}"
            )
        if self.policy.refuses_status(evidence.verdict):
            codes = ", ".join(evidence.findings)
            yield f"its wheel is {evidence.verdict}{f' ({codes})' if codes else ''}"


def _is_built(package: Package) -> bool:
    """Return whether a package is built from source; an archive may also be a wheel at a URL."""
    location = package.archive and (package.archive.url or package.archive.path)
    return not (package.wheels or (location and location.endswith(".whl")))


def _check_options(package: Package, options: ResolveOptions) -> Iterable[str]:
    """Yield the options that exclude a locked file; direct references are never excluded."""
    name, version = package.name, package.version
    if package.wheels and not options.allows_wheels(name):
        yield "a wheel is locked, and --no-binary leaves it only its sdists"
    if package.sdist and not package.wheels and not options.allows_sdists(name):
        yield "an sdist is locked, and --only-binary leaves it only its wheels"
    if version and version.is_prerelease and options.releases.answer(name) is False:
        yield f"{version} is a pre-release, and --only-final leaves those out"
    moment = options.moment_for(name)
    files: list[PackageWheel | PackageSdist] = [*(package.wheels or ())]
    files += [package.sdist] if package.sdist else []
    for file in files:
        if moment and file.upload_time and file.upload_time >= moment:
            yield (
                f"{file.filename} was uploaded {file.upload_time:%Y-%m-%d %H:%M}, "
                f"and only files before {moment:%Y-%m-%d %H:%M} count"
            )


def _changes(locked: Iterable[str], now: Iterable[str]) -> Iterable[str]:
    """Describe how two lists of settings differ."""
    before, after = list(locked), list(now)
    yield from (f"no more {text}" for text in before if text not in after)
    yield from (f"new is {text}" for text in after if text not in before)
    if before != after and sorted(before) == sorted(after):
        yield f"their order is now {', '.join(after)}"


def _needed_system(evidence: Evidence, target: Target) -> str | None:
    """Return the system version that a package's binaries need, as a target's floor."""
    if target.libc is None:
        return evidence.minimum_macos
    return evidence.minimum_glibc if target.libc is Libc.GLIBC else None


def _describe(target: Target) -> str:
    return f"{target.name}, {target.floor_name}, {target.python.display_name}"
