"""What command lines for pip and uv hold: taken as they mean it, or answered with what to write."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archpip.cli.foreign import ADVICE, COMMAND_ADVICE
from archpip.cli.main import COMMANDS, build_parser
from tests.conftest import ArchpipCommand, FakeWorldFactory


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("--python-platform=aarch64-apple-darwin", "--target-platform"),
        ("--universal", "--target-platform"),
        ("--prerelease=allow", "--pre"),
        ("--system", "--python PATH"),
        ("--no-annotate", "pylock.toml"),
        ("--no-build", "--only-binary :all:"),
        ("--use-feature=fast-deps", "leave it out"),
        ("--require-hash", "--require-hashes"),
        # pip-compile's
        ("--allow-unsafe", "leave it out"),
        ("--strip-extras", "pylock.toml"),
        ("--no-emit-index-url", "leave it out"),
        ("--rebuild", "--upgrade"),
        ("--pip-args=--pre", "write them out"),
        ("-p", "--python-version"),
    ],
)
def test_advice_names_what_to_write(archpip_cli: ArchpipCommand, option: str, word: str) -> None:
    run = archpip_cli("lock", "six", option)
    assert run.returncode == 2
    assert "Unrecognized arguments" in run.stderr
    assert word in run.stderr.partition("hint:")[2]


@pytest.mark.parametrize(
    ("command", "word"),
    [("pip", "`archpip install`"), ("compile", "`archpip lock`"), ("freeze", "pip's and uv's")],
)
def test_a_command_of_theirs_is_answered(
    archpip_cli: ArchpipCommand, command: str, word: str
) -> None:
    run = archpip_cli(command, "install", "six")
    assert run.returncode == 2
    assert word in run.stderr.partition("hint:")[2]
    assert not COMMAND_ADVICE.keys() & COMMANDS.keys()


@pytest.mark.parametrize("option", sorted(ADVICE))
def test_advice_is_for_what_some_command_has_not(option: str) -> None:
    commands = ("install", "lock", "download", "wheel")
    assert any(option not in build_parser(name)._option_string_actions for name in commands)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (("pip", "install"), "install"),
        (("pip", "download"), "download"),
        (("pip", "lock"), "lock"),
        (("pip", "wheel"), "wheel"),
        (("uv", "pip", "compile"), "lock"),
        (("uv", "pip", "install"), "install"),
        (("uv", "pip", "sync"), "install"),
        (("uv", "lock"), "lock"),
        (("uv", "export"), "lock"),
    ],
)
def test_every_option_of_theirs_is_taken_or_answered(theirs: tuple[str, ...], ours: str) -> None:
    executable = shutil.which(theirs[0], path=Path(sys.executable).parent)
    if executable is None:
        pytest.skip(f"{theirs[0]} is not installed here")
    run = subprocess.run(
        [executable, *theirs[1:], "--help"], capture_output=True, text=True, check=True
    )
    # An option begins its line, with a short name before it or not; the rest is prose about it.
    declared = re.findall(r"^ {2,6}(-\w, )?(--[\w-]+)", run.stdout, re.MULTILINE)
    options = {name.rstrip(", ") for names in declared for name in names if name}
    assert len(options) > 30
    known = build_parser(ours)._option_string_actions.keys() | ADVICE.keys()
    assert options - known == set()


def test_uvs_names_are_understood(
    fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("uamqp\n")
    (tmp_path / "bounds.txt").write_text("uamqp<2\n")
    index = ("--default-index", fake_world("hollow-universal2").index_url())
    target = ("--target-platform", "macos-x86_64", "--python-version", "3.10")
    asked = ("--requirements", "in.txt", "--constraints", "bounds.txt")

    run = archpip_cli("lock", *asked, *index, *target, "--output-file", "pylock.toml")

    assert run.returncode == 0, run.stderr
    assert (tmp_path / "pylock.toml").is_file()


@pytest.mark.parametrize("words", [["--no-color", "lock"], ["lock", "--no-color"]])
def test_no_colour_is_stronger_than_force_color(
    archpip_cli: ArchpipCommand, words: list[str]
) -> None:
    plain = archpip_cli(*words, FORCE_COLOR="1")
    assert "\x1b" in archpip_cli("lock", FORCE_COLOR="1").stderr
    assert "\x1b" not in plain.stderr
    assert "error:" in plain.stderr


@pytest.mark.parametrize(
    ("arguments", "variable"), [(["--require-virtualenv"], ""), ([], "1")], ids=["flag", "variable"]
)
def test_environment_that_is_not_virtual_is_refused_where_one_is_wanted(
    archpip_cli: ArchpipCommand, arguments: list[str], variable: str
) -> None:
    base = Path(sys.base_prefix, "bin", "python3")
    run = archpip_cli(
        *("install", "six", "--python", str(base), *arguments), PIP_REQUIRE_VIRTUALENV=variable
    )
    assert run.returncode == 2
    assert "is not in a virtual environment" in run.stderr


def test_beginning_of_an_option_is_not_taken_for_it(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("install", "six", "--root", "image")  # not --root-user-action
    assert run.returncode == 2
    assert "--target FOLDER" in run.stderr.partition("hint:")[2]


def test_what_archpip_does_not_do_may_be_turned_off(archpip_cli: ArchpipCommand) -> None:
    idle = ("--disable-pip-version-check", "--root-user-action=ignore", "--no-warn-conflicts")
    run = archpip_cli("install", *idle)
    assert "Unrecognized" not in run.stderr
    assert "-r requirements.txt" in run.stderr  # there is nothing to install, and no other fault
