"""A grid of each project's version per target, with a reason for every unusual cell."""

from collections.abc import Iterator, Mapping
from html import escape

from msgspec import Struct
from rich.table import Table
from rich.text import Text

from archpip.index import find_version
from archpip.locking import Refusals
from archpip.reports.page import render_page
from archpip.resolution import JointResolution, LinkKind, Pin
from archpip.verdicts import Status

_NOT_NEEDED = "—"
_WHEEL = "wheel"
_UNIVERSAL = "universal2"
_FUSED = "fused"
_SOURCE = "source"
_STYLES = {_WHEEL: "green", _UNIVERSAL: "green", _FUSED: "cyan", _NOT_NEEDED: "dim"}
_ODD_STYLE = "yellow"
_COLOURS = {_WHEEL: "#1a7f37", _UNIVERSAL: "#1a7f37", _FUSED: "#0969da", _NOT_NEEDED: "#59636e"}
_ODD_COLOUR = "#9a6700"


class GridCell(Struct, frozen=True, kw_only=True):
    """One project's version on one target."""

    word: str
    """What it is installed from: wheel, universal2, fused, source, …; a dash if not needed."""
    version: str = ""
    is_older: bool = False
    """Whether another target has a newer version, or a newer one was refused for this target."""
    reasons: tuple[str, ...] = ()
    """Why the cell is not simply a wheel of the newest version; empty if it is."""

    @property
    def is_odd(self) -> bool:
        """Whether the cell needs an explanation."""
        return bool(self.reasons)

    def __str__(self) -> str:
        return f"{self.word}, older" if self.is_older else self.word


class Grid(Struct, frozen=True, kw_only=True):
    """Projects by targets."""

    targets: tuple[str, ...]
    rows: tuple[tuple[str, tuple[GridCell, ...]], ...]
    """(project's name, one cell for each target), sorted by name."""

    @property
    def odd_rows(self) -> tuple[tuple[str, tuple[GridCell, ...]], ...]:
        """The rows with an odd cell."""
        return tuple(row for row in self.rows if any(cell.is_odd for cell in row[1]))

    @property
    def reasons(self) -> Iterator[tuple[str, str, str]]:
        """Yield (project, target, reason) for every odd cell, row by row."""
        for name, cells in self.rows:
            for target, cell in zip(self.targets, cells, strict=True):
                for reason in cell.reasons:
                    yield name, target, reason


def make_grid(answer: JointResolution, before: Mapping[str, Refusals] | None = None) -> Grid:
    """Reduce an answer for several targets to a grid.

    Args:
        answer: The resolutions.
        before: By target, what was refused when the kept versions were first chosen.
    """
    before = before or {}
    pins = [{pin.name: pin for pin in r.pins} for r in answer.resolutions]
    names = sorted({name for by_name in pins for name in by_name})
    why = {difference.name: difference.reason for difference in answer.differences}
    rows = []
    for name in names:
        mine = [by_name.get(name) for by_name in pins]
        newest = max(pin.version for pin in mine if pin)
        cells = tuple(
            _cell(
                pin,
                difference=why.get(name, "") if pin and pin.version < newest else "",
                refused_before=before.get(r.target.name, {}).get((name, pin.version), ())
                if pin
                else (),
            )
            for pin, r in zip(mine, answer.resolutions, strict=True)
        )
        rows.append((str(name), cells))
    return Grid(targets=tuple(r.target.name for r in answer.resolutions), rows=tuple(rows))


def _cell(pin: Pin | None, *, difference: str, refused_before: tuple[str, ...]) -> GridCell:
    """Describe one pin; `difference` says why it is older than another target's."""
    if pin is None:
        return GridCell(word=_NOT_NEEDED)
    files = [rejection.link.filename for rejection in pin.rejections]
    files += [text.partition(": ")[0] for text in refused_before]
    refused = {find_version(filename, pin.name) for filename in files}
    reasons = [*(each.described for each in pin.rejections), *refused_before]
    if difference and difference not in reasons:
        reasons.insert(0, difference)
    word = _word(pin)
    if pin.fused_with is not None:
        reasons.append(f"fused from {pin.link.filename} and {pin.fused_with.link.filename}")
    elif word == _SOURCE and not reasons:
        reasons.append(f"{pin.version} has no wheel")
    if pin.verdict is not None and pin.verdict.status is not Status.OK:
        reasons.extend(f"{f.code}: {f.message}" for f in pin.verdict.findings[:1])
    return GridCell(
        word=word,
        version=str(pin.version),
        is_older=bool(difference or refused - {pin.version, None}),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _word(pin: Pin) -> str:
    if pin.fused_with is not None:
        return _FUSED
    if pin.kind is LinkKind.SDIST:
        return _SOURCE
    if pin.kind is not LinkKind.WHEEL:
        return pin.kind.value
    return _UNIVERSAL if "universal2" in pin.link.filename.rpartition("-")[2] else _WHEEL


def render_grid(grid: Grid, *, show_all: bool) -> Iterator[Table | Text]:
    """Draw the grid: its odd rows or all of them, then the reasons, then the rest in a number."""
    rows = grid.rows if show_all else grid.odd_rows
    if rows:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for heading in ("project", *grid.targets):
            table.add_column(heading, overflow="fold")
        for name, cells in rows:
            table.add_row(name, *(_text(cell) for cell in cells))
        yield table
    for name, target, reason in grid.reasons:
        yield Text.assemble("  ", (name, "bold"), f", {target}: {reason}")
    even = len(grid.rows) - len(grid.odd_rows)
    more = "s have" if even != 1 else " has"
    yield Text(f"{even} project{more} a wheel of one version wherever needed")


def _text(cell: GridCell) -> Text:
    style = (
        _ODD_STYLE if cell.is_odd and cell.word != _FUSED else _STYLES.get(cell.word, _ODD_STYLE)
    )
    return Text(" ".join(filter(None, (cell.version, str(cell)))), style)


def grid_to_list(grid: Grid) -> list[dict[str, object]]:
    """Return the grid for JSON: one entry for each project, one cell for each target."""
    return [
        {
            "name": name,
            "cells": [
                {
                    "target": target,
                    "from": None if cell.word == _NOT_NEEDED else cell.word,
                    "version": cell.version or None,
                    "older": cell.is_older,
                    "reasons": list(cell.reasons),
                }
                for target, cell in zip(grid.targets, cells, strict=True)
            ],
        }
        for name, cells in grid.rows
    ]


def render_html(grid: Grid) -> str:
    """Write the grid as a page of its own, every reason in its cell."""
    return render_page(f"archpip lock: {', '.join(grid.targets)}", _iter_html(grid))


def _iter_html(grid: Grid) -> Iterator[str]:
    headings = "".join(f"<th>{escape(target)}</th>" for target in grid.targets)
    yield f"<table><tr><th>project</th>{headings}</tr>"
    for name, cells in grid.rows:
        yield f"<tr><th>{escape(name)}</th>{''.join(map(_html_cell, cells))}</tr>"
    yield "</table>"


def _html_cell(cell: GridCell) -> str:
    colour = _ODD_COLOUR if cell.is_older else _COLOURS.get(cell.word, _ODD_COLOUR)
    badge = f'<span class="status" style="background:{colour}">{escape(str(cell))}</span>'
    reasons = "".join(f"<br>{escape(reason)}" for reason in cell.reasons)
    return f"<td>{escape(cell.version)} {badge}{reasons}</td>"
