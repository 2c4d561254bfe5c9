"""The help of commands: what a user sees first."""

import pytest

from archpip.cli.main import COMMANDS, build_parser


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_help_begins_with_what_it_does_not_with_its_options(name: str) -> None:
    usage, _, rest = build_parser(name).format_help().partition("\n\n")

    assert usage.startswith(f"usage: archpip {name} ")
    assert "[OPTIONS]" in usage
    assert "\n" not in usage
    assert rest.startswith(build_parser(name).description or "?")


def test_usage_names_what_must_be_given() -> None:
    assert build_parser("thin").format_usage() == (
        "usage: archpip thin --arch {arm64,x86_64} [OPTIONS] WHEEL\n"
    )
    assert build_parser("exec").format_usage() == ("usage: archpip exec [OPTIONS] -- COMMAND …\n")
