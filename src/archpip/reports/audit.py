"""An audit as a table for people."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from archpip.environments import Audit, AuditedPart, find_remedy
from archpip.reports.style import STATUS_STYLES
from archpip.verdicts import Status

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
        if show_all or status is not Status.OK or part.verdict.overrides:
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
    for override in part.verdict.permissions:
        yield Text(f"{_INDENT}{override.message}")
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
