"""The commands that the documentation shows are commands that archpip takes."""

import re
import shlex
from pathlib import Path

import pytest

from archpip.cli.main import COMMANDS, build_parser

_ROOT = Path(__file__).parents[2]
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").rglob("*.md"))]
_SHOWN = re.compile(r"^\s*\$ (archpip .+)$", re.MULTILINE)


def shown_commands() -> list[tuple[str, str]]:
    """Return (page, command) for every command line that a page shows."""
    return [
        (page.name, command)
        for page in _PAGES
        if "_build" not in page.parts
        for command in _SHOWN.findall(page.read_text("utf-8"))
    ]


def test_there_are_commands_to_check() -> None:
    assert len(shown_commands()) > 10


@pytest.mark.parametrize(("page", "command"), shown_commands())
def test_shown_command_is_understood(page: str, command: str) -> None:
    name, *arguments = shlex.split(command)[1:]
    assert name in COMMANDS, f"{page} shows a command that does not exist"
    build_parser(name).parse_args(arguments)


_OPTIONS_PAGE = _ROOT / "docs" / "reference" / "options.md"
_DOCUMENTED_COMMANDS = ("install", "lock", "download", "wheel")


@pytest.mark.parametrize("name", _DOCUMENTED_COMMANDS)
def test_every_option_has_its_line_in_the_reference(name: str) -> None:
    words = set(re.findall(r"(?<=`)-{1,2}[a-zA-Z0-9-]+", _OPTIONS_PAGE.read_text("utf-8")))
    options = {o for action in build_parser(name)._actions for o in action.option_strings}
    assert options <= words


def test_the_reference_names_no_option_that_is_not_there() -> None:
    rows = [line for line in _OPTIONS_PAGE.read_text("utf-8").splitlines() if line[:2] == "| "]
    words = {
        o for row in rows for o in re.findall(r"(?<=`)-{1,2}[a-zA-Z0-9-]+", row.split(" | ")[0])
    }
    options = {
        option
        for name in _DOCUMENTED_COMMANDS
        for action in build_parser(name)._actions
        for option in action.option_strings
    }
    assert words <= options
