"""Rule 6: the oldest system that must be served.

The resolver already ignores a wheel whose tag requires a newer system than the target's. A finding
is due if the tag admits the target and the content does not; and of what is there to be run on the
target, if the content does not, whatever a tag says.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from archpip.architecture import Architecture, Libc, OperatingSystem
from archpip.binaries import Slice, VersionNeed
from archpip.targets import FIRST_ARM64_MACOS
from archpip.verdicts.case import Case, Placed
from archpip.verdicts.families import group_families
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice, libc_of
from archpip.verdicts.importing import find_imported
from archpip.verdicts.linking import Links
from archpip.verdicts.model import Finding, Status
from archpip.verdicts.program_libraries import find_users
from archpip.verdicts.roles import Role

_MACOS_TAG = re.compile(r"-macosx_(\d{1,9})_(\d{1,9})_")
_GLIBC_TAG = re.compile(r"-manylinux_(\d{1,9})_(\d{1,9})_")
_GLIBC_VERSION = re.compile(r"GLIBC_(\d+)\.(\d+)")

_LEGACY_GLIBC = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}


def judge_floors(case: Case, links: Links) -> Iterator[Finding]:
    """Yield a finding per binary that needs a newer system, or another C library."""
    imported = find_imported(case)
    judged = tuple(case.with_role(Role.MODULE, Role.LIBRARY, Role.EXECUTABLE))
    # Only Linux has several C libraries.
    families = group_families(judged) if case.target.libc else []
    siblings = {one.path: family for family in families for one in family}
    newest: tuple[tuple[int, tuple[int, int]], Finding] | None = None
    for one in judged:
        if one.role is Role.MODULE and one.path not in imported:
            continue
        if case.names_other_system(one) and not one.name.tagged:
            continue  # Android's C library is neither of Linux's.
        for architecture in case.target.architectures:
            part = find_slice(one.member.binary, case.target, architecture)
            if part is None:
                continue
            if not _is_served(case, siblings.get(one.path, [one]), architecture):
                yield from _judge_libc(case, one, part, architecture)
            found = _judge_floor(case, links, one, part, architecture)
            if found and (newest is None or found[0] > newest[0]):
                newest = found
    if newest:
        yield newest[1]


def _is_served(case: Case, family: list[Placed], architecture: Architecture) -> bool:
    """Return whether a member of the family uses the target's C library, or none."""
    parts = (find_slice(one.member.binary, case.target, architecture) for one in family)
    return any(libc_of(part) in {None, case.target.libc} for part in parts if part is not None)


def _judge_libc(
    case: Case, one: Placed, part: Slice, architecture: Architecture
) -> Iterator[Finding]:
    libc = libc_of(part)
    if case.target.libc is None or libc is None:
        return
    text = f"is linked against {libc}, the target has {case.target.libc}"
    severity = Status.DEGRADED if _is_helper(case, one) else Status.WRONG
    yield report(case, "AP603", one, text, architecture=architecture, severity=severity)


def _is_helper(case: Case, one: Placed) -> bool:
    """Return whether the wheel is useful without this binary."""
    if one.role is Role.EXECUTABLE:
        return case.is_any or bool(case.in_process)
    return bool(one.name.architectures or one.name.systems)


def _judge_floor(
    case: Case, links: Links, one: Placed, part: Slice, architecture: Architecture
) -> tuple[tuple[int, tuple[int, int]], Finding] | None:
    """Return a finding, and its sort key: its weight, and the version needed."""
    target = case.target
    if target.operating_system is OperatingSystem.MACOS and part.minimum_os:
        needs = part.minimum_os[:2]
        code, system = "AP601", "macOS"
        claimed = _find_claimed(case, _MACOS_TAG)
    elif target.libc is Libc.GLIBC and part.version_needs:
        needs = max(filter(None, map(_glibc_need, part.version_needs)), default=(0, 0))
        code, system = "AP602", "glibc"
        claimed = _find_claimed(case, _GLIBC_TAG)
    else:
        return None
    floor = target.floor
    if architecture is Architecture.ARM64 and target.operating_system is OperatingSystem.MACOS:
        floor = max(floor, FIRST_ARM64_MACOS)
    promised = case.is_to_run or (claimed is not None and claimed <= target.floor)
    if needs <= floor or (claimed is not None and not promised):
        return None
    # Without a floor in the file name, the wheel does not claim to run there.
    severity = None if promised else Status.OK
    if promised and code == "AP602" and _is_for_program(case, links, one):
        severity = Status.DEGRADED
    text = f"needs {system} {needs[0]}.{needs[1]}, the target's floor is {target.floor_name}"
    finding = report(case, code, one, text, architecture=architecture, severity=severity)
    return (finding.severity.rank, needs), finding


def _is_for_program(case: Case, links: Links, one: Placed) -> bool:
    """Return whether a binary is a helper program, or one that such a program loads on request."""
    if one.role is Role.EXECUTABLE:
        return _is_helper(case, one)
    users = list(find_users(case, one))
    return bool(users) and not any(
        one in links.resolve(program, part, needed)
        for program in users
        for part in program.member.binary.slices
        for needed in part.needed
    )


def _glibc_need(need: VersionNeed) -> tuple[int, int] | None:
    return None if need.weak else _parse_glibc(need.version)


@lru_cache(maxsize=1024)
def _parse_glibc(version: str) -> tuple[int, int] | None:
    match = _GLIBC_VERSION.match(version)
    return (int(match[1]), int(match[2])) if match else None


def _find_claimed(case: Case, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """Return the lowest floor that the file name claims, or `None` if it claims none."""
    claimed = [(int(m[1]), int(m[2])) for tag in case.inspection.tags if (m := pattern.search(tag))]
    claimed += [
        floor
        for tag in case.inspection.tags
        for name, floor in _LEGACY_GLIBC.items()
        if f"-{name}_" in tag
    ]
    return min(claimed, default=None)
