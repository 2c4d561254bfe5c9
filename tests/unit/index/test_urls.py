from pathlib import Path

import pytest

from archpip.index import without_credentials
from archpip.index.urls import (
    filename_of,
    hashes_of,
    is_archive,
    path_of,
    project_url,
    quoted,
    to_file_url,
    without_dot_segments,
)


def test_without_credentials_leaves_the_rest_alone() -> None:
    assert without_credentials("https://u:p@h:8/a%2Bb?q=%20#f") == "https://h:8/a%2Bb?q=%20#f"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/a/b-1.0.tar.gz#sha256=ab/cd", "b-1.0.tar.gz"),
        ("https://h/b-1.0%2Bcpu-py3-none-any.whl?sig=a/b", "b-1.0+cpu-py3-none-any.whl"),
        ("https://h/a/", ""),
        ("b.whl", "b.whl"),
        ("https://h/..%2F..%2Fetc%2Fpasswd", "passwd"),
    ],
)
def test_filename_is_the_last_part_of_the_path(url: str, name: str) -> None:
    assert filename_of(url) == name


def test_file_url_and_path_are_inverse(tmp_path: Path) -> None:
    path = tmp_path / "a b+c:#d%20.whl"
    assert path_of(to_file_url(path)) == path
    assert path_of(f"file://localhost{tmp_path}") == tmp_path


def test_drive_letter_has_no_slash_before_it() -> None:
    assert path_of("file:///C:/wheels/a%20b.whl").as_posix() == "C:/wheels/a b.whl"


@pytest.mark.parametrize(
    ("url", "escaped"),
    [
        ("https://h/a b.whl", "https://h/a%20b.whl"),
        ("https://h/é", "https://h/%C3%A9"),
        ("https://h/a%2Bb+c?X-Sig=%2F%3D&y=~", "https://h/a%2Bb+c?X-Sig=%2F%3D&y=~"),
    ],
)
def test_quoted_escapes_what_must_be_and_never_twice(url: str, escaped: str) -> None:
    assert quoted(url) == escaped


@pytest.mark.parametrize("index", ["https://h/simple", "https://h/simple/"])
def test_project_url_has_one_slash_each_side(index: str) -> None:
    assert project_url(index, "a-b") == "https://h/simple/a-b/"


def test_hashes_are_known_sorted_and_lower_case() -> None:
    fragment = "sha256=AB&subdirectory=x&md5=CD&crc=1"
    assert hashes_of(fragment) == (("md5", "cd"), ("sha256", "ab"))


@pytest.mark.parametrize(
    ("filename", "is_one"),
    [("a.whl", True), ("A.TAR.GZ", True), ("a.egg", False), ("a.exe", False), ("", False)],
)
def test_archives_are_known_by_their_ends(filename: str, *, is_one: bool) -> None:
    assert is_archive(filename) is is_one


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://h/files/../files/./x.whl?a=..", "https://h/files/x.whl?a=.."),
        ("https://me:secret@h:1/a/b/../..", "https://me:secret@h:1/"),
        ("https://h/a/b/.", "https://h/a/b/"),
        ("https://h/../../x", "https://h/x"),
        ("https://h/a..b/.c/%2e%2e/x", "https://h/a..b/.c/%2e%2e/x"),
        ("https://h//a//x", "https://h//a//x"),
        ("https://h", "https://h"),
    ],
)
def test_dot_segments_are_taken_out_of_a_path(url: str, same: str) -> None:
    assert without_dot_segments(url) == same
