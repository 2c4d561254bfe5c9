"""An audit as an HTML page."""

from collections.abc import Iterator
from html import escape

from archpip.environments import Audit, AuditedPart, find_remedy
from archpip.printable import spell_out
from archpip.reports.audit import summarize
from archpip.reports.page import render_badge, render_page
from archpip.reports.style import name_remedy
from archpip.verdicts import Finding, Status, find_entry


def _escape(text: str) -> str:
    """Return text as markup, with control characters spelled out: names of files may hold them."""
    return escape(spell_out(text))


def render_html(audit: Audit) -> str:
    """Render the audit as a page: parts with findings, worst first, then the rest in a table."""
    return render_page(f"archpip audit of {audit.path}", _iter_body(audit))


def _iter_body(audit: Audit) -> Iterator[str]:
    target = audit.target
    yield (
        f"<p>{render_badge(audit.status)} {_escape(audit.shape.value)}, for "
        f"<b>{_escape(target.name)}</b> ({_escape(target.python.display_name)}, "
        f"{_escape(target.floor_name)}; by {_escape(audit.target_origin)}). "
        f"{_escape(summarize(audit))}.</p>"
    )
    if audit.elsewhere:
        places = ", ".join(map(_escape, audit.elsewhere))
        yield f"<p>Not audited, though imported from as well: {places}.</p>"
    found = [part for part in audit.parts if part.findings]
    for part in sorted(found, key=lambda part: -part.verdict.status.rank):
        yield from _iter_part(audit, part)
    clean = [part for part in audit.parts if not part.findings]
    if clean:
        yield "<h2>Nothing found</h2><table><tr><th>distribution</th><th>native binaries</th></tr>"
        for part in clean:
            yield f"<tr><td>{_escape(part.label)}</td><td>{len(part.inspection.binaries)}</td></tr>"
        yield "</table>"


def _iter_part(audit: Audit, part: AuditedPart) -> Iterator[str]:
    yield f"<h2>{render_badge(part.verdict.status)} {_escape(part.label)}</h2><ul>"
    for finding in part.findings:
        yield f"<li>{_describe(finding)}</li>"
    yield "</ul>"
    remedy = find_remedy(audit, part)
    if remedy and part.verdict.status is not Status.OK:
        label = name_remedy(part.verdict.status).title()
        yield f"<p>{label}: <code>{_escape(remedy)}</code></p>"


def _describe(finding: Finding) -> str:
    entry = find_entry(finding.code)
    title = f' title="{_escape(entry.title)}"' if entry else ""
    text = f"<b{title}>{_escape(finding.code)}</b> {_escape(finding.message)}"
    if finding.override:
        text += f" <i>Overridden: {_escape(finding.override.reason)}</i>"
    return text
