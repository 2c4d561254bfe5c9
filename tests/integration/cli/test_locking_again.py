"""Locking and installing again: what stays, what is upgraded, and what is said of it."""

import json
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory
from tests.integration.cli.locks import LOCKFILE, RELEASES, Lock, locked


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(RELEASES)


def test_locking_again_keeps_what_holds_and_says_what_changed_and_why(
    lock: Lock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lock("user", "--exclude-newer", "2024-02-01") == {"base": "1.0", "user": "1.0"}
    capsys.readouterr()

    assert lock("user") == {"base": "1.0", "user": "1.0"}
    assert "nothing changed" in capsys.readouterr().err

    assert lock("user", "-P", "user") == {"base": "1.0", "user": "1.1"}
    assert "~ user 1.0 → 1.1 (upgrades were asked for)" in capsys.readouterr().err

    Path("requirements.txt").write_text("base>1\npicky; sys_platform == 'never'\n")
    assert lock("user", "-r", "requirements.txt")["base"] == "2.0"
    assert "~ base 1.0 → 2.0 (requirements.txt:1 asks for base>1)" in capsys.readouterr().err

    assert lock("picky") == {"base": "1.0", "picky": "1.0"}
    said = capsys.readouterr().err
    assert "~ base 2.0 → 1.0 (picky 1.0 asks for base<2)" in said
    assert "+ picky 1.0 (command line asks for it)" in said
    assert "- user 1.1 (nothing asks for it any more)" in said


@pytest.mark.parametrize("align", ["none", "prefer"])
def test_locking_several_again_gives_each_what_it_had_unless_they_share(
    lock: Lock, fake: FakeIndex, align: str
) -> None:
    other = Path("pylock.macos-arm64.toml")
    first, second = {"base": "1.0", "user": "1.0"}, {"base": "2.0", "user": "1.1"}
    assert lock("user", "--exclude-newer", "2024-02-01") == first
    mac = ("--target-platform", "macos-arm64", "--python-version", "3.11")
    assert main(["lock", "user", *mac, "-i", fake.index_url()]) == ExitCode.OK
    assert locked(other) == second

    again = lock("user", "--target-platform", "macos-arm64", "--align", align)

    assert (again, locked(other)) == (first if align == "none" else second, second)


def test_the_upgrade_of_one_project_may_be_bounded(lock: Lock) -> None:
    lock("user", "--exclude-newer", "2024-02-01")
    assert lock("user", "-P", "base<2") == {"base": "1.0", "user": "1.0"}
    assert "base<2" not in LOCKFILE.read_text()


def test_an_upgrade_of_what_nobody_asks_for_is_told(
    lock: Lock, capsys: pytest.CaptureFixture[str]
) -> None:
    lock("user")
    Path("requirements.txt").write_text("picky; sys_platform == 'never'\n")
    capsys.readouterr()

    lock("user", "-r", "requirements.txt", "-P", "picky", "-P", "bsae", "-P", "Elsewhere<2")

    said = " ".join(capsys.readouterr().err.split())
    line = "--upgrade-package {}: no project of that name is required or locked"
    assert f"{line.format('bsae')}; did you mean base?" in said
    assert line.format("elsewhere") in said
    assert line.format("picky") not in said


def test_an_upgrade_of_what_was_locked_and_is_needed_no_more_is_no_mistake(
    lock: Lock, capsys: pytest.CaptureFixture[str]
) -> None:
    lock("user", "picky")
    capsys.readouterr()

    assert "picky" not in lock("user", "-P", "picky")

    assert "--upgrade-package" not in capsys.readouterr().err


def test_changes_stand_in_the_json(lock: Lock, capsys: pytest.CaptureFixture[str]) -> None:
    lock("user", "--exclude-newer", "2024-02-01")
    capsys.readouterr()
    lock("user", "-U", "--dry-run", "--format", "json")
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert [(c["name"], c["kind"], c["after"]) for c in target["changes"]] == [
        ("base", "upgraded", "2.0"),
        ("user", "upgraded", "1.1"),
    ]


def test_a_version_that_was_yanked_after_it_was_locked_stays(lock: Lock) -> None:
    assert lock("user", "base==1.5")["base"] == "1.5"
    assert lock("user")["base"] == "1.5"
    assert lock("user", "-U")["base"] == "2.0"


@pytest.mark.parametrize("strategy", ["only-if-needed", "eager"])
def test_the_upgrade_strategy_is_pips(
    fake: FakeIndex, tmp_path: Path, capsys: pytest.CaptureFixture[str], strategy: str
) -> None:
    folder = str(tmp_path / "folder")
    indexes = ("-i", fake.index_url(), "--target", folder)
    assert main(["install", "user==1.0", "base==1.0", *indexes]) == ExitCode.OK
    capsys.readouterr()
    options = ("-U", "--upgrade-strategy", strategy, "--dry-run")
    assert main(["install", "user", *options, *indexes]) == ExitCode.OK
    said = capsys.readouterr().out
    upgraded = [line.split()[1] for line in said.splitlines() if line.startswith("upgrade")]
    assert upgraded == (["base", "user"] if strategy == "eager" else ["user"])
