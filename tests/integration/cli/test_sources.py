"""Whatever requirements can stand in, end to end: folders, repositories, project files, scripts.

Where pip or uv has the same way to ask, its answer is compared.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.cli.projects import make_project, make_repository, make_world

TARGET = ("--target-platform", "linux-x86_64", "--python-version", "3.11")
UV = Path(sys.executable).with_name("uv")
LOCKFILE = "pylock.linux-x86_64.toml"


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    world = make_world(
        alpha={"1.0": {}, "2.0": {"requires": ["gamma"]}},
        beta={"1.0": {}},
        gamma={"1.0": {}},
        windowed={"1.0": {}},
    )
    return fake_world(world)


def packages(folder: Path) -> dict[str, dict[str, Any]]:
    document = tomllib.loads((folder / LOCKFILE).read_text())
    return {package["name"]: package for package in document["packages"]}


def versions(folder: Path) -> dict[str, str | None]:
    return {name: package.get("version") for name, package in packages(folder).items()}


def uv_compile(fake: FakeIndex, folder: Path, *arguments: str) -> dict[str, str]:
    """Return the versions that `uv pip compile` takes."""
    command = [str(UV), "pip", "compile", "--no-header", "--no-annotate", "-q", *arguments]
    command += ["--python-platform", "x86_64-unknown-linux-gnu", "--python-version", "3.11"]
    command += ["--default-index", fake.index_url(), "--no-cache", "--python", sys.executable]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    lines = (line.partition("==") for line in said.splitlines())
    return {name: version for name, _, version in lines if version}


PROJECT = """\
[project]
name = "site"
dynamic = ["version"]
requires-python = ">=3.9"
dependencies = ["alpha<2", "windowed; sys_platform == 'win32'"]

[project.optional-dependencies]
More = ["beta"]
everything = ["site[more]", "gamma ; python_version > '3'"]

[dependency-groups]
test = ["beta", { include-group = "lint" }]
lint = ["gamma"]
"""


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), {"alpha": "1.0"}),
        (("--extra", "more"), {"alpha": "1.0", "beta": "1.0"}),
        (("--extra", "everything"), {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}),
        (("--all-extras",), {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}),
        (("--group", "test"), {"alpha": "1.0", "beta": "1.0", "gamma": "1.0"}),
    ],
    ids=["plain", "extra", "extra-of-itself", "all-extras", "group"],
)
def test_a_project_file_gives_what_the_project_requires(
    fake: FakeIndex,
    archpip_cli: ArchpipCommand,
    tmp_path: Path,
    arguments: tuple[str, ...],
    expected: dict[str, str],
) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)

    run = archpip_cli("lock", "-r", "pyproject.toml", *arguments, *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert versions(tmp_path) == expected
    assert uv_compile(fake, tmp_path, "pyproject.toml", *arguments) == expected


def test_a_group_alone_needs_no_project_and_may_lie_elsewhere(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "pyproject.toml").write_text('[dependency-groups]\ndev = ["gamma"]\n')

    run = archpip_cli(
        *("lock", "--group", "sub/pyproject.toml:dev", *TARGET, "-i", fake.index_url())
    )

    assert run.returncode == 0, run.stderr
    assert versions(tmp_path) == {"gamma": "1.0"}

    elsewhere = archpip_cli("lock", "--group", "dev", *TARGET)
    assert elsewhere.returncode == ExitCode.USAGE
    assert "there is none here; --group PATH/pyproject.toml:dev" in elsewhere.stderr


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="standard input has no name here")
def test_a_dash_is_standard_input_as_for_uv(fake: FakeIndex, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "archpip", "lock", "-r", "-", *TARGET, "-i", fake.index_url()]
    run = subprocess.run(
        command, cwd=tmp_path, input="beta\n", capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr
    assert versions(tmp_path) == {"beta": "1.0"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-r", "pyproject.toml", "--extra", "nope"), "It has everything, more."),
        (("--group", "nope"), "It has test, lint."),
        (("--group", "setup.cfg:x"), "not 'setup.cfg:x'"),
        (("alpha", "--extra", "more"), "none was given"),
        (("-r", "nowhere/pyproject.toml"), "nowhere/pyproject.toml: there is no such file"),
        (("--script", "pyproject.toml"), "no `# /// script` block"),
        (("-r", "old.py"), "old.py requires Python <3; linux-x86_64 has CPython 3.11"),
        (("pyproject.toml",), "-r pyproject.toml"),
        (("-e", "alpha"), "only a folder or a repository can be editable"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_read_is_said(
    fake: FakeIndex,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "old.py").write_text('# /// script\n# requires-python = "<3"\n# ///\n')

    status = main(["lock", *arguments, *TARGET, "-i", fake.index_url()])

    assert status in (ExitCode.USAGE, ExitCode.NO_SOLUTION)
    assert said in capsys.readouterr().err
    assert not (tmp_path / LOCKFILE).exists()


@pytest.mark.parametrize("flag", ["-r", "--script"])
def test_a_script_says_what_it_requires(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path, flag: str
) -> None:
    (tmp_path / "job.py").write_text(
        "#!/usr/bin/env python\n"
        "# /// script\n"
        '# requires-python = ">=3.8"\n'
        "# dependencies = [\n"
        '#   "alpha",\n'
        "# ]\n"
        "# ///\n"
        "import alpha\n"
    )

    run = archpip_cli("lock", flag, "job.py", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert versions(tmp_path) == {"alpha": "2.0", "gamma": "1.0"}
    assert uv_compile(fake, tmp_path, "job.py") == versions(tmp_path)


def test_a_project_whose_backend_alone_knows_is_asked(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    project = make_project(tmp_path, requires=("alpha<2",))

    run = archpip_cli("lock", "-r", "mine/pyproject.toml", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert versions(tmp_path) == {"alpha": "1.0"}
    assert uv_compile(fake, project, "pyproject.toml") == {"alpha": "1.0"}


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


def test_a_folder_with_an_extra(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        PROJECT.replace('dynamic = ["version"]', 'version = "3"')
    )

    run = archpip_cli("lock", ".[more]", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert versions(tmp_path) == {"alpha": "1.0", "beta": "1.0", "site": None}


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
    assert uv_compile(fake, tmp_path, "r.in") == {"beta": "1.0", "gamma": "1.0"}
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
    assert versions(tmp_path)["alpha"] == "2.0"
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
