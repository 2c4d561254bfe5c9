"""What comes from folders and repositories is installed as pip installs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.cli.projects import make_project, make_repository, make_world


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    world = make_world(
        alpha={"1.0": {}, "2.0": {"requires": ["gamma"]}}, beta={"1.0": {}}, gamma={"1.0": {}}
    )
    return fake_world(world)


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


def installed(environment: Path, name: str) -> dict[str, Any]:
    (found,) = environment.glob(f"lib/python*/site-packages/{name}-*.dist-info/direct_url.json")
    content: dict[str, Any] = json.loads(found.read_text())
    return content


def test_what_is_installed_from_sources_is_recorded_as_pip_records_it(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, environment: Path
) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    make_project(repository, "versioned", requires=("beta",))
    commit = make_repository(repository)
    folder = make_project(tmp_path, "plain")
    edited = make_project(tmp_path, "edited", requires=("alpha<2",))
    url = f"git+{repository.as_uri()}@v1#egg=versioned&subdirectory=versioned"
    asked = (url, "./plain", "-e", "./edited")
    indexes = ("-i", fake.index_url())

    run = archpip_cli("install", *asked, "--python", environment, *indexes)

    assert run.returncode == 0, run.stderr
    names = ("versioned", "plain", "edited")
    ours = [installed(environment, name) for name in names]
    assert ours[0]["vcs_info"]["commit_id"] == commit
    assert ours[1:] == [
        {"url": folder.as_uri(), "dir_info": {}},
        {"url": edited.as_uri(), "dir_info": {"editable": True}},
    ]
    pip = [sys.executable, "-m", "pip", "--python", str(environment)]
    again = [*pip, "install", "-q", "--force-reinstall", *asked, *indexes]
    pip_run = subprocess.run(again, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert pip_run.returncode == 0, pip_run.stderr
    assert [installed(environment, name) for name in names] == ours


def test_an_editable_project_does_not_go_into_a_folder(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    make_project(tmp_path)

    run = archpip_cli("install", "-e", "./mine", "--target", "out", "-i", fake.index_url())

    assert run.returncode != 0
    assert "cannot go into a --target folder: mine" in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_build_without_isolation_finds_what_the_environment_has(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, environment: Path
) -> None:
    project = make_project(tmp_path)
    text = (project / "pyproject.toml").read_text()
    # A backend that no index has; the environment has it, with a module of its own beside.
    (packages_folder,) = environment.glob("lib/python*/site-packages")
    backend = (project / "backend.py").read_text()
    (packages_folder / "house_backend.py").write_text("import house_helper\n" + backend)
    (packages_folder / "house_helper.py").write_text("")
    text = text.replace("requires = []", 'requires = ["house-backend"]')
    text = text.replace('"backend"\nbackend-path = ["."]', '"house_backend"')
    (project / "pyproject.toml").write_text(text)
    python = os.path.relpath(environment, tmp_path)  # a build runs in a folder of its own
    asked = ("wheel", "./mine", "--python", python, "-w", "out", "-i", fake.index_url())

    isolated = archpip_cli(*asked)
    shared = archpip_cli(*asked, "--no-build-isolation")

    assert isolated.returncode == ExitCode.BUILD, isolated.stderr
    assert shared.returncode == 0, shared.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine-1.0-py3-none-any.whl"]


def test_what_is_installed_from_sources_is_kept_where_it_will_do(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, environment: Path
) -> None:
    """pip keeps an editable project that another one requires, whatever an index has."""
    make_project(tmp_path, "gamma", version="0.5")
    into = ("--python", environment, "-i", fake.index_url())
    archpip_cli("install", "-e", "./gamma", *into)

    kept = archpip_cli("install", "alpha>=2", *into)
    upgraded = archpip_cli("install", "--dry-run", "-U", "gamma", *into)
    pip = [sys.executable, "-m", "pip", "--python", str(environment), "install", "--dry-run"]
    pip_kept, pip_upgraded = (
        subprocess.run(
            [*pip, *asked, "-i", fake.index_url()], check=True, capture_output=True, text=True
        ).stdout
        for asked in (["alpha>=2"], ["-U", "gamma"])
    )

    assert "Installed alpha-2.0 in" in kept.stderr
    assert "gamma" in upgraded.stdout
    assert installed(environment, "gamma")["dir_info"] == {"editable": True}
    assert "Would install" not in pip_kept
    assert "Would install gamma-1.0" in pip_upgraded
