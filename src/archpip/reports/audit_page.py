"""An audit as an HTML page."""

from collections.abc import Iterator
from html import escape

from archpip.environments import Audit, AuditedPart, find_remedy
from archpip.reports.audit import summarize
from archpip.reports.page import render_badge, render_page
from archpip.reports.style import name_remedy
from archpip.verdicts import Finding, Status, find_entry


def render_html(audit: Audit) -> str:
    """Render the audit as a page: parts with findings, worst first, then the rest in a table."""
    return render_page(f"archpip audit of {audit.path}", _iter_body(audit))


def _iter_body(audit: Audit) -> Iterator[str]:
    target = audit.target
    yield (
        f"<p>{render_badge(audit.status)} {escape(audit.shape.value)}, for "
        f"<b>{escape(target.name)}</b> ({escape(target.python.display_name)}, "
        f"{escape(target.floor_name)}; by {escape(audit.target_origin)}). "
        f"{escape(summarize(audit))}.</p>"
    )
    if audit.elsewhere:
        places = ", ".join(map(escape, audit.elsewhere))
        yield f"<p>Not audited, though imported from as well: {places}.</p>"
    found = [part for part in audit.parts if part.findings]
    for part in sorted(found, key=lambda part: -part.verdict.status.rank):
        yield from _iter_part(audit, part)
    clean = [part for part in audit.parts if not part.findings]
    if clean:
        yield "<h2>Nothing found</h2><table><tr><th>distribution</th><th>native binaries</th></tr>"
        for part in clean:
            yield f"<tr><td>{escape(part.label)}</td><td>{len(part.inspection.binaries)}</td></tr>"
        yield "</table>"


def _iter_part(audit: Audit, part: AuditedPart) -> Iterator[str]:
    yield f"<h2>{render_badge(part.verdict.status)} {escape(part.label)}</h2><ul>"
    for finding in part.findings:
        yield f"<li>{_describe(finding)}</li>"
    yield "</ul>"
    remedy = find_remedy(audit, part)
    if remedy and part.verdict.status is not Status.OK:
        label = name_remedy(part.verdict.status).title()
        yield f"<p>{label}: <code>{escape(remedy)}</code></p>"


def _describe(finding: Finding) -> str:
    entry = find_entry(finding.code)
    title = f' title="{escape(entry.title)}"' if entry else ""
    text = f"<b{title}>{escape(finding.code)}</b> {escape(finding.message)}"
    if finding.override:
        text += f" <i>Overridden: {escape(finding.override.reason)}</i>"
    return text
