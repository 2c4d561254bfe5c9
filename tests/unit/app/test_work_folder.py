"""The folder that builds work in, where there is a cache folder and where there can be none."""

from contextlib import ExitStack
from pathlib import Path

from archpip.app.work_folder import clear_builds, count_built, find_work_folder


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


def test_builds_are_counted_and_cleared_and_nothing_else(tmp_path: Path) -> None:
    key = "ab" * 32
    wheel = "m-1.0-py3-none-any.whl"
    files = {
        f"wheels/{key}/{wheel}": "wheel",
        f"wheels/unkeyed-{key}/{wheel}": "local",
        f"sources/{key}/m-1.0.tar.gz": "source",
        "logs/m-1.0-linux-x86_64-cp311.log": "log",
    }
    others = {
        f"wheels/.new-1/{key}/{wheel}": "being written",
        "files/ab": "download",
        # The cache folder may be one of the user's.
        f"wheels/mine/{wheel}": "mine",
        f"wheels/{wheel}": "mine",
        "sources/mine/m.c": "mine",
        "logs/app.log": "mine",
    }
    files |= others
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    built = count_built(tmp_path)
    assert (built.count, built.size_bytes) == (2, 10)
    assert clear_builds(tmp_path) == len("wheellocalsourcelog")
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert left == set(others)
    assert clear_builds(tmp_path / "nowhere") == 0
