"""Render the explanation of a finding's code for the terminal, and as JSON."""

import json
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from archpip.reports.style import STATUS_STYLES
from archpip.verdicts import CatalogueEntry


def render_explanation(entry: CatalogueEntry) -> RenderableType:
    """Draw one entry of the catalogue: what, why, and what users and publishers can do."""
    return Group(*_lines(entry))


def render_json(entry: CatalogueEntry) -> str:
    """Write the same as JSON."""
    seen = entry.example
    document = {
        "schema": 1,
        "code": entry.code,
        "title": entry.title,
        "severity": entry.severity.value,
        "summary": entry.summary,
        "why": entry.why.strip(),
        "users": entry.users.strip(),
        "publishers": entry.publishers.strip(),
        "example": None
        if seen is None
        else {"wheel": seen.wheel, "target": seen.target, "python": seen.python},
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _lines(entry: CatalogueEntry) -> Iterator[Text]:
    yield Text.assemble(
        (entry.code, STATUS_STYLES[entry.severity]),
        f" {entry.title} ",
        (f"({entry.severity.value})", STATUS_STYLES[entry.severity]),
    )
    yield Text(f"\n{entry.summary}")
    for heading, text in (
        ("Why", entry.why),
        ("If you install it", entry.users),
        ("If you publish it", entry.publishers),
    ):
        yield Text(f"\n{heading}", "bold")
        yield Text(text.strip())
