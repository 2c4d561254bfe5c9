"""The commands that the documentation shows are commands that archpip takes."""

import ast
import re
import shlex
from pathlib import Path

import pytest

import archpip.reports
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


_OF_JSON = ("json", "_to_dict", "_to_list")
_JSON_PAGE = (_ROOT / "docs" / "reference" / "json.md").read_text("utf-8")


def writes_json(name: str) -> bool:
    return any(
        action.dest == "format" and "json" in (action.choices or ())
        for action in build_parser(name)._actions
    )


@pytest.mark.parametrize("name", [name for name in COMMANDS if writes_json(name)])
def test_every_json_document_has_its_section(name: str) -> None:
    assert f"\n## archpip {name} --format json\n" in _JSON_PAGE


def written_keys() -> set[str]:
    """Return the keys in the functions that make JSON of a report."""
    found: set[str] = set()
    reports = Path(archpip.reports.__file__).parent
    for path in set(reports.glob("*.py")) - {reports / "sarif.py"}:  # whose keys SARIF defines
        for function in ast.parse(path.read_text("utf-8")).body:
            if isinstance(function, ast.FunctionDef) and function.name.endswith(_OF_JSON):
                dicts = [node for node in ast.walk(function) if isinstance(node, ast.Dict)]
                keys = [key for one in dicts for key in one.keys if isinstance(key, ast.Constant)]
                found.update(str(key.value) for key in keys)
    return found


@pytest.mark.parametrize("key", sorted(written_keys()))
def test_every_key_of_a_json_document_is_explained(key: str) -> None:
    assert re.search(rf'[`"]{re.escape(key)}(\[\])?[`"]', _JSON_PAGE)
