"""Set and restore options in the text of pip's files, leaving all other lines unchanged. Pure.

A name may have any of pip's spellings (`index_url`, `--Index-URL`), and a value may span indented
lines, among which comments may stand.
"""

import re

from msgspec import Struct

_SECTION = re.compile(r"\[(?P<name>[^\]]+)\]")
_OPTION = re.compile(r"(?P<name>[^\s:=#;\[][^:=]*?)\s*[:=]\s*(?P<value>.*)")


class _Place(Struct, frozen=True, kw_only=True):
    """The lines of an option: from `start` up to `stop`."""

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
        return "".join([*lines[: place.start], written, *lines[place.stop :]])
    body = _find_section(lines, section)
    if body is None:
        gap = "\n" if text.strip() else ""
        ended = text if not text or text.endswith("\n") else f"{text}\n"
        return f"{ended}{gap}[{section}]\n{written}"
    stop = _last_line(lines, body)
    if not lines[stop - 1].endswith("\n"):
        lines[stop - 1] += "\n"
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
    for number, line in enumerate(lines):
        heading = _SECTION.match(line)
        if found is not None and found.stop == number and heading is None:
            found = _Place(start=found.start, stop=number + 1)
        if heading is not None and heading["name"] == section:
            found = _Place(start=number + 1, stop=number + 1)
    return found


def _find_option(lines: list[str], section: str, name: str) -> _Place | None:
    body = _find_section(lines, section)
    found = None
    for number in range(body.start, body.stop) if body else ():
        line = lines[number]
        option = _OPTION.match(line)
        if option is not None and _normalized(option["name"]) == name:
            found = _Place(start=number, stop=number + 1)
        elif found is not None and found.stop == number and line[:1] in {" ", "\t"}:
            found = _Place(start=found.start, stop=number + 1)
    return found


def _value(lines: list[str]) -> str:
    option = _OPTION.match(lines[0])
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


def _normalized(name: str) -> str:
    return name.strip().lower().replace("_", "-").removeprefix("--")
