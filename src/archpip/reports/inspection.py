"""Render inspected wheels as JSON and as a table."""

import json
from collections.abc import Sequence

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from archpip.binaries import Slice
from archpip.reports.style import STATUS_STYLES
from archpip.verdicts import Finding, Role, Status, Verdict, name_slices
from archpip.wheels import Inspection, ReadingCost

SCHEMA_VERSION = 1
"""Raised when a key changes its meaning; new keys do not raise it. See `docs/reference/json.md`."""

_MOST_FINDINGS = 5
_REFUSED_BY_OVERRIDE = "AP705"
"""Most findings shown per wheel, unless all are requested."""


class WheelReport(Struct, frozen=True, kw_only=True):
    """One wheel, judged for one target, and the cost of reading it."""

    inspection: Inspection
    verdict: Verdict
    cost: ReadingCost
    roles: tuple[Role, ...]
    """The role of each binary, in the inspection's order."""
    misfit: str = ""
    """The target that its tags do not admit, in words; empty if they admit it."""


def render_json(reports: Sequence[WheelReport]) -> str:
    """Write the reports as the versioned JSON document of `archpip inspect --format json`."""
    document = {"schema": SCHEMA_VERSION, "wheels": [_wheel_to_dict(report) for report in reports]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _wheel_to_dict(report: WheelReport) -> dict[str, object]:
    inspection, verdict = report.inspection, report.verdict
    return {
        "filename": inspection.filename,
        "sha256": inspection.sha256,
        "target": verdict.target,
        "verdict": verdict.status.value,
        "misfit": report.misfit or None,
        "findings": [_finding_to_dict(finding) for finding in verdict.findings],
        "binaries": [
            {
                "member": member.path,
                "role": role.value,
                "format": member.binary.format.value,
                "slices": [_slice_name(one) for one in member.binary.slices],
            }
            for member, role in zip(inspection.binaries, report.roles, strict=True)
        ],
        "bytes_read": report.cost.bytes_read,
        "bytes_total": report.cost.bytes_total,
        "requests": report.cost.requests,
    }


def _finding_to_dict(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "member": finding.member,
        "slice": finding.slice,
        "message": finding.message,
        "override": finding.override.reason if finding.override else None,
    }


def _slice_name(one: Slice) -> str:
    if one.architecture is None:
        return one.machine
    return one.architecture.value


def render_table(reports: Sequence[WheelReport], *, show_all: bool) -> RenderableType:
    """Draw one line per wheel with its verdict, and the evidence beneath it.

    Args:
        reports: The wheels, in the order in which they are drawn.
        show_all: Draw every finding, and a table of every binary.
    """
    parts: list[RenderableType] = []
    for report in reports:
        parts.append(_headline(report))
        parts.extend(_finding_lines(report, show_all=show_all))
        if show_all and report.inspection.binaries:
            parts.append(_binaries_table(report))
    return Group(*parts)


def _headline(report: WheelReport) -> Text:
    status = report.verdict.status
    return Text.assemble(
        (f"{status.value:<9}", STATUS_STYLES[status]),
        (report.inspection.filename, "bold"),
        f"  for {report.verdict.target}: {_summary(report)}",
    )


def _summary(report: WheelReport) -> str:
    """Summarise in one phrase the problem and what to do, or how much was checked."""
    match report.verdict.status:
        case Status.OK:
            return _summary_of_sound(report)
        case Status.DEGRADED:
            return "works, but not all of it"
        case Status.UNKNOWN:
            return "could not be read; nothing vouches for it"
        case Status.WRONG:
            wrong = {f.code for f in report.verdict.findings if f.weight is Status.WRONG}
            fails = "would not run; take another version, or build it with --no-binary"
            return "refused, by an override" if wrong == {_REFUSED_BY_OVERRIDE} else fails


def _summary_of_sound(report: WheelReport) -> str:
    binaries = len(report.inspection.binaries)
    if report.misfit:
        return f"nothing in it is wrong, but its tags do not admit {report.misfit}"
    if binaries == 0:
        return "no native code"
    if report.verdict.overrides:
        return "taken, by an override"
    return f"{binaries} native {'binary' if binaries == 1 else 'binaries'}, all fit"


def _finding_lines(report: WheelReport, *, show_all: bool) -> list[Text]:
    findings = report.verdict.findings
    shown = findings if show_all else findings[:_MOST_FINDINGS]
    lines = [
        Text.assemble(
            "          ",
            (finding.code, STATUS_STYLES[finding.weight]),
            f" {finding.message}",
        )
        for finding in shown
    ]
    lines += [Text(f"          {one.message}") for one in report.verdict.permissions]
    if len(shown) < len(findings):
        lines.append(Text(f"          … and {len(findings) - len(shown)} more (--all)", "dim"))
    return lines


def _binaries_table(report: WheelReport) -> Table:
    """Draw every binary, grouped by role, with the codes of its findings."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in ("          role", "format", "slices", "oldest system", "binary", "findings"):
        table.add_column(heading, overflow="fold")
    order = list(Role)
    binaries = zip(report.roles, report.inspection.binaries, strict=True)
    for role, member in sorted(binaries, key=lambda pair: (order.index(pair[0]), pair[1].path)):
        findings = [f for f in report.verdict.findings if f.member == member.path]
        oldest = [_join_version(one.minimum_os) for one in member.binary.slices if one.minimum_os]
        table.add_row(
            f"          {role}",
            member.binary.format.value,
            " ".join(name_slices(member.binary)),
            " ".join(oldest),
            member.path,
            Text(" ").join(Text(f.code, STATUS_STYLES[f.weight]) for f in findings),
        )
    return table


def _join_version(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version[:2])
