import errno
from pathlib import Path

import pytest

from archpip.cli.files import OutputFileError, writing_into


def interrupt(folder: Path) -> None:
    with writing_into(folder):
        assert folder.is_dir()
        raise KeyboardInterrupt


def fill(folder: Path) -> None:
    with writing_into(folder):
        (folder / "done.whl").touch()
        raise OSError(errno.ENOSPC, "full")


def test_a_folder_that_was_made_for_nothing_is_removed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(KeyboardInterrupt):
        interrupt(tmp_path / "there" / "new" / "wheels")

    assert list((tmp_path / "there").iterdir()) == []


def test_a_folder_that_was_there_before_stays(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupt(tmp_path)

    assert tmp_path.is_dir()


def test_what_was_written_stays(tmp_path: Path) -> None:
    with pytest.raises(OutputFileError, match="full"):
        fill(tmp_path / "new")

    assert [path.name for path in (tmp_path / "new").iterdir()] == ["done.whl"]
