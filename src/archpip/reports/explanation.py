"""Render the explanation of a finding's code for the terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from archpip.reports.style import STATUS_STYLES
from archpip.verdicts import CatalogueEntry


def render_explanation(entry: CatalogueEntry) -> RenderableType:
    """Draw one entry of the catalogue: what, why, and what users and publishers can do."""
    return Group(*_lines(entry))


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
