import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archpip import owned_folders
from archpip.owned_folders import make_owned_folder, owned_folder

_DAYS = 24 * 60 * 60
_HOLD = (
    "import sys, time; from pathlib import Path; from archpip.owned_folders import owned_folder\n"
    "with owned_folder('.new-', Path(sys.argv[1])) as folder:\n"
    "    (folder / 'file').touch(); print(folder, flush=True); time.sleep(600)"
)


@pytest.fixture(autouse=True)
def _like_a_new_process() -> Iterator[None]:
    owned_folders._remove_left.cache_clear()
    yield
    owned_folders._remove_left.cache_clear()


def grow_old(folder: Path, *, days: int) -> None:
    moment = time.time() - days * _DAYS
    os.utime(folder, (moment, moment))


def make(place: Path) -> None:
    with owned_folder(".new-", place):
        pass


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """Return a process that has a folder, and the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        grow_old(folder, days=9)
        yield process, folder
        process.kill()


def test_a_folder_goes_with_its_user(tmp_path: Path) -> None:
    with owned_folder(".new-", tmp_path) as folder:
        (folder / "file").touch()
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_some_days_later(
    tmp_path: Path, killed: tuple["subprocess.Popen[str]", Path]
) -> None:
    process, folder = killed
    process.send_signal(signal.SIGKILL)
    process.wait()
    make(tmp_path)
    assert not folder.exists()


def test_what_a_process_has_is_not_touched_however_old(
    tmp_path: Path, killed: tuple["subprocess.Popen[str]", Path]
) -> None:
    make(tmp_path)
    assert (killed[1] / "file").exists()


@pytest.mark.parametrize(("name", "days"), [(".new-a1b2c3d4", 1), ("new-a1b2c3d4", 9), ("file", 9)])
def test_what_is_young_or_of_another_kind_is_left_alone(
    tmp_path: Path, name: str, days: int
) -> None:
    (tmp_path / name).mkdir(mode=0o700)
    grow_old(tmp_path / name, days=days)
    make(tmp_path)
    assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "mode"),
    [("archpip-notebook", 0o755), ("archpip-src", 0o700), ("archpip-Notebook", 0o700)],
)
def test_a_folder_that_a_user_has_named_so_is_left_alone(
    name: str, mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    theirs = tmp_path / name
    theirs.mkdir(mode=mode)
    left = Path(tempfile.mkdtemp(prefix="archpip-builds-"))
    for folder in (theirs, left):
        grow_old(folder, days=9)

    with owned_folder():
        assert theirs.exists()
        assert not left.exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    grow_old(elsewhere, days=9)
    (tmp_path / ".new-a1b2c3d4").symlink_to(elsewhere)
    make(tmp_path)
    assert elsewhere.exists()


def test_one_for_the_whole_process_is_its_own(tmp_path: Path) -> None:
    mine = make_owned_folder(".new-", tmp_path)
    grow_old(mine, days=9)
    owned_folders._remove_left.cache_clear()
    make(tmp_path)
    assert mine.exists()
