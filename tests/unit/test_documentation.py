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
