"""The help of commands: what a user sees first."""

import pytest

from archpip.cli.main import COMMANDS, build_parser


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_begins_with_what_it_does_not_with_its_options(name: str) -> None:
    usage, _, rest = build_parser(name).format_help().partition("\n\n")

    assert usage.startswith(f"usage: archpip {name} ")
    assert "[OPTIONS]" in usage
    assert "\n" not in usage
    what_it_does = (build_parser(name).description or "?").split()
    assert rest.split()[: len(what_it_does)] == what_it_does


@pytest.mark.parametrize("name", COMMANDS)
def test_prose_fits_the_terminal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = build_parser(name).format_help()
    # What is indented by two blanks is an example, which is no more one when it is broken.
    assert [line for line in text.splitlines() if len(line) > 60 and line[:2] != "  "] == []
    assert "examples:\n  archpip " in text or "example:\n  archpip " in text


def test_usage_names_what_must_be_given() -> None:
    assert build_parser("thin").format_usage() == (
        "usage: archpip thin --arch {arm64,x86_64} [OPTIONS] WHEEL\n"
    )
    assert build_parser("exec").format_usage() == ("usage: archpip exec [OPTIONS] -- COMMAND …\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    actions = build_parser(name)._actions
    assert [a.option_strings for a in actions if a.option_strings and not a.help] == []
