"""The audit itself: every part of a tree inspected as a wheel would be, and judged."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec.structs import replace

from archpip.architecture import OperatingSystem
from archpip.binaries import Depth
from archpip.environments.installed import InstalledWheel
from archpip.environments.model import OF_DEVICES, OF_SIMULATOR, AuditedPart, Installer, Part, Tree
from archpip.environments.packed import find_packed
from archpip.environments.partition import Scope, find_parts
from archpip.environments.unreadable import unreadable
from archpip.targets import Target
from archpip.verdicts import (
    Finding,
    Installed,
    Policy,
    Verdict,
    add_findings,
    judge,
    judge_between,
)
from archpip.wheels import (
    Inspection,
    Problem,
    ProblemKind,
    WheelUnreadableError,
    find_path_files,
    inspect_unpacked,
    read_path_folders,
)

_PYTHON_FOLDER = re.compile(r"(?:^|/)(?:python|pypy)(?P<version>\d\.\d+)t?/")


_NO_PROGRAM = "there is no native binary, and an app holds its program at least: was it built?"

_LOADED_BY_NAME = frozenset(("AP401", "AP404"))
"""Findings of libraries that nothing seems to link."""

_LINKED = "AP301"
"""The finding of a library that is linked."""


def audit_tree(
    tree: Tree,
    target: Target,
    policy: Policy,
    *,
    scope: Scope | None = None,
    holds_program: bool = False,
    library_folder: str | None = None,
    floor_is_known: bool = False,
) -> tuple[AuditedPart, ...]:
    """Inspect and judge every part of a tree.

    Args:
        tree: The tree, which is not closed.
        target: The target to judge for.
        policy: Its overrides are applied.
        scope: Which files of no distribution are judged.
        holds_program: Whether a tree without native binaries counts as unknown.
        library_folder: Where an app's program finds libraries by their names; `None` if it is none.
        floor_is_known: Whether the target's floor is more than an assumption about the files.

    Returns the parts sorted by label; those without native code and problems, too, except for files
    of no distribution.
    """
    members = {member.path: member for member in tree.members()}
    parts = [*_iter_of_sdk(find_parts(tree, scope or Scope()), target)]
    if problems := tree.problems():
        parts = _with_problems(parts, problems)
    sources = [InstalledWheel(part, tree, members) for part in parts]
    inspections = [_inspect(part, source) for part, source in zip(parts, sources, strict=True)]
    if holds_program and not any(inspection.binaries for inspection in inspections):
        problem = Problem(kind=ProblemKind.UNREADABLE_MEMBER, member=None, detail=_NO_PROGRAM)
        parts.append(Part(name="", root="", problems=(problem,)))
        sources.append(InstalledWheel(parts[-1], tree, members))
        inspections.append(_inspect(parts[-1], sources[-1]))
    folders = _find_path_folders(parts, sources)
    audited = [
        _audit_part(
            part,
            replace(inspection, path_folders=folders[part.root]),
            target,
            policy,
            is_to_run=floor_is_known,
        )
        for part, inspection in zip(parts, inspections, strict=True)
    ]
    linked = _iter_linked(audited, target, policy, library_folder)
    kept = (part for part in linked if _is_of_interest(part))
    return tuple(sorted(kept, key=lambda part: (part.name == "", part.label)))


def _iter_of_sdk(parts: Sequence[Part], target: Target) -> Iterator[Part]:
    """Yield the parts but those for the other of iOS' device and simulator, if both are there."""
    ours, other = OF_DEVICES, OF_SIMULATOR
    if target.simulator:
        ours, other = other, ours
    has_both = target.operating_system is OperatingSystem.IOS and any(
        posixpath.basename(part.root) == ours for part in parts
    )
    return (part for part in parts if not has_both or posixpath.basename(part.root) != other)


def _with_problems(parts: Sequence[Part], problems: tuple[Problem, ...]) -> list[Part]:
    """Return the parts, with the tree's problems in that of its own files."""
    is_own = [not part.name and not part.root for part in parts]
    if not any(is_own):
        return [*parts, Part(name="", root="", problems=problems)]
    return [
        replace(part, problems=(*part.problems, *problems)) if own else part
        for part, own in zip(parts, is_own, strict=True)
    ]


