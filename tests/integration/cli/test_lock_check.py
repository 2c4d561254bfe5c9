"""`archpip lock --check` as CI runs it: no index answers, and each kind of staleness is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.cli.main import main
from archpip.errors import ExitCode
from tests.conftest import FakeWorldFactory
from tests.integration.cli.projects import make_world

WORLD = make_world(
    base={"1.0": {}, "2.0": {}},
    user={"1.0": {"requires": ["base<2"]}},
    other={"1.0": {}},
)
LINUX, MACOS = "linux-x86_64", "macos-arm64"
LOCKFILE, OTHER = Path(f"pylock.{LINUX}.toml"), Path(f"pylock.{MACOS}.toml")
NOWHERE = ("--index-url", "http://127.0.0.1:9/simple", "--retries", "0")
ASKED = ("-r", "requirements.in", "--overrides", "overrides.txt")
TARGETS = ("--python-version", "3.11", "--target-platform", LINUX, "--target-platform", MACOS)

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def check(
    fake_world: FakeWorldFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Check:
    """Lock for two targets; return how to check that where no index can be reached."""
    monkeypatch.chdir(tmp_path)
    Path("requirements.in").write_text("user\nother\n")
    Path("overrides.txt").write_text("base<3\n")
    fake = fake_world(WORLD)
    assert main(["lock", *ASKED, *TARGETS, "--index-url", fake.index_url()]) == ExitCode.OK
    capsys.readouterr()

    def run(*asked: str) -> tuple[int, str]:
        status = main(["lock", "--check", *asked, *TARGETS, *NOWHERE])
        return status, capsys.readouterr().err

    return run


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def assert_stale(answer: tuple[int, str], *lines: str) -> None:
    """Expect the exit code of a stale lockfile, and each line once for each file named."""
    status, said = answer
    assert status == ExitCode.LOCKFILE
    for line in lines:
        assert said.count(line) == 1, said
    assert "`archpip lock` renews" in said


def test_a_fresh_lock_stands_without_an_index(check: Check) -> None:
    status, said = check(*ASKED)
    assert status == ExitCode.OK, said
    assert f"{LOCKFILE} stands for {LINUX}" in said
    assert f"{OTHER} stands for {MACOS}" in said


def test_looser_requirements_that_the_pins_still_keep_are_fine(check: Check) -> None:
    Path("requirements.in").write_text("user>=1\nother\n")
    assert check(*ASKED)[0] == ExitCode.OK


@pytest.mark.parametrize(
    ("requirements", "line"),
    [
        ("user\nother\nnew\n", "new: new is asked for (requirements.in:3) and not locked"),
        ("user\nother>1\n", "other: 1.0 is locked, and requirements.in:2 wants other>1"),
        (
            "user[more]\nother\n",
            "user: requirements.in:1 asks for its extra more, which was not asked for when",
        ),
        ("user\n", "other: other was asked for when it was locked, and is not any more"),
    ],
)
def test_changed_requirements(check: Check, requirements: str, line: str) -> None:
    Path("requirements.in").write_text(requirements)
    status, said = check(*ASKED)
    assert (status, said.count(line)) == (ExitCode.LOCKFILE, 2), said


def test_a_changed_file_of_overrides(check: Check) -> None:
    Path("overrides.txt").write_text("base>=2\n")
    line = "its overrides are not those that were locked: no more base<3; new is base>=2"
    assert_stale(check(*ASKED), f"{LOCKFILE}: {line}", f"{OTHER}: {line}")


def test_overrides_that_are_left_out(check: Check) -> None:
    assert_stale(check("-r", "requirements.in"), f"{LOCKFILE}: its overrides are not those")


def test_an_edited_version(check: Check) -> None:
    edit(LOCKFILE, 'name = "base"\nversion = "2.0"', 'name = "base"\nversion = "1.0"')
    status, said = check(*ASKED)
    assert status == ExitCode.LOCKFILE
    assert f"{LOCKFILE}: packages[0]" in said
    assert "base-2.0-py3-none-any.whl" in said


def test_a_missing_lockfile_hides_nothing_of_the_next(check: Check) -> None:
    LOCKFILE.unlink()
    edit(OTHER, "reader-version = ", "reader-version = 1")
    assert_stale(
        check(*ASKED),
        f"{LOCKFILE} is out of date:\n  it is not there",
        f"{OTHER} is out of date:\n  base: its wheel was read by reader 1",
    )


@pytest.mark.parametrize("option", ["--group", "--script"])
def test_groups_and_scripts_are_compared_too(check: Check, option: str) -> None:
    Path("pyproject.toml").write_text('[dependency-groups]\ntest = ["new"]\n')
    Path("run.py").write_text('# /// script\n# dependencies = ["new"]\n# ///\n')
    name = {"--group": "test", "--script": "run.py"}[option]
    status, said = check(option, name)
    assert status == ExitCode.LOCKFILE
    assert "new is asked for" in said


def test_without_requirements_the_evidence_alone_is_judged(check: Check) -> None:
    Path("requirements.in").unlink()
    assert check()[0] == ExitCode.OK


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (("--no-binary", "user"), "user: a wheel is locked, and --no-binary leaves it only its"),
        (("--exclude-newer", "2001-01-01"), "was uploaded "),
    ],
)
def test_options_that_leave_out_what_is_locked(
    check: Check, option: tuple[str, str], line: str
) -> None:
    status, said = check(*ASKED, *option)
    assert status == ExitCode.LOCKFILE
    assert line in said


def test_a_folder_that_requires_something_else_today(
    check: Check, fake_world: FakeWorldFactory
) -> None:
    folder = Path("app")
    folder.mkdir()
    project = '[project]\nname = "app"\nversion = "1"\ndependencies = ["other"]\n'
    Path("app/pyproject.toml").write_text(project)
    index = ("--index-url", fake_world(WORLD).index_url())
    assert main(["lock", "./app", *TARGETS, *index]) == ExitCode.OK
    assert check("./app")[0] == ExitCode.OK

    edit(folder / "pyproject.toml", '"other"', '"other", "base<2"')

    line = "base: base<2 is asked for (./app: pyproject.toml) and not locked"
    status, said = check("./app")
    assert (status, said.count(line)) == (ExitCode.LOCKFILE, 2), said


@pytest.mark.parametrize("asked", [("./app",), ("-e", "./app")], ids=["folder", "editable"])
def test_a_folder_that_requires_less_today(
    check: Check, fake_world: FakeWorldFactory, asked: tuple[str, ...]
) -> None:
    folder = Path("app")
    folder.mkdir()
    project = '[project]\nname = "app"\nversion = "1"\ndependencies = ["other", "base<2"]\n'
    Path("app/pyproject.toml").write_text(project)
    index = ("--index-url", fake_world(WORLD).index_url())
    assert main(["lock", *asked, *TARGETS, *index]) == ExitCode.OK
    assert check(*asked)[0] == ExitCode.OK

    edit(folder / "pyproject.toml", ', "base<2"', "")

    line = "app: it was locked with base, which its file does not require any more"
    status, said = check(*asked)
    assert (status, said.count(line)) == (ExitCode.LOCKFILE, 2), said


@pytest.mark.parametrize("option", [("--format", "html"), ("-o", "-")], ids=" ".join)
def test_what_a_check_cannot_write_or_read_is_refused(
    option: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["lock", "--check", "user", *TARGETS[:4], *NOWHERE, *option])
    assert status == ExitCode.USAGE
    assert " ".join(option) in capsys.readouterr().err
