import hashlib
import os
import time
from pathlib import Path

import pytest

from archpip.index import CachedFiles, FileCache

CONTENT = b"0123456789"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a-1.tar.gz"
    path.write_bytes(CONTENT)
    return path


def test_file_is_found_by_its_hash(tmp_path: Path, file: Path) -> None:
    cache = FileCache(tmp_path / "files")
    assert cache.find(SHA256) is None
    cache.add(SHA256, file)
    found = cache.find(SHA256)
    assert found is not None
    assert found.read_bytes() == CONTENT
    assert cache.info() == CachedFiles(count=1, size_bytes=10)


def test_edited_download_leaves_the_cached_file_alone(tmp_path: Path, file: Path) -> None:
    cache = FileCache(tmp_path / "files")
    cache.add(SHA256, file)
    with file.open("r+b") as opened:
        opened.write(b"edited")
    found = cache.find(SHA256)
    assert found is not None
    assert found.read_bytes() == CONTENT


@pytest.mark.parametrize("sha256", [None, "", "../a-1.tar.gz", SHA256.upper(), f"{SHA256}\n"])
def test_hash_that_is_none_names_no_file(tmp_path: Path, file: Path, sha256: str | None) -> None:
    cache = FileCache(tmp_path / "files")
    cache.add(sha256, file)
    assert cache.find(sha256) is None
    assert cache.place(sha256).parent == tmp_path / "files"
    assert cache.info().count == 0


def test_least_recently_used_files_go_first(tmp_path: Path, file: Path) -> None:
    cache = FileCache(tmp_path / "files", most_bytes=25)
    hashes = [character * 64 for character in "abc"]
    for age, sha256 in zip((30, 20, 10), hashes, strict=True):
        cache.add(sha256, file)
        os.utime(cache.place(sha256), (age * -1 + 1_000, age * -1 + 1_000))
    cache.find(hashes[0])
    cache.close()
    assert [cache.find(sha256) is not None for sha256 in hashes] == [True, False, True]


def test_newest_file_stays_however_large(tmp_path: Path, file: Path) -> None:
    cache = FileCache(tmp_path / "files", most_bytes=1)
    cache.add(SHA256, file)
    cache.close()
    assert cache.find(SHA256) is not None


def test_a_cache_of_just_its_size_is_left_alone(tmp_path: Path, file: Path) -> None:
    cache = FileCache(tmp_path / "files", most_bytes=2 * len(CONTENT))
    for character in "ab":
        cache.add(character * 64, file)
    cache.close()
    assert cache.info().count == 2


def test_cleared_cache_is_empty(tmp_path: Path, file: Path) -> None:
    cache = FileCache(tmp_path / "files")
    cache.add(SHA256, file)
    assert cache.clear() == len(CONTENT)
    assert cache.info() == CachedFiles(count=0, size_bytes=0)


def test_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path, file: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    cache = FileCache(tmp_path / "files")
    cache.add(SHA256, file)
    assert cache.find(SHA256) is None
    assert cache.clear() == 0


def test_what_a_killed_process_left_half_written_goes_a_day_later(
    tmp_path: Path, file: Path
) -> None:
    cache = FileCache(tmp_path / "files")
    cache.add(SHA256, file)
    being_written, left = cache.new_partial(), cache.new_partial()
    for path in (being_written, left):
        path.write_bytes(b"half")
    long_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(left, (long_ago, long_ago))
    cache.make_room()
    assert [path.exists() for path in (being_written, left)] == [True, False]
    assert cache.find(SHA256) is not None
