"""An audit as SARIF 2.1.0, which code hosts and editors show.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from archpip.environments import Audit, AuditedPart, Shape, find_remedy
from archpip.reports.style import name_remedy
from archpip.verdicts import Finding, Status, find_entry

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/archpip/archpip"

# SARIF §3.27.10: the level of a result.
_LEVELS = {
    Status.OK: "note",
    Status.DEGRADED: "warning",
    Status.UNKNOWN: "warning",
    Status.WRONG: "error",
}


def render_sarif(audit: Audit, *, version: str) -> str:
    """Write the audit as one SARIF run.

    Args:
        audit: The audit.
        version: archpip's version.
    """
    codes = sorted({finding.code for part in audit.parts for finding in part.findings})
    run = {
        "tool": {
            "driver": {
                "name": "archpip",
                "version": version,
                "informationUri": _HOME,
                "rules": [_rule_to_dict(code) for code in codes],
            }
        },
        "properties": {"path": audit.path, "shape": audit.shape.value, "target": audit.target.name},
        "results": [result for part in audit.parts for result in _iter_results(audit, part, codes)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule_to_dict(code: str) -> dict[str, object]:
    entry = find_entry(code)
    if entry is None:
        return {"id": code}
    return {
        "id": code,
        "name": entry.title,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.summary},
        "help": {"text": f"{entry.why}\n\n{entry.users}"},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
    }


def _to_uri(audit: Audit, place: str) -> str:
    """Return a file's URI; for a relative audit path, relative to the working directory.

    A member of an archive or image is below it, as if that were a folder; a file that a lockfile
    names has the lockfile's URI, where the fix is due.
    """
    audited = Path(audit.path)
    whole = audited if audit.shape is Shape.LOCKFILE else audited / place
    return whole.as_uri() if audited.is_absolute() else quote(whole.as_posix())


def _iter_results(
    audit: Audit, part: AuditedPart, codes: Sequence[str]
) -> Iterator[dict[str, object]]:
    status = part.verdict.status
    remedy = "" if status is Status.OK else find_remedy(audit, part)
    advice = f" {name_remedy(status).title()}: {remedy}" if remedy else ""
    for finding in part.findings:
        result = _result_to_dict(audit, part, finding, codes.index(finding.code))
        result["message"] = {"text": f"{part.label}: {finding.message}.{advice}"}
        result["properties"] = {
            "distribution": part.name or None,
            "version": part.version or None,
            "slice": finding.slice,
            "expected": finding.expected,
            "found": finding.found,
            "fix": remedy or None,
        }
        yield result


def _result_to_dict(
    audit: Audit, part: AuditedPart, finding: Finding, rule: int
) -> dict[str, object]:
    # A finding about a distribution as a whole is placed at its folder.
    place = finding.member or part.root or "."
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _to_uri(audit, place)},
                    # Optional in SARIF; GitHub's rule GH1017 and DefectDojo's importer need it.
                    "region": {"startLine": 1},
                }
            }
        ],
        "partialFingerprints": {
            "archpip/v1": f"{finding.code}:{part.name}:{place}:{finding.slice or ''}"
        },
    }
    if finding.override:
        justification = finding.override.reason
        result["suppressions"] = [{"kind": "external", "justification": justification}]
    return result
