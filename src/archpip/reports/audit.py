"""Render an audit as lines for the terminal."""

from collections.abc import Iterator

from archpip.environments import Audit, AuditedPart, find_remedy
from archpip.reports.style import STATUS_STYLES, Line, count, name_remedy
from archpip.verdicts import Status

_MOST_FINDINGS = 5
_INDENT = " " * 10


def render_lines(audit: Audit, *, show_all: bool) -> Iterator[Line]:
    """Yield the parts with findings, the evidence for each, and the command that fixes it.

    Args:
        audit: The audit.
        show_all: Show every finding, and the parts without any.
    """
    yield _headline(audit)
    for part in audit.parts:
        status = part.verdict.status
        if show_all or status is not Status.OK or part.verdict.overrides:
            yield from _part_lines(audit, part, show_all=show_all)
    yield ((summarize(audit), ""),)


def summarize(audit: Audit) -> str:
    """Return how much was audited, and how many parts have each status, worst first."""
    counts = ", ".join(
        f"{number} {status}"
        for status in reversed(Status)
        if (number := sum(1 for part in audit.parts if part.verdict.status is status))
    )
    return f"{', '.join(_iter_held(audit))}: {counts or 'nothing'}"


def _iter_held(audit: Audit) -> Iterator[str]:
    distributions = sum(1 for part in audit.parts if part.name)
    others = len(audit.parts) - distributions
    if distributions or not others:
        yield count(distributions, "distribution")
    if others:
        # Each folder is a part, and has a status, as a distribution has.
        yield f"{count(others, 'folder')} without records"
    yield f"{audit.binaries} native {'binary' if audit.binaries == 1 else 'binaries'}"


def _headline(audit: Audit) -> Line:
    target = audit.target
    text = (
        f": {audit.shape}, for {target.name} ({target.python.display_name},"
        f" {target.floor_name}; by {audit.target_origin})"
    )
    return ((audit.path, "bold"), (text, ""))


def _part_lines(audit: Audit, part: AuditedPart, *, show_all: bool) -> Iterator[Line]:
    status = part.verdict.status
    yield (f"{status.value:<9} ", STATUS_STYLES[status]), (part.label, "bold")
    shown = part.findings if show_all else part.findings[:_MOST_FINDINGS]
    for finding in shown:
        code = (finding.code, STATUS_STYLES[finding.weight])
        yield (_INDENT, ""), code, (f" {finding.message}", "")
    if len(shown) < len(part.findings):
        more = f"{_INDENT}… and {len(part.findings) - len(shown)} more (--all)"
        yield ((more, "dim"),)
    for override in part.verdict.permissions:
        yield ((f"{_INDENT}{override.message}", ""),)
    remedy = find_remedy(audit, part)
    if remedy and status is not Status.OK:
        yield (_INDENT, ""), (f"{name_remedy(status)}: ", "dim"), (remedy, "")
