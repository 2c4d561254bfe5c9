"""What builds require: which versions of it there are, and who chooses among them."""

import os
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory
from tests.integration.cli.locks import TARGET, Lock
from tests.integration.cli.projects import make_project, make_world

WORLD = make_world(
    base={
        "1.0": {"upload_time": "2024-01-10T12:00:00Z"},
        "2.0": {"upload_time": "2024-03-10T12:00:00Z"},
    },
    user={"1.0": {"requires": ["base>=1"], "upload_time": "2024-01-10T12:00:00Z"}},
    picky={"1.0": {"requires": ["base<2"]}},
)

# It requires what its build requirement's version tells it to.
BACKEND = """
import pathlib
from importlib.metadata import version

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info = pathlib.Path(metadata_directory, "mine-1.dist-info")
    info.mkdir()
    needed = "picky" if version("base") == "1.0" else "user"
    text = f"Metadata-Version: 2.1\\nName: mine\\nVersion: 1\\nRequires-Dist: {needed}\\n"
    info.joinpath("METADATA").write_text(text)
    return info.name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    raise NotImplementedError
"""


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(WORLD)


def make_mine(folder: Path) -> Path:
    mine = folder / "mine"
    mine.mkdir()
    (mine / "backend.py").write_text(BACKEND)
    (mine / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["base"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    return mine


def test_a_moment_holds_for_build_requirements_too(lock: Lock, tmp_path: Path) -> None:
    make_mine(tmp_path)

    assert "user" in lock("./mine", "-U")
    assert "picky" in lock("./mine", "-U", "--exclude-newer", "2024-02-01")
    assert "picky" in lock("./mine", "-U", "--uploaded-prior-to", "2024-02-01")
    early = ("--exclude-newer-package", "base=2024-02-01")
    assert "picky" in lock("./mine", "-U", *early)
    late = ("--exclude-newer-package", "base=2024-12-01")
    assert "user" in lock("./mine", "-U", "--exclude-newer", "2024-02-01", *late)


def test_build_requirements_keep_to_their_bounds(
    lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mine(tmp_path)
    (tmp_path / "bounds.txt").write_text("base<2\n")

    assert "user" in lock("./mine", "-U")
    assert "picky" in lock("./mine", "-U", "--build-constraint", "bounds.txt")
    assert "user" in lock("./mine", "-U")
    monkeypatch.setitem(os.environ, "PIP_BUILD_CONSTRAINT", "bounds.txt")
    assert "picky" in lock("./mine", "-U")


def test_constraints_that_a_project_states_for_uv_bind_builds(lock: Lock, tmp_path: Path) -> None:
    make_mine(tmp_path)
    project = tmp_path / "pyproject.toml"
    project.write_text(
        '[project]\nname = "p"\nversion = "1"\ndependencies = ["mine"]\n'
        '[tool.uv.sources]\nmine = {path = "mine"}\n'
    )
    assert "user" in lock("-r", "pyproject.toml", "-U")
    with project.open("a") as file:
        file.write('[tool.uv]\nbuild-constraint-dependencies = ["base<2"]\n')
    assert "picky" in lock("-r", "pyproject.toml", "-U")


def test_build_requirements_that_no_moment_leaves_are_a_failed_build(
    tmp_path: Path, fake: FakeIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = make_mine(tmp_path)
    indexes = ("-i", fake.index_url(), *TARGET, "-o", str(tmp_path / "pylock.toml"))

    status = main(["lock", str(mine), "--exclude-newer-package", "base=2000-01-01", *indexes])

    said = capsys.readouterr().err
    assert status == ExitCode.BUILD
    assert "installing its build requirements failed" in said
    assert "base" in said


def test_an_old_pip_is_said_to_know_no_moments(
    lock: Lock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "25.3")

    lock(str(make_project(tmp_path)), "--exclude-newer", "2024-02-01")

    assert "pip is too old" in capsys.readouterr().err
