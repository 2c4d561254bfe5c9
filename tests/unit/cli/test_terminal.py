from io import StringIO

import pytest
from rich.table import Table
from rich.text import Text

from archpip.cli.terminal import Terminal

MOVING = "a\x1b[2J\x9b1mb\nc"
SPELLED = "a\\x1b[2J\\x9b1mb\nc"


def terminal(stderr: StringIO) -> Terminal:
    return Terminal(environ={}, stdout=StringIO(), stderr=stderr)


def test_what_others_wrote_moves_no_cursor() -> None:
    stderr = StringIO()
    spoken = terminal(stderr)

    spoken.remark(MOVING)
    spoken.warning(MOVING)
    spoken.error(MOVING, details=(MOVING,), hint=MOVING)
    spoken.remark_styled(Text(MOVING, "bold"))

    assert stderr.getvalue() == (
        f"{SPELLED}\nwarning: {SPELLED}\n"
        f"error: {SPELLED}\n  | {SPELLED}\nhint: {SPELLED}\n{SPELLED}\n"
    )


def test_styles_are_drawn_all_the_same() -> None:
    stderr = StringIO()
    spoken = Terminal(environ={"FORCE_COLOR": "1"}, stdout=StringIO(), stderr=stderr)

    spoken.error("a\x1b")

    assert stderr.getvalue() == "\x1b[1;31merror\x1b[0m: a\\x1b\n"


@pytest.mark.parametrize("colours", [True, False], ids=["NO_COLOR", "--no-color"])
def test_who_forbids_colours_wins_over_who_forces_them(
    monkeypatch: pytest.MonkeyPatch, *, colours: bool
) -> None:
    environ = {"FORCE_COLOR": "1", "NO_COLOR": "1" if colours else ""}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)  # rich reads them, too
    stdout, stderr = StringIO(), StringIO()
    spoken = Terminal(environ=environ, stdout=stdout, stderr=stderr)
    spoken.colours = colours

    spoken.draw(Text("a", "bold red"))
    spoken.draw_lines([(("b", "bold"),)])
    spoken.remark_styled(Text("c", "bold red"))
    spoken.warning("d")

    assert stdout.getvalue() == "a\nb\n"
    assert stderr.getvalue() == "c\nwarning: d\n"


def test_no_line_of_a_table_ends_with_blanks() -> None:
    stdout = StringIO()
    table = Table(box=None, show_header=False)
    table.add_row("a", "long")
    table.add_row("b", "")

    Terminal(environ={}, stdout=stdout).draw(table)

    lines = stdout.getvalue().splitlines()
    assert [line.split() for line in lines] == [["a", "long"], ["b"]]
    assert not any(line.endswith(" ") for line in lines)
