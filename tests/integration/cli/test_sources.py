"""Folders and repositories as requirements, and what uv's sources make of them, end to end."""

import re
import tomllib
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.cli.locks import LOCKFILE, TARGET, locked, packages
from tests.integration.cli.projects import REQUIRED, make_project, make_repository
from tests.integration.cli.uv_answers import uv_takes


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(REQUIRED)


@pytest.mark.parametrize("editable", [False, True], ids=["as-it-is", "editable"])
def test_a_folder_is_locked_as_a_directory(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, *, editable: bool
) -> None:
    make_project(tmp_path, requires=("alpha<2",))
    asked = ("-e", "./mine") if editable else ("./mine",)

    run = archpip_cli("lock", *asked, *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    found = packages(tmp_path)
    assert found["mine"]["directory"] == {"path": "mine"} | ({"editable": True} if editable else {})
    assert found["alpha"]["version"] == "1.0"


def test_a_repository_is_locked_at_its_commit(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    make_project(repository, requires=("alpha<2",))
    commit = make_repository(repository)
    asked = f"git+{repository.as_uri()}@v1#egg=mine&subdirectory=mine"

    run = archpip_cli("lock", asked, *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    vcs = packages(tmp_path)["mine"]["vcs"]
    assert (vcs["commit-id"], vcs["subdirectory"]) == (commit, "mine")
    assert vcs["requested-revision"] == "v1"


def test_two_projects_of_one_repository(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    repository.mkdir()
    make_project(repository, "mine", requires=("alpha<2",))
    make_project(repository, "yours", requires=("beta",))
    make_repository(repository)
    asked = [
        f"{name} @ git+{repository.as_uri()}@v1#subdirectory={name}" for name in ("mine", "yours")
    ]

    run = archpip_cli("lock", *asked, *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert {*packages(tmp_path)} == {"alpha", "beta", "mine", "yours"}


@pytest.mark.parametrize("place", ["app", "."])
def test_a_repository_s_own_sources_hold_as_in_uv(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, place: str
) -> None:
    """Its alpha is not the index's, which has a newer one, and whose author may be anybody."""
    repository = tmp_path / "repository"
    (repository / "app").mkdir(parents=True)
    make_project(repository, "alpha", version="0.1", requires=("beta",))
    app = '[project]\nname = "app"\nversion = "1"\ndependencies = ["alpha<9", "gamma"]\n'
    if place == "app":
        root = '[tool.uv.workspace]\nmembers = ["app", "alpha"]\n'
        (repository / "pyproject.toml").write_text(root)
        app += "[tool.uv.sources]\nalpha = { workspace = true }\n"
    else:
        app += '[tool.uv.sources]\nalpha = { path = "./alpha" }\n'
    (repository / place / "pyproject.toml").write_text(app)
    commit = make_repository(repository)
    part = "" if place == "." else f"#subdirectory={place}"
    asked = f"app @ git+{repository.as_uri()}@v1{part}"

    run = archpip_cli("lock", asked, *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert {*packages(tmp_path)} == {"alpha", "app", "beta", "gamma"}
    vcs = packages(tmp_path)["alpha"]["vcs"]
    assert (vcs["commit-id"], vcs["subdirectory"]) == (commit, "alpha")
    (tmp_path / "r.in").write_text(asked)
    assert uv_takes(fake, "r.in", folder=tmp_path) == {"beta": "1.0", "gamma": "1.0"}
    run = archpip_cli("lock", asked, *TARGET, "-i", fake.index_url(), "--no-sources", "-U")
    assert run.returncode == 0, run.stderr
    assert packages(tmp_path)["alpha"]["version"] == "2.0"


TELLING_BACKEND = """\
import os, pathlib, zipfile

INFO = "mine-1.0.dist-info"
FILES = {
    f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: mine\\nVersion: 1.0\\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    f"{INFO}/RECORD": "",
}

def tell(hook):
    with open(os.environ["HOOKS_TOLD"], "a") as told:
        told.write(f"{hook}\\n")

def prepare_metadata_for_build_wheel(folder, config_settings=None):
    tell("metadata")
    for name, text in FILES.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return INFO

def build_wheel(folder, config_settings=None, metadata_directory=None):
    tell("wheel")
    name = "mine-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, name), "w") as wheel:
        for path, text in FILES.items():
            wheel.writestr(path, text)
    return name
"""
TELLING_PROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@pytest.mark.parametrize("kind", ["folder", "repository"])
@pytest.mark.parametrize("table", ['[project]\nname = "mine"\ndynamic = ["version"]\n', ""])
def test_sources_are_asked_for_their_metadata_once(
    archpip_cli: ArchpipCommand, tmp_path: Path, kind: str, table: str
) -> None:
    sources = tmp_path / "some-folder"
    sources.mkdir()
    (sources / "pyproject.toml").write_text(TELLING_PROJECT + table)
    (sources / "backend.py").write_text(TELLING_BACKEND)
    make_repository(sources)
    asked = "./some-folder" if kind == "folder" else f"git+{sources.as_uri()}"

    run = archpip_cli(
        *("install", asked, "--target", "out", "--no-index"), HOOKS_TOLD=str(tmp_path / "told")
    )

    assert run.returncode == 0, run.stderr
    assert (tmp_path / "told").read_text().split() == ["metadata", "wheel"]
    called = "mine" if table else "some-folder"
    assert re.findall(r"Building (\S+)", run.stderr) == [called, "mine"]


@pytest.mark.parametrize("asked", ["-r pyproject.toml", ".", "-r requirements.in"])
def test_uvs_sources_hold_and_no_index_is_asked_for_what_has_one(
    fake: FakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make_project(tmp_path, "alpha", version="0.1")
    (tmp_path / "requirements.in").write_text("-e .\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["alpha", "beta"]\n'
        '[tool.uv.sources]\nalpha = { path = "alpha" }\nbeta = { index = "ours" }\n'
        f'[[tool.uv.index]]\nname = "ours"\nurl = "{fake.index_url("other")}"\nexplicit = true\n'
    )
    options = (*TARGET, "-i", fake.index_url())

    refused = main(["lock", *asked.split(), *options])
    passed_over = main(["lock", *asked.split(), "--no-sources", *options])

    assert refused == ExitCode.NO_SOLUTION  # beta is not at the index that it is pinned to
    assert passed_over == ExitCode.OK
    assert locked(tmp_path / LOCKFILE)["alpha"] == "2.0"
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text(
        pyproject.read_text().replace('"other"', '"main"').replace("/other/", "/main/")
    )
    assert main(["lock", *asked.split(), "-U", *options]) == ExitCode.OK
    assert packages(tmp_path)["alpha"]["directory"] == {"path": "alpha"}


@pytest.mark.parametrize("platform", ["linux-x86_64", "macos-arm64"])
def test_uvs_sources_for_some_machines_hold_there(
    fake: FakeIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make_project(tmp_path, "alpha", version="0.1")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["alpha", "beta"]\n[tool.uv.sources]\n'
        'alpha = [{ path = "alpha", marker = "sys_platform == \'darwin\'" }]\n'
        'beta = [{ index = "ours", marker = "sys_platform == \'darwin\'" },'
        ' { index = "theirs", marker = "sys_platform == \'linux\'" }]\n'
        f'[[tool.uv.index]]\nname = "ours"\nurl = "{fake.index_url()}"\nexplicit = true\n'
        f'[[tool.uv.index]]\nname = "theirs"\nurl = "{fake.index_url("none")}"\nexplicit = true\n'
    )
    where = ("--target-platform", platform, "--python-version", "3.11", "-i", fake.index_url())

    status = main(["lock", "-r", "pyproject.toml", *where, "-o", "pylock.toml"])

    if platform == "linux-x86_64":  # where beta is pinned to an index that has none
        assert status == ExitCode.NO_SOLUTION
        return
    assert status == ExitCode.OK
    document = tomllib.loads((tmp_path / "pylock.toml").read_text())
    alpha, beta = document["packages"]
    assert alpha["directory"] == {"path": "alpha"}
    assert beta["version"] == "1.0"
