"""Set and restore options in the text of pip's files, leaving all other lines unchanged. Pure.

A name may have any of pip's spellings (`index_url`, `--Index-URL`), and a value may span lines that
are indented more than its first, among which comments may stand. Source: Python's `configparser`.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_OPTION = re.compile(r"(?P<name>[^\s:=#;\[][^:=]*?)\s*[:=]\s*(?P<value>.*)")


class _Place(Struct, frozen=True, kw_only=True):
    """The lines of an option, or of a section without its heading: from `start` up to `stop`."""

    start: int
    stop: int


def set_option(text: str, section: str, name: str, value: str) -> str:
    """Return the text with an option set; unchanged if it has that value already."""
    lines = text.splitlines(keepends=True)
    written = f"{name} = {value}\n"
    place = _find_option(lines, section, name)
    if place is not None:
        if _value(lines[place.start : place.stop]) == value:
            return text
        written = _indent(lines[place.start]) + written
        return "".join([*lines[: place.start], written, *lines[place.stop :]])
    body = _find_section(lines, section)
    if body is None:
        gap = "\n" if text.strip() else ""
        ended = text if not text or text.endswith("\n") else f"{text}\n"
        return f"{ended}{gap}[{section}]\n{written}"
    stop = _last_line(lines, body)
    if not lines[stop - 1].endswith("\n"):
        lines[stop - 1] += "\n"
    # What is indented more would go on with its value.
    begun = [start for start, _ in _iter_statements(lines) if start < body.stop]
    written = _indent(lines[begun[-1]]) + written
    return "".join([*lines[:stop], written, *lines[stop:]])


def restore_option(text: str, original: str, section: str, name: str) -> str:
    """Return the text with an option as in another text, or without it if that lacks it."""
    before = original.splitlines(keepends=True)
    place = _find_option(before, section, name)
    lines = text.splitlines(keepends=True)
    found = _find_option(lines, section, name)
    if place is not None:
        if found is None:
            # It was removed meanwhile, which is what undoing would do.
            return text
        return "".join(
            [*lines[: found.start], *before[place.start : place.stop], *lines[found.stop :]]
        )
    if found is None:
        return text
    del lines[found.start : found.stop]
    if _find_section(before, section) is None:
        _drop_empty_section(lines, section)
    return "".join(lines)


def _find_section(lines: list[str], section: str) -> _Place | None:
    """Return the lines of a section's last appearance, its heading not among them."""
    found = None
    headings = [*_iter_headings(lines), (len(lines), "")]
    for (number, name), (following, _) in pairwise(headings):
        if name == section:
            found = _Place(start=number + 1, stop=following)
    return found


def _find_option(lines: list[str], section: str, name: str) -> _Place | None:
    body = _find_section(lines, section)
    if body is None:
        return None
    found = None
    for start, stop in _iter_statements(lines):
        option = _OPTION.match(lines[start].strip())
        is_inside = body.start <= start < body.stop
        if is_inside and option is not None and _normalize(option["name"]) == name:
            found = _Place(start=start, stop=stop)
    return found


def _iter_headings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of the sections' headings, each with the section's name."""
    for start, _ in _iter_statements(lines):
        heading = _SECTION.match(lines[start].strip())
        if heading is not None:
            yield start, heading["name"]


def _iter_statements(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where each heading and each option begins and ends."""
    start, stop = None, 0
    for number, line in enumerate(lines):
        if not line.strip() or line.lstrip()[0] in "#;":
            continue
        goes_on = (
            start is not None
            and len(_indent(line)) > len(_indent(lines[start]))
            and not _SECTION.match(lines[start].strip())
        )
        if not goes_on:
            if start is not None:
                yield start, stop
            start = number
        stop = number + 1
    if start is not None:
        yield start, stop


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _value(lines: list[str]) -> str:
    option = _OPTION.match(lines[0].strip())
    first = option["value"].strip() if option else ""
    return "\n".join([first, *(line.strip() for line in lines[1:])]).strip()


def _last_line(lines: list[str], body: _Place) -> int:
    """Return where a section's next option goes: before the empty lines at its end."""
    stop = body.stop
    while stop > body.start and not lines[stop - 1].strip():
        stop -= 1
    return stop


def _drop_empty_section(lines: list[str], section: str) -> None:
    body = _find_section(lines, section)
    if body is not None and not "".join(lines[body.start : body.stop]).strip():
        start = body.start - 1
        while start and not lines[start - 1].strip():
            start -= 1
        del lines[start : body.stop]


def _normalize(name: str) -> str:
    return name.strip().lower().replace("_", "-").removeprefix("--")
