"""An audit as a table for people and as JSON for programs."""

import json
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from archpip.environments import Audit, AuditedPart, find_remedy
from archpip.reports.style import STATUS_STYLES
from archpip.verdicts import Finding, Status

SCHEMA_VERSION = 1
"""Raised when a key changes its meaning; new keys do not raise it."""

_MOST_FINDINGS = 5
_INDENT = " " * 10


def render_table(audit: Audit, *, show_all: bool) -> RenderableType:
    """Draw the parts that have findings, the evidence beneath, and the command that helps.

    Args:
        audit: What was found.
        show_all: Draw every finding, and the parts that have none.
    """
    lines = [_headline(audit)]
    for part in audit.parts:
        status = part.verdict.status
        if show_all or status is not Status.OK:
            lines.extend(_part_lines(audit, part, show_all=show_all))
    lines.append(_summary(audit))
    return Group(*lines)


def _headline(audit: Audit) -> Text:
    target = audit.target
    return Text.assemble(
        (audit.path, "bold"),
        f": {audit.shape}, for {target.name} ({target.python.display_name},"
        f" {target.floor_name}; by {audit.target_origin})",
    )


def _part_lines(audit: Audit, part: AuditedPart, *, show_all: bool) -> Iterator[Text]:
    status = part.verdict.status
    yield Text.assemble((f"{status.value:<9} ", STATUS_STYLES[status]), (part.label, "bold"))
    shown = part.findings if show_all else part.findings[:_MOST_FINDINGS]
    for finding in shown:
        yield Text.assemble(
            _INDENT, (finding.code, STATUS_STYLES[finding.weight]), f" {finding.message}"
        )
    if len(shown) < len(part.findings):
        yield Text(f"{_INDENT}… and {len(part.findings) - len(shown)} more (--all)", "dim")
    remedy = find_remedy(audit, part)
    if remedy and status is not Status.OK:
        yield Text.assemble(_INDENT, ("fix: ", "dim"), remedy)


def _summary(audit: Audit) -> Text:
    distributions = sum(1 for part in audit.parts if part.name)
    counts = ", ".join(
        f"{number} {status}"
        for status in reversed(Status)
        if (number := sum(1 for part in audit.parts if part.verdict.status is status))
    )
    return Text(
        f"{distributions} distributions, {audit.binaries} native binaries: {counts or 'nothing'}"
    )


def render_json(audit: Audit) -> str:
    """Write the audit as the versioned JSON document of `archpip audit --format json`."""
    document = {
        "schema": SCHEMA_VERSION,
        "path": audit.path,
        "shape": audit.shape.value,
        "target": {
            "name": audit.target.name,
            "floor": audit.target.floor_name,
            "python": audit.target.python.display_name,
            "origin": audit.target_origin,
        },
        "verdict": audit.status.value,
        "binaries": audit.binaries,
        "parts": [_part_to_dict(audit, part) for part in audit.parts],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _part_to_dict(audit: Audit, part: AuditedPart) -> dict[str, object]:
    return {
        "name": part.name or None,
        "version": part.version or None,
        "root": part.root,
        "installer": part.installer.value,
        "verdict": part.verdict.status.value,
        "binaries": len(part.inspection.binaries),
        "findings": [_finding_to_dict(finding) for finding in part.findings],
        "fix": find_remedy(audit, part) or None if part.findings else None,
    }


def _finding_to_dict(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "weight": finding.weight.value,
        "member": finding.member,
        "slice": finding.slice,
        "expected": finding.expected,
        "found": finding.found,
        "message": finding.message,
        "override": finding.override.reason if finding.override else None,
    }