def _is_of_interest(part: AuditedPart) -> bool:
    return bool(part.name or part.inspection.binaries or part.findings)


def _iter_linked(
    audited: Sequence[AuditedPart], target: Target, policy: Policy, library_folder: str | None
) -> Iterator[AuditedPart]:
    """Add the findings that concern several parts together."""
    installed = [
        Installed(label=part.label if part.name else "", binaries=part.inspection.binaries)
        for part in audited
    ]
    found: dict[int, list[Finding]] = defaultdict(list)
    for position, finding in judge_between(installed, target, library_folder=library_folder):
        found[position].append(finding)
    for position, part in enumerate(audited):
        verdict = _join(part, found.get(position, ()), policy)
        yield replace(part, verdict=verdict) if position in found else part


def _join(part: AuditedPart, more: Sequence[Finding], policy: Policy) -> Verdict:
    """Return a part's verdict with what is held against libraries that other parts link.

    Its own findings are of files that nothing in it links, or that something in it links, too.
    """
    linked = {finding.member for finding in more}
    own = part.verdict.findings
    left = tuple(f for f in own if f.code not in _LOADED_BY_NAME or f.member not in linked)
    told = {finding.member for finding in own if finding.code == _LINKED}
    new = [finding for finding in more if finding.member not in told]
    verdict = replace(part.verdict, findings=left)
    return add_findings(verdict, new, filename=part.inspection.filename, policy=policy)


def _find_path_folders(
    parts: Sequence[Part], sources: Sequence[InstalledWheel]
) -> Mapping[str, tuple[str, ...]]:
    """Return, by import root, the folders that path files of any part add to `sys.path`."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for part, source in zip(parts, sources, strict=True):
        # An unreadable one is among the problems of a part that has native code.
        with suppress(WheelUnreadableError):
            added = read_path_folders(source, find_path_files(source.members()))
            found[part.root].update(dict.fromkeys(added))
    return {part.root: tuple(found[part.root]) for part in parts}


def _is_for(part: Part, target: Target) -> bool:
    """Return whether the target's interpreter imports a distribution from its folder.

    An image may have a second interpreter with folders of its own.
    """
    named = _PYTHON_FOLDER.search(f"{part.root}/")
    return part.installer is Installer.PIP and (
        named is None or named["version"] == target.python.short_version
    )


def _audit_part(
    part: Part, inspection: Inspection, target: Target, policy: Policy, *, is_to_run: bool
) -> AuditedPart:
    installed = _is_for(part, target)
    verdict = judge(inspection, target, policy, installed=installed, is_to_run=is_to_run)
    return AuditedPart(
        name=part.name,
        version=part.version,
        installer=part.installer,
        root=part.root,
        inspection=_relocate_inspection(inspection, part),
        verdict=Verdict(
            target=verdict.target,
            findings=tuple(_relocate(finding, part) for finding in verdict.findings),
        ),
    )


def _inspect(part: Part, source: InstalledWheel) -> Inspection:
    try:
        inspection = inspect_unpacked(
            source, tags=part.tags, root_is_purelib=part.root_is_purelib, depth=Depth.LINKS
        )
    except WheelUnreadableError as error:
        return unreadable(
            source.filename,
            reason=error.reason,
            problems=part.problems,
            size_bytes=source.size_bytes,
        )
    # A distribution's files are judged as in its wheel, against the program's own code.
    packed = () if part.name else tuple(find_packed(source, inspection))
    return replace(inspection, problems=(*inspection.problems, *packed)) if packed else inspection


def _relocate_inspection(inspection: Inspection, part: Part) -> Inspection:
    binaries = tuple(
        replace(member, path=part.paths.get(member.path, member.path))
        for member in inspection.binaries
    )
    return replace(inspection, binaries=binaries)


def _relocate(finding: Finding, part: Part) -> Finding:
    """Return the finding with the file's path in the tree, not in the wheel."""
    real = part.paths.get(finding.member or "")
    if finding.member is None or real is None or real == finding.member:
        return finding
    message = finding.message
    if message.startswith(f"{finding.member}: "):
        message = real + message.removeprefix(finding.member)
    return replace(finding, member=real, message=message)
