"""Styles of terminal output. A status is always a word: colour is never the only sign.

A report that needs only lines consists of `Line`s: importing the table renderer takes longer than a
small audit.
"""

from archpip.printable import spell_out
from archpip.verdicts import Status

Line = tuple[tuple[str, str], ...]
"""Pieces of text in order, each with its style; an empty style for none."""

_SEQUENCES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "magenta": "35"}

STATUS_STYLES = {
    Status.OK: "green",
    Status.DEGRADED: "yellow",
    Status.UNKNOWN: "magenta",
    Status.WRONG: "bold red",
}


def count(number: int, noun: str) -> str:
    """Return a count with a noun whose plural ends in s: `1 wheel`, `0 wheels`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def name_remedy(status: Status) -> str:
    """Return what a command is called: only a run tells whether it cures what is degraded."""
    return "try" if status is Status.DEGRADED else "fix"


def render_line(line: Line, *, colour: bool) -> str:
    """Render a line, with or without its styles; control characters are escaped."""
    pieces = ((spell_out(text), style) for text, style in line)
    if not colour:
        return "".join(text for text, _ in pieces)
    return "".join(
        f"\x1b[{';'.join(_SEQUENCES[word] for word in style.split())}m{text}\x1b[0m"
        if style
        else text
        for text, style in pieces
    )
