"""Pages for people: plain HTML with tables, in the colours of the system, and without a script.

Content wider than the window scrolls inside its own region, which is reachable by keyboard; colour
is never the only sign.
"""

from collections.abc import Iterable
from html import escape

from archpip.gateway.model import ProjectPage, Refusal, View

_STYLE = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
code { overflow-wrap: anywhere }
input, button { font: inherit; padding: .1rem .4rem }
:focus-visible { outline: 3px solid LinkText; outline-offset: 2px }
.wide { overflow-x: auto; margin: 1rem 0 }
.wide code { overflow-wrap: normal }
table { border-collapse: collapse }
caption { text-align: left; font-weight: bold; padding-bottom: .3rem }
td, th { text-align: left; vertical-align: top; padding: .3rem 1.2rem .3rem 0 }
tr + tr > * { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
th[scope=row] { font-weight: normal }
td:not(.reason), th[scope=col] { white-space: nowrap }
.reason { min-width: 18rem }"""


def render_document(title: str, body: str) -> bytes:
    """Wrap a body, which is HTML, in a page."""
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>\n"
        f"{body}\n</main></body></html>\n"
    )
    # An index's JSON may hold a lone surrogate, which cannot be encoded.
    return text.encode("utf-8", "xmlcharrefreplace")


def render_table(caption: str, headings: Iterable[str], rows: Iterable[str]) -> str:
    """Render a table that scrolls by itself if it is too wide.

    Args:
        caption: Plain text.
        headings: One a column, as HTML.
        rows: Each `<tr>…</tr>`.
    """
    heads = "".join(f'<th scope="col">{heading}' for heading in headings)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f"<table><caption>{escape(caption)}</caption><tr>{heads}</tr>{''.join(rows)}</table></div>"
    )


def render_refusals(caption: str, refusals: Iterable[Refusal]) -> str:
    """Render refusals and their reasons as a table."""
    rows = (
        f'<tr><th scope="row"><code>{escape(refusal.filename)}</code>'
        f'<td>{escape(refusal.view)}<td class="reason">{escape(refusal.message)}</tr>'
        for refusal in refusals
    )
    return render_table(caption, ("File", "Target", "Because"), rows)


def render_why_html(page: ProjectPage, view: View) -> bytes:
    """Render the refusals of a view as HTML."""
    title = f"{page.name} for {view.name}"
    # Relative, as all URLs here: a reverse proxy may add any prefix.
    home = "../" * (view.name.count("/") + 3)
    versions = (
        f'<a href="{home}?project={escape(page.name)}">All versions of {escape(page.name)}</a>'
    )
    parts = [
        f'<p><a href="{home}">archpip gateway</a> · {versions}</p>',
        f"<h1>{escape(title)}</h1>",
    ]
    if page.refusals:
        parts.append(render_refusals("Kept out", page.refusals))
    else:
        parts.append("<p>No wheel that was opened is kept out.</p>")
    if page.undecided:
        fit = "wheel fits" if page.undecided == 1 else "wheels fit"
        parts.append(
            f"<p>{page.undecided} more {fit} by name, to be opened when somebody asks for them.</p>"
        )
    if page.unapproved:
        sdists = "sdist is" if page.unapproved == 1 else "sdists are"
        parts.append(
            f"<p>{page.unapproved} {sdists} left out: building {escape(page.name)} is not approved "
            "(<code>require-source-build-approval</code>, <code>approve-source-build</code>).</p>"
        )
    return render_document(title, "\n".join(parts))
