"""What `archpip install` tells programs, and what `--only-deps` leaves out."""

import json
import subprocess
import sys
from typing import Any

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory
from tests.integration.cli.projects import make_world

TARGET = ("--target-platform", "linux-aarch64", "--python-version", "3.11")


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(
        make_world(
            alpha={"1.0": {"requires": ["beta"]}, "2.0": {"requires": ["beta", "gamma"]}},
            beta={"1.0": {}},
            gamma={"1.0": {"requires": ["beta"]}},
        )
    )


@pytest.fixture(autouse=True)
def _folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("work"))


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_an_installation_is_told_as_a_document(
    fake: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    into = (*TARGET, "-i", fake.index_url(), "--target", "out", "--format", "json")
    assert main(["install", "alpha<2", *into]) == ExitCode.OK
    first = document(capsys)
    assert main(["install", "-U", "alpha", *into, "--dry-run"]) == ExitCode.OK
    second = document(capsys)

    assert (first["schema"], first["target"], first["into"]) == (1, "linux-aarch64", "out")
    assert (first["dry_run"], second["dry_run"]) == (False, True)
    assert [(s["name"], s["action"], s["before"]) for s in first["steps"]] == [
        ("alpha", "install", None),
        ("beta", "install", None),
    ]
    assert [(s["name"], s["action"], s["before"], s["version"]) for s in second["steps"]] == [
        ("alpha", "upgrade", "1.0", "2.0"),
        ("beta", "keep", "1.0", "1.0"),
        ("gamma", "install", None, "1.0"),
    ]
    assert first["steps"][0]["filename"] == "alpha-1.0-py3-none-any.whl"


def pip_takes(fake: FakeIndex, *asked: str) -> list[str]:
    """Return what pip would install of what is needed."""
    command = [sys.executable, "-m", "pip", "install", "--only-deps", *asked, "--dry-run"]
    command += ["--ignore-installed", "-i", fake.index_url(), "--report", "-", "-q"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted(entry["metadata"]["name"] for entry in json.loads(said)["install"])


def test_two_documents_do_not_share_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "alpha", "--report", "-", "--format", "json"]) == ExitCode.USAGE
    assert "--report FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "taken"),
    [(("alpha",), ["beta", "gamma"]), (("alpha", "gamma"), ["beta"]), (("beta",), [])],
    ids=["one", "one-that-another-needs", "nothing-needed"],
)
def test_only_what_is_needed_is_taken(
    fake: FakeIndex, capsys: pytest.CaptureFixture[str], asked: tuple[str, ...], taken: list[str]
) -> None:
    options = (*TARGET, "-i", fake.index_url(), "--target", "out", "--format", "json")

    assert main(["install", "--only-deps", *asked, *options]) == ExitCode.OK

    assert [step["name"] for step in document(capsys)["steps"]] == taken
    assert pip_takes(fake, *asked) == taken


def test_only_and_no_dependencies_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["install", "alpha", "--only-deps", "--no-deps"]) == ExitCode.USAGE
    assert "not allowed with" in capsys.readouterr().err
