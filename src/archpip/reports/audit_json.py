"""Render an audit as JSON. Separate from the table, whose imports take longer than an audit."""

import json

from archpip.environments import Audit, AuditedPart, find_remedy
from archpip.verdicts import Finding, Status

SCHEMA_VERSION = 1
"""Raised when a key changes its meaning; new keys do not raise it."""


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
        "elsewhere": list(audit.elsewhere),
        "parts": [_part_to_dict(audit, part) for part in audit.parts],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _part_to_dict(audit: Audit, part: AuditedPart) -> dict[str, object]:
    status = part.verdict.status
    return {
        "name": part.name or None,
        "version": part.version or None,
        "root": part.root,
        "installer": part.installer.value,
        "verdict": status.value,
        "binaries": len(part.inspection.binaries),
        "findings": [_finding_to_dict(finding) for finding in part.findings],
        "fix": find_remedy(audit, part) or None if status is not Status.OK else None,
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
