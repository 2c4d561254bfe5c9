"""A thin wheel beside its sibling: the hollow slice of a project that publishes them apart.

The slices of a fat file are compared by the reader. If each architecture has a wheel of its own,
the caller reads the symbols of the same member in both, and this module judges the difference.
"""

import posixpath
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from archpip.binaries import BinaryFormat, UnboundSymbols
from archpip.targets import Target
from archpip.verdicts.case import Case
from archpip.verdicts.completeness import describe_unbound, find_exporter
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.importing import find_imported
from archpip.verdicts.judging import sort_findings
from archpip.verdicts.model import Finding, Verdict
from archpip.verdicts.overrides import mark_findings
from archpip.verdicts.policy import Policy
from archpip.verdicts.rules import libraries
from archpip.wheels import BinaryMember, Inspection

_MUCH_SMALLER = 0.75
"""Sizes for arm64 and x86_64 differ by a tenth or two; a member with missing code differs more."""

_PADDING_BYTES = 128 * 1024
"""Segments are padded to 16 KiB for arm64 and to 4 KiB for x86_64: small files prove nothing."""


def is_much_smaller(size_bytes: int, sibling_bytes: int) -> bool:
    """Return whether a file is so much smaller than its sibling that code may be missing.

    This holds for wheels and for members: hollow thin wheels on the public index were 0.38 to 0.56
    times as large as their siblings, sound ones 0.67 times or more.
    """
    gap = sibling_bytes - size_bytes
    return gap > _PADDING_BYTES and size_bytes < _MUCH_SMALLER * sibling_bytes


def find_suspects(inspection: Inspection, sibling: Inspection) -> tuple[str, ...]:
    """Return the members that may lack code that the sibling's have, going by their headers.

    Such a member is much smaller than the sibling's of the same path, or does not link a library
    that the sibling's links, system libraries aside. Comparing symbols needs whole members.
    """
    theirs = {member.path: member for member in sibling.binaries}
    return tuple(
        member.path
        for member in inspection.binaries
        if member.binary.format is BinaryFormat.MACHO
        and (other := theirs.get(member.path)) is not None
        and (
            is_much_smaller(member.size_bytes, other.size_bytes)
            or not _foreign_libraries(other) <= _foreign_libraries(member)
        )
    )


def _foreign_libraries(member: BinaryMember) -> frozenset[str]:
    """Return the base names of the libraries that a member links and the system lacks."""
    system = libraries.MACOS_PREFIXES
    return frozenset(
        posixpath.basename(needed.name)
        for part in member.binary.slices
        for needed in part.needed
        if not needed.name.startswith(system)
    )


def judge_against_sibling(
    inspection: Inspection,
    target: Target,
    unbound: Mapping[str, UnboundSymbols],
    *,
    sibling: str,
) -> tuple[Finding, ...]:
    """Judge what the modules of a thin wheel lack compared with a sibling wheel's.

    Args:
        inspection: The thin wheel.
        target: The machine it is for.
        unbound: The result of `archpip.binaries.find_unbound` for a member and the sibling's
            member of the same path, by path; members that lack nothing are left out.
        sibling: The sibling's file name: the same project and version for another architecture.
    """
    case = Case(inspection, target)
    imported = find_imported(case)
    findings = []
    for one in case.in_process:
        lacking = unbound.get(one.path)
        if lacking is None or not (one.path in imported or not one.name.tagged):
            continue
        for architecture in target.architectures:
            if find_slice(one.member.binary, target, architecture) is None:
                continue
            text = f"the {case.spell(architecture)} code leaves {describe_unbound(case, lacking)}"
            project = find_exporter(lacking)
            if project is None:
                findings.append(
                    report(case, "AP202", one, f"{text}, in {sibling}", architecture=architecture)
                )
            else:
                text += f"; {project} exports them"
                findings.append(report(case, "AP203", one, text, architecture=architecture))
    return tuple(findings)


def add_findings(
    verdict: Verdict,
    findings: Iterable[Finding],
    *,
    filename: str,
    policy: Policy | None = None,
) -> Verdict:
    """Return the verdict with further findings, marked by the policy's overrides."""
    marked = mark_findings(filename, findings, policy.overrides if policy else ())
    return replace(verdict, findings=sort_findings((*verdict.findings, *marked)))
