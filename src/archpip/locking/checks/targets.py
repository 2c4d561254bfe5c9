"""Is a lockfile for the target that it should be for?"""

from collections.abc import Iterable

from msgspec.structs import replace
from packaging.pylock import Package
from packaging.utils import parse_wheel_filename

from archpip.architecture import Libc
from archpip.locking.checks.lockfile import Discrepancy, LockfileUnderCheck
from archpip.locking.evidence import Evidence, target_from_table, target_to_table
from archpip.locking.files import read_evidence
from archpip.targets import Target, compatible_tags


def check_target(lockfile: LockfileUnderCheck, wanted: Target | None) -> Iterable[Discrepancy]:
    """The lockfile is for the wanted target, or for one with an older floor."""
    if wanted is None:
        return
    # Facts that a lockfile does not record, such as the kernel release, are not compared.
    wanted = target_from_table(target_to_table(wanted))
    # A lockfile for a first release, `3.9.0`, also serves a Python of any later patch.
    first = replace(wanted, python=replace(wanted.python, patch_known=True))
    if lockfile.target.python == first.python:
        wanted = first
    if wanted == lockfile.target:
        return
    if replace(wanted, floor=lockfile.target.floor) == lockfile.target:
        for package in lockfile.packages.values():
            yield from _check_floor(lockfile, package, wanted)
        return
    asked, mine = map(_describe, (wanted, lockfile.target))
    yield Discrepancy(
        subject=lockfile.path.name, message=f"it is locked for {mine}, not for {asked}"
    )


def _check_floor(
    lockfile: LockfileUnderCheck, package: Package, wanted: Target
) -> Iterable[Discrepancy]:
    """A wheel chosen for another floor also serves this one."""
    evidence = read_evidence(package, path=lockfile.path)
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


def _needed_system(evidence: Evidence, target: Target) -> str | None:
    """Return the system version that a package's binaries need, as a target's floor."""
    if target.libc is None:
        return evidence.minimum_macos
    return evidence.minimum_glibc if target.libc is Libc.GLIBC else None


def _describe(target: Target) -> str:
    return f"{target.name}, {target.floor_name}, {target.python.display_name}"
