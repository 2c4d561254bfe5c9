"""Files that a killed run left naming its gateway."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from archpip.integrations.recovery import kept_for_recovery, recover

VIEW = "http://127.0.0.1:20001/macos-arm64/simple"
PROJECT = '[project]\nname = "demo"  # ours\ndependencies = []\n'
ADDED = (
    '[project]\nname = "demo"  # ours\ndependencies = ["a"]\n'
    f'[[tool.uv.index]]\nurl = "{VIEW}/"\ndefault = true\n'
)
LOCKED = 'registry = "https://pypi.org/simple"\n'


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "data" / "runs"


def kill(journals: Path, *paths: Path) -> None:
    """Leave what a run leaves that never comes to its end."""

    def run() -> None:
        with kept_for_recovery(journals, paths, views=[VIEW]):
            for path in paths:
                is_project = path.name == "pyproject.toml"
                path.write_text(ADDED if is_project else f'registry = "{VIEW}"\n')
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()


def test_what_a_killed_run_left_is_put_right(journals: Path, tmp_path: Path) -> None:
    project, lockfile, made = (
        tmp_path / name for name in ("pyproject.toml", "uv.lock", "pylock.toml")
    )
    project.write_text(PROJECT)
    lockfile.write_text(LOCKED)
    kill(journals, project, lockfile, made)

    changed = recover(journals)

    assert set(changed) == {project, lockfile, made}
    assert project.read_text() == PROJECT.replace("[]", '["a"]')
    assert lockfile.read_text() == LOCKED
    assert not made.exists()
    assert (recover(journals), list(journals.iterdir())) == ((), [])


def test_pipfile_of_a_killed_run_keeps_what_was_added(journals: Path, tmp_path: Path) -> None:
    pipfile = tmp_path / "Pipfile"
    kill(journals, pipfile)
    pipfile.write_text(f'[[source]]\nurl = "{VIEW}/"\n[packages]\na = "*"\n')

    assert recover(journals) == (pipfile,)
    assert pipfile.read_text() == (
        '[[source]]\nurl = "https://pypi.org/simple"\n[packages]\na = "*"\n'
    )


def test_file_that_names_no_gateway_is_left_alone(journals: Path, tmp_path: Path) -> None:
    lockfile = tmp_path / "uv.lock"
    lockfile.write_text(LOCKED)
    kill(journals, lockfile)
    lockfile.write_text("# locked anew by hand\n")

    assert recover(journals) == ()
    assert lockfile.read_text() == "# locked anew by hand\n"


def test_run_that_goes_on_is_left_alone_and_one_that_ended_leaves_nothing(
    journals: Path, tmp_path: Path
) -> None:
    lockfile = tmp_path / "uv.lock"

    with kept_for_recovery(journals, [lockfile], views=[VIEW]):
        lockfile.write_text(VIEW)
        during = recover(journals)

    assert during == ()
    assert lockfile.read_text() == VIEW
    assert list(journals.iterdir()) == []


def test_folder_that_cannot_be_written_stops_no_command(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with ExitStack() as opened:
        opened.enter_context(kept_for_recovery(tmp_path / "file" / "runs", [], views=[VIEW]))
        entered = True

    assert entered
    assert recover(tmp_path / "file" / "runs") == ()


def test_run_that_was_killed_before_its_journal_was_written_stops_no_later_one(
    journals: Path,
) -> None:
    journals.mkdir(parents=True)
    (journals / "0000.run").touch()
    with closing(sqlite3.connect(journals / "1111.run")) as connection:
        connection.execute("CREATE TABLE run (kept TEXT NOT NULL)")

    assert recover(journals) == ()


def test_script_and_receipt_of_a_killed_run_keep_what_was_added(
    journals: Path, tmp_path: Path
) -> None:
    script, receipt = tmp_path / "job.py", tmp_path / "uv-receipt.toml"
    script.write_text("# /// script\n# dependencies = []\n# ///\n")
    kill(journals, script, receipt)
    script.write_text(
        '# /// script\n# dependencies = ["a"]\n#\n# [[tool.uv.index]]\n'
        f'# url = "{VIEW}"\n# default = true\n# ///\nprint("edited since")\n'
    )
    receipt.write_text(
        f'[tool]\nrequirements = []\n\n[tool.options]\nindex = [{{ url = "{VIEW}/" }}]\n'
    )

    recover(journals)

    assert script.read_text() == (
        '# /// script\n# dependencies = ["a"]\n# ///\nprint("edited since")\n'
    )
    assert "127.0.0.1" not in receipt.read_text()
    assert "requirements = []" in receipt.read_text()
