"""A grid of verdicts on several projects or wheels for several targets."""

import json
from collections.abc import Iterator, Sequence
from html import escape

from msgspec import Struct
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from archpip.reports.page import COLOURS, render_page
from archpip.reports.style import STATUS_STYLES
from archpip.targets import Target
from archpip.verdicts import Finding, Verdict

SCHEMA_VERSION = 1

_NO_WHEEL = "no wheel"
_NO_WHEEL_COLOUR = "#59636e"

# Sizes of the drawing, in its own units.
_ROW_HEIGHT = 28
_LABEL_WIDTH = 190
_CELL_WIDTH = 170
_MARGIN = 12
_LABEL_LENGTH = 24


class Cell(Struct, frozen=True, kw_only=True):
    """One subject's verdict on one target."""

    wheel: str
    """The file name of the wheel that the target prefers; empty if none fits."""
    verdict: Verdict | None = None
    """`None` if no wheel fits."""
    reason: str = ""
    """Why none fits; empty if one does."""

    @property
    def label(self) -> str:
        """The wheel, or why there is none."""
        return self.wheel or self.reason

    @property
    def word(self) -> str:
        """The status, or that there is no wheel."""
        return self.verdict.status.value if self.verdict else _NO_WHEEL

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the findings, the worst first, no repeats."""
        return tuple(dict.fromkeys(f.code for f in self.verdict.findings)) if self.verdict else ()


class Matrix(Struct, frozen=True, kw_only=True):
    """The whole grid."""

    subjects: tuple[str, ...]
    targets: tuple[Target, ...]
    cells: tuple[tuple[Cell, ...], ...]
    """One row for each target, one cell for each subject."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Every verdict, row by row."""
        return tuple(cell.verdict for row in self.cells for cell in row if cell.verdict)


def render_text(matrix: Matrix) -> RenderableType:
    """Draw the grid; for several subjects, with notes on unusual cells below it."""
    return Group(_table(matrix), *(_notes(matrix) if len(matrix.subjects) > 1 else ()))


def _notes(matrix: Matrix) -> Iterator[Text]:
    """Yield why cells have no wheel, once for all targets with the same reason."""
    targets: dict[tuple[str, str], list[str]] = {}
    for target, row in zip(matrix.targets, matrix.cells, strict=True):
        for subject, cell in zip(matrix.subjects, row, strict=True):
            if cell.reason:
                targets.setdefault((subject, cell.reason), []).append(target.name)
    for (subject, reason), names in targets.items():
        text = f": no wheel fits {', '.join(names)}; {reason}"
        yield Text.assemble("  ", (subject, "bold"), text)


def _table(matrix: Matrix) -> Table:
    """Draw the grid; for a single subject with the wheels and findings beside it."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    alone = len(matrix.subjects) == 1
    for heading in ("target", *matrix.subjects, *(("wheel", "findings") if alone else ())):
        table.add_column(heading, overflow="fold")
    for target, row in zip(matrix.targets, matrix.cells, strict=True):
        words = [Text(cell.word, _style(cell)) for cell in row]
        more = [row[0].label, " ".join(row[0].codes)] if alone else []
        table.add_row(target.name, *words, *more)
    return table


def _style(cell: Cell) -> str:
    return STATUS_STYLES[cell.verdict.status] if cell.verdict else "dim"


def render_json(matrix: Matrix) -> str:
    """Write the grid as the versioned JSON document of `--matrix --format json`."""
    document = {
        "schema": SCHEMA_VERSION,
        "cells": [
            {
                "target": target.name,
                "subject": subject,
                "wheel": cell.wheel or None,
                "reason": cell.reason or None,
                "verdict": cell.verdict.status.value if cell.verdict else None,
                "codes": list(cell.codes),
            }
            for target, row in zip(matrix.targets, matrix.cells, strict=True)
            for subject, cell in zip(matrix.subjects, row, strict=True)
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def render_html(matrix: Matrix) -> str:
    """Write the grid as a page."""
    return render_page(f"archpip: {', '.join(matrix.subjects)}", _iter_rows(matrix))


def _iter_rows(matrix: Matrix) -> Iterator[str]:
    headings = "".join(f"<th>{escape(subject)}</th>" for subject in matrix.subjects)
    yield f"<table><tr><th>target</th>{headings}</tr>"
    for target, row in zip(matrix.targets, matrix.cells, strict=True):
        cells = "".join(f"<td>{_html_cell(cell)}</td>" for cell in row)
        yield f"<tr><th>{escape(target.name)}</th>{cells}</tr>"
    yield "</table>"


def _html_cell(cell: Cell) -> str:
    """Return a cell that shows the verdict, with its evidence folded below."""
    badge = f'<span class="status" style="background:{_colour(cell)}">{cell.word}</span>'
    codes = "".join(f" <b>{code}</b>" for code in cell.codes)
    lines = [f"<b>{f.code}</b> {escape(f.message)}" for f in _findings(cell)]
    which = f"<code>{escape(cell.wheel)}</code>" if cell.wheel else escape(cell.label)
    summary = "wheel and findings" if lines else "wheel" if cell.wheel else "why"
    return (
        f"{badge}{codes}<details><summary>{summary}</summary>"
        f"{'<br>'.join((which, *lines))}</details>"
    )


def _findings(cell: Cell, *, most: int = 3) -> Sequence[Finding]:
    return cell.verdict.findings[:most] if cell.verdict else ()


def _colour(cell: Cell) -> str:
    return COLOURS[cell.verdict.status] if cell.verdict else _NO_WHEEL_COLOUR


def render_svg(matrix: Matrix) -> str:
    """Render the grid as an SVG for a README: words on colours, findings as tooltips."""
    width = _LABEL_WIDTH + _CELL_WIDTH * len(matrix.subjects) + _MARGIN
    height = _ROW_HEIGHT * (len(matrix.targets) + 1) + _MARGIN
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img"'
            ' font-family="system-ui, sans-serif" font-size="13">'
        ),
        f"<title>{escape(', '.join(matrix.subjects))}</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for column, subject in enumerate(matrix.subjects):
        lines.append(_svg_text(_LABEL_WIDTH + column * _CELL_WIDTH, 0, _shorten(subject)))
    rows = zip(matrix.targets, matrix.cells, strict=True)
    for number, (target, row) in enumerate(rows, start=1):
        lines.append(_svg_text(0, number, target.name))
        lines.extend(_svg_cell(column, number, cell) for column, cell in enumerate(row))
    return "\n".join([*lines, "</svg>"])


def _svg_text(x: int, row: int, text: str) -> str:
    y = row * _ROW_HEIGHT + _ROW_HEIGHT * 2 // 3 + _MARGIN // 2
    return f'<text x="{x + _MARGIN}" y="{y}" fill="#1f2328">{escape(text)}</text>'


def _svg_cell(column: int, row: int, cell: Cell) -> str:
    x = _LABEL_WIDTH + column * _CELL_WIDTH
    y = row * _ROW_HEIGHT + _MARGIN // 2
    tooltip = "\n".join([cell.label, *(f.message for f in _findings(cell))])
    return (
        f"<g><title>{escape(tooltip)}</title>"
        f'<rect x="{x}" y="{y + 2}" width="{_CELL_WIDTH - 6}" height="{_ROW_HEIGHT - 4}" rx="4"'
        f' fill="{_colour(cell)}"/>'
        f'<text x="{x + 10}" y="{y + _ROW_HEIGHT * 2 // 3}" fill="#fff">'
        f"{escape(' '.join((cell.word, *cell.codes[:2])))}</text></g>"
    )


def _shorten(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1]}…"
