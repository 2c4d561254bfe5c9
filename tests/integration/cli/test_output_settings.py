"""What pip's variables and files say of the output holds for archpip, too."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from archpip.cli.output_settings import adopt_output_settings
from archpip.cli.terminal import Terminal, Verbosity
from archpip.settings import Origin, PipConfig, Setting
from tests.conftest import ArchpipCommand

EMPTY = ("audit", ".")
WARNING = "nothing was judged"


def adopt(settings: Mapping[str, str], **said: object) -> Terminal:
    terminal = Terminal(environ={})
    unsaid: dict[str, object] = {"verbose": 0, "quiet": 0, "progress_bar": None}
    unsaid |= {"no_color": False, "no_input": False}
    config = PipConfig(
        settings=tuple(
            Setting(name=name, value=value, origin=Origin(variable=f"PIP_{name.upper()}"))
            for name, value in settings.items()
        )
    )
    adopt_output_settings(argparse.Namespace(**(unsaid | said)), config, terminal)
    return terminal


@pytest.mark.parametrize(
    ("settings", "verbosity"),
    [
        ({}, 0),
        ({"verbose": "yes"}, 1),
        ({"verbose": "2"}, 2),
        ({"quiet": "true"}, -1),
        ({"quiet": "0", "verbose": ""}, 0),
        ({"verbose": "2", "quiet": "1"}, 1),
    ],
    ids=str,
)
def test_how_much_is_said_adds_up(settings: Mapping[str, str], verbosity: int) -> None:
    assert adopt(settings).verbosity == Verbosity(verbosity)
    assert adopt(settings, verbose=1).verbosity == Verbosity(verbosity + 1)


def test_questions_and_colours_may_be_turned_off() -> None:
    off = adopt({"no-input": "1", "no-color": "true"})
    on = adopt({"no-input": "0", "no-color": "no"})

    assert (off.asks, off.colours) == (False, False)
    assert (on.asks, on.colours) == (True, True)


@pytest.mark.parametrize(("said", "draws"), [(None, False), ("on", True), ("auto", True)])
def test_the_command_line_holds_over_the_settings(said: str | None, *, draws: bool) -> None:
    assert adopt({"progress-bar": "off"}, progress_bar=said).draws_progress is draws


def test_pips_variables_are_heeded(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    plain = archpip_cli(*EMPTY, FORCE_COLOR="1")
    assert WARNING in plain.stderr
    assert "\x1b" in plain.stderr

    assert archpip_cli(*EMPTY, PIP_QUIET="2").stderr == ""
    assert WARNING in archpip_cli(*EMPTY, "-v", PIP_QUIET="2").stderr
    assert "\x1b" not in archpip_cli(*EMPTY, FORCE_COLOR="1", PIP_NO_COLOR="1").stderr
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nquiet = 2\n")
    assert archpip_cli(*EMPTY, PIP_CONFIG_FILE=str(file)).stderr == ""


@pytest.mark.parametrize(
    ("variable", "wanted"),
    [
        ("PIP_QUIET", "yes or no"),
        ("PIP_VERBOSE", "yes or no"),
        ("PIP_NO_INPUT", "yes or no"),
        ("PIP_PROGRESS_BAR", "auto or on or off or raw"),
    ],
)
def test_a_value_that_makes_no_sense_is_told(
    archpip_cli: ArchpipCommand, monkeypatch: pytest.MonkeyPatch, variable: str, wanted: str
) -> None:
    monkeypatch.setenv(variable, "loud")
    finished = archpip_cli(*EMPTY)

    assert finished.returncode == 2
    assert variable in finished.stderr
    assert "'loud'" in finished.stderr
    assert wanted in finished.stderr


def test_the_list_of_targets_is_a_document_where_json_is_asked_for(
    archpip_cli: ArchpipCommand,
) -> None:
    document = json.loads(archpip_cli("target", "--format", "json").stdout)
    assert document["schema"] == 1
    assert "macos-arm64" in document["targets"]
    assert "linux/arm64/v8" in document["also"]
