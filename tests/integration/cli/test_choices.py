"""Options that choose among versions, as pip and uv have them; their own answers are compared."""

import json
import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from fake_index.server import FakeIndex
from fake_index.world import Behaviour, PageFormat
from tests.conftest import FakeWorldFactory
from tests.integration.cli.locks import RELEASES, TARGET, Lock
from tests.integration.cli.uv_answers import UV, uv_takes

PYLOCK = """\
lock-version = "1.0"
created-by = "somebody"
[[packages]]
name = "base"
version = "1.0"
[[packages.wheels]]
url = "https://example.org/base-1.0-py3-none-any.whl"
hashes = { sha256 = "00" }
"""


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world(RELEASES)


def pip_takes(fake: FakeIndex, *arguments: str) -> dict[str, str]:
    """Return the versions that `pip install --dry-run` would take."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q"]
    command += ["--report", "-", "--no-cache-dir", "-i", fake.index_url(), *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
    entries = (entry["metadata"] for entry in json.loads(said.stdout)["install"])
    return {entry["name"]: entry["version"] for entry in entries}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), {"base": "2.0", "user": "1.1"}),
        (("--pre",), {"base": "3.0b1", "user": "1.2rc1"}),
        (("--all-releases", "user"), {"base": "2.0", "user": "1.2rc1"}),
        (("--all-releases", ":all:", "--only-final", "base"), {"base": "2.0", "user": "1.2rc1"}),
        (("--uploaded-prior-to", "2024-03-10"), {"base": "1.0", "user": "1.0"}),
        (("--uploaded-prior-to", "2024-03-10T12:00:01Z"), {"base": "2.0", "user": "1.1"}),
        (("--uploaded-prior-to", "P7D"), {"base": "2.0", "user": "1.1"}),
        (("--no-deps",), {"user": "1.1"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_pips_options_mean_what_they_mean_to_pip(
    fake: FakeIndex, lock: Lock, options: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert lock("user", *options) == expected
    assert pip_takes(fake, "user", *options) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--resolution", "lowest"), {"base": "1.0", "user": "1.0"}),
        (("--resolution", "lowest-direct"), {"base": "2.0", "user": "1.0"}),
        (("--exclude-newer", "2024-03-10"), {"base": "2.0", "user": "1.1"}),
        (("--exclude-newer", "2024-03-09"), {"base": "1.0", "user": "1.0"}),
        (("--exclude-newer", "2 weeks"), {"base": "2.0", "user": "1.1"}),
        (("--exclude-newer-package", "base=2024-03-09"), {"base": "1.0", "user": "1.1"}),
        (
            ("--exclude-newer", "2024-03-09", "--exclude-newer-package", "User=2024-03-10"),
            {"base": "1.0", "user": "1.1"},
        ),
        (("--overrides", "overrides.txt"), {"base": "1.0", "user": "1.1"}),
        (("--override", "overrides.txt"), {"base": "1.0", "user": "1.1"}),
        (("--overrides", "nothing.txt"), {"user": "1.1"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_uvs_options_mean_what_they_mean_to_uv(
    fake: FakeIndex, lock: Lock, options: tuple[str, ...], expected: dict[str, str]
) -> None:
    Path("requirements.in").write_text("user\n")
    Path("overrides.txt").write_text("base<2\n")
    Path("nothing.txt").write_text("base; sys_platform == 'never'\n")
    assert lock("-r", "requirements.in", *options) == expected
    assert uv_takes(fake, "requirements.in", *options) == expected


@pytest.mark.parametrize(
    ("stated", "options", "expected"),
    [
        ('exclude-newer = "2024-03-09"', (), {"base": "1.0", "user": "1.0"}),
        (
            'exclude-newer = "2024-03-09"\nexclude-newer-package = { base = false }',
            (),
            {"base": "2.0", "user": "1.0"},
        ),
        (
            'exclude-newer = "2024-03-09"',
            ("--exclude-newer", "2024-03-10"),
            {"base": "2.0", "user": "1.1"},
        ),
        (
            'exclude-newer = "2024-03-09"',
            ("--exclude-newer", "false"),
            {"base": "2.0", "user": "1.1"},
        ),
        (
            'exclude-newer = "2024-03-09"',
            ("--exclude-newer-package", "base=2024-03-10"),
            {"base": "2.0", "user": "1.0"},
        ),
        ('resolution = "lowest"', (), {"base": "1.0", "user": "1.0"}),
        ('resolution = "lowest"', ("--resolution", "highest"), {"base": "2.0", "user": "1.1"}),
        ('prerelease = "allow"', (), {"base": "3.0b1", "user": "1.2rc1"}),
        ('exclude-dependencies = ["base"]', (), {"user": "1.1"}),
    ],
)
def test_what_a_project_states_for_uv_counts_beneath_the_command_line(
    fake: FakeIndex, lock: Lock, stated: str, options: tuple[str, ...], expected: dict[str, str]
) -> None:
    project = '[project]\nname = "p"\nversion = "1"\ndependencies = ["user>=1"]\n[tool.uv]\n'
    Path("pyproject.toml").write_text(f"{project}{stated}\n")
    assert lock("-r", "pyproject.toml", *options) == expected
    assert uv_takes(fake, "pyproject.toml", *options) == expected
    assert main(["lock", "--check", "-r", "pyproject.toml", *options, *TARGET]) == ExitCode.OK


def test_a_script_s_own_cutoff_counts_as_in_uv_lock(fake: FakeIndex, lock: Lock) -> None:
    lines = ('dependencies = ["user"]', "[tool.uv]", 'exclude-newer = "2024-03-09"')
    block = "".join(f"# {line}\n" for line in lines)
    Path("job.py").write_text(f"# /// script\n{block}# ///\n")
    command = [str(UV), "lock", "--script", "job.py", "-q", "--no-cache", "--python"]
    subprocess.run([*command, sys.executable, "--default-index", fake.index_url()], check=True)
    locked = tomllib.loads(Path("job.py.lock").read_text())["package"]

    found = lock("--script", "job.py")

    assert found == {"base": "1.0", "user": "1.0"}
    assert found == {package["name"]: package["version"] for package in locked}


def test_a_date_is_of_this_machines_time_zone(
    fake: FakeIndex, lock: Lock, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(time.tzset)
    Path("requirements.in").write_text("user\n")
    expected = {"base": "1.0", "user": "1.0"}
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "LINT-14")  # fourteen hours before UTC: its 11th begins at 10:00 UTC
        time.tzset()
        for option, day in (
            ("--uploaded-prior-to", "2024-03-11"),
            ("--exclude-newer", "2024-03-10"),
        ):
            assert lock("-U", "-r", "requirements.in", option, day) == expected
        assert pip_takes(fake, "user", "--uploaded-prior-to", "2024-03-11") == expected
        assert uv_takes(fake, "requirements.in", "--exclude-newer", "2024-03-10") == expected


def test_an_override_holds_against_a_conflict_and_for_the_check(
    lock: Lock,
) -> None:
    Path("overrides.txt").write_text("base==2.0\n")
    asked = ("picky", "base<1.2", "--overrides", "overrides.txt")
    assert lock(*asked) == {"base": "2.0", "picky": "1.0"}
    assert main(["lock", "--check", *asked, *TARGET]) == ExitCode.OK
    assert main(["lock", "--check", *asked[:2], *TARGET]) == ExitCode.LOCKFILE


def test_an_index_without_upload_times_is_no_silent_answer(
    fake_world: FakeWorldFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = fake_world(RELEASES, Behaviour(pages=PageFormat.HTML))
    status = main(
        ["lock", "user", "--exclude-newer", "2024-05-01", "-i", fake.index_url(), *TARGET]
    )
    assert status == ExitCode.NO_SOLUTION
    assert "the index does not say its upload time" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("requirements.txt", "base==1.0 \\\n    --hash=sha256:00\nuser==1.0  # why\n"),
        ("uv.lock", '[[package]]\nname = "Base"\nversion = "1.0"\n'),
        (
            "pylock.other.toml",
            PYLOCK,
        ),
    ],
)
def test_versions_are_preferred_from_another_file(lock: Lock, name: str, content: str) -> None:
    Path(name).write_text(content)
    assert lock("user", "--prefer", name)["base"] == "1.0"
    assert lock("user", "base>1", "--prefer", name)["base"] == "2.0"


def test_requirements_may_stand_between_options(lock: Lock) -> None:
    assert lock("user==1.0", "--pre", "base<2", "--quiet") == {"base": "1.0", "user": "1.0"}


def test_what_brings_nothing_is_told(lock: Lock, capsys: pytest.CaptureFixture[str]) -> None:
    again = ("base[none]", "user", "--pre")
    lock(*again)
    lock(*again)  # as it was answered before
    assert capsys.readouterr().err.count("warning: base 3.0b1 has no extra none\n") == 2

    assert lock("base; python_version < '3'") == {}
    said = "nothing is needed on linux-x86_64: the marker of base; python_version < '3' is false"
    assert said in capsys.readouterr().err


def test_a_file_that_pins_nothing_is_not_preferred_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("requirements.txt").write_text("base\n")
    assert main(["lock", "user", "--prefer", "requirements.txt", *TARGET]) == ExitCode.LOCKFILE
    assert "requirements.txt: it pins no version" in capsys.readouterr().err
