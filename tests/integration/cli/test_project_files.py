"""Requirements that stand in project files and scripts, end to end; uv's answers are compared."""

import subprocess
import sys
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.cli.locks import LOCKFILE, TARGET, locked
from tests.integration.cli.projects import REQUIRED, make_project
from tests.integration.cli.uv_answers import uv_takes


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(REQUIRED)


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
    assert locked(tmp_path / LOCKFILE) == expected
    assert uv_takes(fake, "pyproject.toml", *arguments, folder=tmp_path) == expected


def test_a_group_alone_needs_no_project_and_may_lie_elsewhere(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "pyproject.toml").write_text('[dependency-groups]\ndev = ["gamma"]\n')

    run = archpip_cli(
        *("lock", "--group", "sub/pyproject.toml:dev", *TARGET, "-i", fake.index_url())
    )

    assert run.returncode == 0, run.stderr
    assert locked(tmp_path / LOCKFILE) == {"gamma": "1.0"}

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
    assert locked(tmp_path / LOCKFILE) == {"beta": "1.0"}


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
    assert locked(tmp_path / LOCKFILE) == {"alpha": "2.0", "gamma": "1.0"}
    assert uv_takes(fake, "job.py", folder=tmp_path) == locked(tmp_path / LOCKFILE)


def test_a_project_whose_backend_alone_knows_is_asked(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    project = make_project(tmp_path, requires=("alpha<2",))

    run = archpip_cli("lock", "-r", "mine/pyproject.toml", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert locked(tmp_path / LOCKFILE) == {"alpha": "1.0"}
    assert uv_takes(fake, "pyproject.toml", folder=project) == {"alpha": "1.0"}


def test_a_folder_with_an_extra(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        PROJECT.replace('dynamic = ["version"]', 'version = "3"')
    )

    run = archpip_cli("lock", ".[more]", *TARGET, "-i", fake.index_url())

    assert run.returncode == 0, run.stderr
    assert locked(tmp_path / LOCKFILE) == {"alpha": "1.0", "beta": "1.0", "site": ""}
