"""`archpip exec` serves the interpreter that pip goes on in, and reads the files of its place."""

import venv
from pathlib import Path

import pytest

from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.cli.projects import make_world
from tests.integration.gateway.clients import PIP, UV

DOWNLOAD = ("download", "--no-deps", "base")
OWN_FILES = ""
"""For PIP_CONFIG_FILE: let pip's own files count."""


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(make_world(base={"1.0": {}}))


@pytest.fixture
def other(tmp_path: Path, fake: FakeIndex) -> str:
    """An environment whose own file names the only index that there is."""
    venv.create(tmp_path / "other", symlinks=True)
    (tmp_path / "other" / "pip.conf").write_text(f"[global]\nindex-url = {fake.index_url()}\n")
    return str(tmp_path / "other")


def test_python_of_pips_settings_is_served(
    archpip_here: ArchpipCommand, other: str, tmp_path: Path
) -> None:
    run = archpip_here(
        *("exec", "--", *PIP, *DOWNLOAD), PIP_PYTHON=other, PIP_CONFIG_FILE=OWN_FILES
    )
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.glob("base-1.0*"))


def test_python_of_pips_option_is_served(
    archpip_here: ArchpipCommand, other: str, tmp_path: Path
) -> None:
    named = ("--python", other, *DOWNLOAD)
    run = archpip_here("exec", "--", *PIP, *named, PIP_CONFIG_FILE=OWN_FILES)
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.glob("base-1.0*"))


def test_python_that_is_not_there_is_told_before_pip_is_run(archpip_here: ArchpipCommand) -> None:
    run = archpip_here("exec", "--", *PIP, *DOWNLOAD, PIP_PYTHON="nowhere")
    assert run.returncode == ExitCode.USAGE
    assert "nowhere" in run.stderr


def test_python_of_pips_settings_is_nothing_to_uv(
    archpip_here: ArchpipCommand, fake: FakeIndex, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("base")
    run = archpip_here(
        *("exec", "-i", fake.index_url(), "--", *UV, "pip", "compile", "in.txt"),
        PIP_PYTHON="nowhere",
    )
    assert run.returncode == 0, run.stderr
