"""The HTML page at `/`: the targets, recent refusals, and one project's versions by target."""

from collections.abc import Mapping, Sequence
from html import escape

from archpip.gateway.html_pages import render_document, render_refusals, render_table
from archpip.gateway.model import ProjectPage, Refusal, Standing

_MOST_VERSIONS = 40
"""Rows of the grid: the newest versions; older ones are on the page of each target."""

_LEGEND = (
    "<p>✓ was opened and may be taken. ? fits by its name, and is opened when somebody asks for it."
    " ✗ was opened and is wrong: the page of the target says why. Where no wheel was found right,"
    " a client can build the sdist.</p>"
)


def render_front(
    views: Sequence[str],
    refusals: Sequence[Refusal],
    *,
    asked: str = "",
    answer: str = "",
) -> bytes:
    """Render the page.

    Args:
        views: Names of the views that were requested so far.
        refusals: Recent refusals, oldest first.
        asked: The project that was searched for, as typed.
        answer: The result of the search, as HTML (`render_grid`, `render_nothing`).
    """
    targets = "".join(
        f'<li><a href="{escape(name)}/simple/"><code>/{escape(name)}/simple/</code></a></li>'
        for name in views
    )
    kept_out = render_refusals("The latest first", reversed(refusals)) if refusals else ""
    return render_document(
        "archpip gateway",
        "<h1>archpip gateway</h1>"
        "<p>An index of wheels that run where they are installed. Give pip or uv the index of your "
        "target: <code>/linux-aarch64/simple/</code>, <code>/macos-arm64/simple/</code>, …</p>"
        '<form role="search" action="./"><label for="project">Project</label> '
        f'<input id="project" name="project" value="{escape(asked)}" autocomplete="off"> '
        "<button>Show its versions</button></form>"
        f"{answer}"
        "<h2>Targets served since the start</h2>"
        + (f"<ul>{targets}</ul>" if targets else "<p>None was asked for yet.</p>")
        + "<h2>Kept out lately</h2>"
        + (kept_out or "<p>No wheel was kept out yet.</p>"),
    )


def render_grid(pages: Mapping[str, ProjectPage]) -> str:
    """Render a project's versions, newest first, by view."""
    project = next(iter(pages.values())).name
    versions = [standing.version for standing in next(iter(pages.values())).standings]
    by_view = {
        view: {standing.version: standing for standing in page.standings}
        for view, page in pages.items()
    }
    headings = (
        f'<a href="{escape(view)}/why/{escape(project)}/">{escape(view)}</a>' for view in pages
    )
    rows = (
        f'<tr><th scope="row">{escape(str(version))}'
        + "".join(
            f"<td>{_cell(by_view[view].get(version), builds=not page.unapproved)}"
            for view, page in pages.items()
        )
        + "</tr>"
        for version in versions[:_MOST_VERSIONS]
    )
    older = len(versions) - _MOST_VERSIONS
    return (
        render_table(project, ("Version", *headings), rows)
        + (f"<p>{older} older versions are not shown.</p>" if older > 0 else "")
        + _LEGEND
    )


def render_nothing(reason: str) -> str:
    """Render the reason why there is no grid."""
    return f'<p role="status">{escape(reason)}</p>'


def _cell(standing: Standing | None, *, builds: bool) -> str:
    """Describe a version's state by a sign and words; colour carries no meaning.

    Args:
        standing: The version's, if the view has it.
        builds: Whether sdists are offered.
    """
    if standing is None:
        return "nothing"
    parts = []
    if standing.approved:
        parts.append(f"✓ {_wheels(standing.approved)} opened")
    if standing.undecided:
        parts.append(f"? {_wheels(standing.undecided)} not opened yet")
    if standing.refused:
        parts.append(f"✗ {_wheels(standing.refused)} kept out")
    if standing.has_source and not standing.approved:
        parts.append("sdist" if builds else "✗ sdist not approved")
    return "<br>".join(parts) or "nothing"


def _wheels(count: int) -> str:
    return f"{count} {'wheel' if count == 1 else 'wheels'}"
