"""What is written is whole or not there, and what it replaces stays what it was."""

import os
import stat
import threading
from pathlib import Path

import pytest

from archpip.whole_files import write_whole


def test_a_new_file_is_for_everybody_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    write_whole(tmp_path / "new", "é")
    assert (tmp_path / "new").read_bytes() == b"\xc3\xa9"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, "new", mode=0o600)
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_the_permissions_of_a_new_file_can_be_said(tmp_path: Path) -> None:
    write_whole(tmp_path / "secret", "x", mode=0o600)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_one(tmp_path: Path, is_there: bool) -> None:  # noqa: FBT001  # a parameter
    (tmp_path / "folder").mkdir()
    if is_there:
        (tmp_path / "folder" / "file").write_text("old")
    link = tmp_path / "link"
    link.symlink_to(Path("folder") / "file")
    write_whole(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "folder" / "file").read_text() == "new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_whole(pipe, "text")
    reader.join()
    assert read == ["text"]
    assert pipe.is_fifo()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_a_full_device_is_an_error_and_stays_a_device() -> None:
    with pytest.raises(OSError, match="No space left"):
        write_whole(Path("/dev/full"), "text")
    assert Path("/dev/full").is_char_device()


def test_what_was_there_stays_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
