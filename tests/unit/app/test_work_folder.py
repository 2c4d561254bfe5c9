"""The folder that builds work in, where there is a cache folder and where there can be none."""

from contextlib import ExitStack
from pathlib import Path

from archpip.app.work_folder import find_work_folder


def test_it_is_the_cache_folder_which_is_made(tmp_path: Path) -> None:
    with ExitStack() as opened:
        assert find_work_folder(tmp_path / "a/b", opened) == tmp_path / "a/b"
    assert (tmp_path / "a/b").is_dir()


def test_where_that_cannot_be_written_it_goes_with_all_but_the_logs(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with ExitStack() as opened:
        folder = find_work_folder(file / "archpip", opened)
        (folder / "wheels").mkdir()
        (folder / "logs").mkdir()
    assert not folder.exists()

    with ExitStack() as opened:
        folder = find_work_folder(file / "archpip", opened)
        (folder / "wheels").mkdir()
        (folder / "logs").mkdir()
        (folder / "logs/failed.log").touch()
    assert [path.name for path in folder.iterdir()] == ["logs"]
