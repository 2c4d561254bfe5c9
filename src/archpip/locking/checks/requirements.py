"""Does a lockfile pin what is required now, and nothing that is not required any more?"""

from collections.abc import Iterable, Sequence

from packaging.pylock import Package
from packaging.utils import NormalizedName

from archpip.locking.checks.lockfile import Discrepancy, LockfileUnderCheck, describe_changes
from archpip.locking.evidence import LockedQuestion
from archpip.locking.files import read_evidence
from archpip.locking.places import describe_place, is_taken_from
from archpip.locking.texts import dependencies_of, names_place, project_of, split_extras
from archpip.resolution import (
    FolderProject,
    RequestedRequirement,
    ResolveOptions,
    apply_overrides,
)


def check_depth(
    lockfile: LockfileUnderCheck, before: LockedQuestion, options: ResolveOptions
) -> Iterable[Discrepancy]:
    """The requirements are locked with their dependencies, or without, then as now."""
    if before.without_dependencies != options.ignore_dependencies:
        how = "with --no-deps" if before.without_dependencies else "without --no-deps"
        message = f"it is locked {how}, and is asked for otherwise"
        yield Discrepancy(subject=lockfile.path.name, message=message)


def check_requirements(
    lockfile: LockfileUnderCheck, requirements: Iterable[RequestedRequirement]
) -> Iterable[Discrepancy]:
    """Every requirement that applies to the target is pinned at an allowed version."""
    for requirement in requirements:
        if not lockfile.applies(requirement):
            continue
        package = lockfile.package_of(requirement)
        if package is None:
            message = f"{requirement.text} is asked for ({requirement.origin}) and not locked"
            yield Discrepancy(subject=requirement.name or lockfile.path.name, message=message)
            continue
        yield from _check_bound(package, requirement)
        if package.directory and bool(package.directory.editable) != requirement.editable:
            how = "without -e" if requirement.editable else "with -e"
            message = f"it is locked {how}, and {requirement.origin} asks for it otherwise"
            yield Discrepancy(subject=package.name, message=message)
        if not is_taken_from(package, requirement, folder=lockfile.path.parent):
            message = (
                f"it is locked {describe_place(package)}, "
                f"and {requirement.origin} wants {requirement.text}"
            )
            yield Discrepancy(subject=package.name, message=message)


def check_constraints(
    lockfile: LockfileUnderCheck, constraints: Iterable[RequestedRequirement]
) -> Iterable[Discrepancy]:
    """Every pin satisfies the constraints that apply to it."""
    for constraint in constraints:
        package = lockfile.packages.get(constraint.name) if constraint.name else None
        if package is not None and lockfile.applies(constraint):
            yield from _check_bound(package, constraint)


def check_removals(
    lockfile: LockfileUnderCheck, before: Iterable[str], now: Iterable[RequestedRequirement]
) -> Iterable[Discrepancy]:
    """Nothing is locked because of a requirement that was dropped since."""
    asked: set[NormalizedName] = set()
    at_places: set[NormalizedName] = set()
    for requirement in now:
        if not lockfile.applies(requirement):
            continue
        found = lockfile.package_of(requirement)
        if found is None:
            return  # It may be any of them.
        asked.add(found.name)
        if requirement.direct is not None:
            at_places.add(found.name)
    texts = {project_of(text): text for text in before}
    for package in lockfile.packages.values():
        evidence = read_evidence(package, path=lockfile.path)
        was_asked = package.name in texts or bool(evidence and evidence.requested)
        what = texts.get(package.name, package.name)
        is_of_index = package.name not in at_places
        if (was_asked and package.name not in asked) or (is_of_index and names_place(what)):
            message = f"{what} was asked for when it was locked, and is not any more"
            yield Discrepancy(subject=package.name, message=message)


def check_folders(
    lockfile: LockfileUnderCheck,
    folders: Iterable[FolderProject],
    overrides: Sequence[RequestedRequirement],
) -> Iterable[Discrepancy]:
    """Nothing is locked because of a folder's dependency that was dropped since."""
    needed_by_locked = {
        each for package in lockfile.packages.values() for each in dependencies_of(package)
    }
    required: dict[NormalizedName, set[NormalizedName]] = {}
    for folder in folders:
        package = lockfile.package_of(folder.asked) if lockfile.applies(folder.asked) else None
        if package is None:
            continue
        # Other locked packages may require extras of it that the user does not.
        is_needed = package.name in needed_by_locked
        today = folder.with_all_extras if is_needed else folder.requirements
        names = required.setdefault(package.name, set())
        names.update(
            each.name
            for each in apply_overrides(today, overrides)
            if each.name is not None and lockfile.applies(each)
        )
    for name, today_of in required.items():
        for dropped in sorted(dependencies_of(lockfile.packages[name]) - today_of - {name}):
            message = f"it was locked with {dropped}, which its file does not require any more"
            yield Discrepancy(subject=name, message=message)


def check_extras(
    lockfile: LockfileUnderCheck, before: Iterable[str], now: Iterable[RequestedRequirement]
) -> Iterable[Discrepancy]:
    """What extras bring in is locked: the extras are those requested when it was locked."""
    locked = [split_extras(text) for text in before]
    for requirement in now:
        subject, extras = split_extras(requirement.text)
        before_of = [found for other, found in locked if other == subject]
        if not before_of and subject not in lockfile.packages:
            continue  # It is not locked, or a place that was spelt otherwise.
        new = sorted(extras.difference(*before_of))
        if new and lockfile.applies(requirement):
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
    lockfile: LockfileUnderCheck, before: Iterable[str], now: Iterable[RequestedRequirement]
) -> Iterable[Discrepancy]:
    """The overrides are those that were in force when it was locked."""
    changes = tuple(describe_changes(before, sorted({override.text for override in now})))
    if changes:
        message = f"its overrides are not those that were locked: {'; '.join(changes)}"
        yield Discrepancy(subject=lockfile.path.name, message=message)


def _check_bound(package: Package, bound: RequestedRequirement) -> Iterable[Discrepancy]:
    version = package.version
    if version is not None and not bound.specifier.contains(version, prereleases=True):
        message = f"{version} is locked, and {bound.origin} wants {bound.text}"
        yield Discrepancy(subject=package.name, message=message)
