"""A thin wheel beside its sibling: the hollow slice of a project that publishes them apart.

The slices of a fat file are compared where they are read. Where each architecture has a wheel of
its own, the caller reads the symbols of the same member in both, and asks here what it means.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from archpip.binaries import UnboundSymbols
from archpip.targets import Target
from archpip.verdicts.case import Case
from archpip.verdicts.completeness import describe_unbound, find_exporter
from archpip.verdicts.findings import report
from archpip.verdicts.fitting import find_slice
from archpip.verdicts.importing import find_imported
from archpip.verdicts.judging import sort_findings
from archpip.verdicts.model import Finding, Verdict
from archpip.wheels import Inspection


def judge_against_sibling(
    inspection: Inspection,
    target: Target,
    unbound: Mapping[str, UnboundSymbols],
    *,
    sibling: str,
) -> tuple[Finding, ...]:
    """Judge what the modules of a thin wheel lack beside those of a sibling wheel.

    Args:
        inspection: The thin wheel.
        target: The machine it is for.
        unbound: What `archpip.binaries.find_unbound` says of a member's symbols and those of the
            sibling's member of the same path, by path; members that lack nothing are left out.
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


def add_findings(verdict: Verdict, findings: Iterable[Finding]) -> Verdict:
    """Return the verdict with more findings, in their order."""
    return replace(verdict, findings=sort_findings((*verdict.findings, *findings)))
