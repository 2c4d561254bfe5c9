"""Check a lockfile offline: does it match the requirements, and is its evidence still accepted?"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from packaging.pylock import Pylock
from packaging.utils import NormalizedName

from archpip.locking.checks.lockfile import Discrepancy, LockfileUnderCheck
from archpip.locking.checks.packages import check_builds, check_options, check_packages
from archpip.locking.checks.requirements import (
    check_constraints,
    check_depth,
    check_extras,
    check_folders,
    check_overrides,
    check_removals,
    check_requirements,
)
from archpip.locking.checks.targets import check_target
from archpip.locking.files import read_locked_question, read_target
from archpip.resolution import (
    FolderProject,
    RequestedRequirement,
    ResolveOptions,
    apply_overrides,
)
from archpip.targets import Target
from archpip.verdicts import Policy


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
    lockfile = LockfileUnderCheck(
        packages={package.name: package for package in pylock.packages},
        path=path,
        target=locked_for,
    )
    options = options or ResolveOptions()
    found = list(check_target(lockfile, target))
    if requirements:
        before = read_locked_question(pylock, path=path)
        found += check_depth(lockfile, before, options)
        found += check_removals(lockfile, before.requirements, requirements)
        found += check_extras(lockfile, before.requirements, requirements)
        found += check_overrides(lockfile, before.overrides, overrides)
    wanted = apply_overrides(requirements, overrides)
    found += check_requirements(lockfile, wanted)
    dependencies = tuple(each for folder in folders for each in folder.requirements)
    found += check_requirements(lockfile, apply_overrides(dependencies, overrides))
    found += check_folders(lockfile, folders, overrides)
    found += check_constraints(lockfile, constraints)
    found += check_packages(lockfile, policy)
    found += check_options(lockfile, options)
    found += check_builds(lockfile, build_settings, wanted)
    return tuple(found)
