import errno
import os
from pathlib import Path

import pytest
import tomli_w
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.locking import (
    Evidence,
    InvalidLockfileError,
    LockfileNameError,
    LockWriteError,
    locked_versions,
    lockfile_name,
    read_evidence,
    read_lockfile,
    read_target,
    render_lockfile,
    to_pylock,
    write_lockfile,
)
from archpip.resolution import Resolution
from archpip.verdicts import Status
from archpip.wheels import READER_VERSION
from tests.unit.locking.resolutions import FOLDER


@pytest.fixture
def lockfile(resolution: Resolution, tmp_path: Path) -> Path:
    path = tmp_path / lockfile_name(resolution.target)
    write_lockfile(render_lockfile(to_pylock(resolution, folder=FOLDER)), path)
    return path


def test_what_is_written_is_read_back(resolution: Resolution, lockfile: Path) -> None:
    pylock = read_lockfile(lockfile)

    assert lockfile.name == "pylock.macos-arm64.toml"
    assert read_target(pylock, path=lockfile) == resolution.target
    fat = next(p for p in pylock.packages if p.name == "fat")
    assert read_evidence(fat, path=lockfile) == Evidence(
        verdict=Status.OK,
        slices=("arm64", "x86_64"),
        binaries=1,
        minimum_macos="11.0",
        minimum_glibc="2.9",
        findings=("AP301",),
        reader_version=READER_VERSION,
        overrides=("it is a plug-in",),
        requested=True,
    )


def test_text_is_what_packaging_would_write(resolution: Resolution) -> None:
    pylock = to_pylock(resolution, folder=FOLDER)

    assert render_lockfile(pylock) == tomli_w.dumps(pylock.to_dict())


def test_locked_versions_are_those_that_the_file_can_promise(lockfile: Path) -> None:
    names = ("archive", "built", "fat", "local")

    assert locked_versions(read_lockfile(lockfile)) == {
        canonicalize_name(name): Version("1.0") for name in names
    }


def test_writing_replaces_and_leaves_nothing_beside(lockfile: Path, resolution: Resolution) -> None:
    lockfile.write_text("old")

    write_lockfile(render_lockfile(to_pylock(resolution, folder=FOLDER)), lockfile)

    assert lockfile.read_text().startswith('lock-version = "1.0"')
    assert list(lockfile.parent.iterdir()) == [lockfile]


def test_a_full_disk_loses_nothing(
    lockfile: Path, resolution: Resolution, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lockfile.read_bytes()

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)

    with pytest.raises(LockWriteError, match="No space left on device; nothing was changed"):
        write_lockfile(render_lockfile(to_pylock(resolution, folder=FOLDER)), lockfile)
    assert lockfile.read_bytes() == before
    assert list(lockfile.parent.iterdir()) == [lockfile]


def test_a_missing_folder_is_made(resolution: Resolution, tmp_path: Path) -> None:
    path = tmp_path / "new" / "pylock.toml"
    write_lockfile(render_lockfile(to_pylock(resolution, folder=FOLDER)), path)
    assert path.is_file()


def test_a_file_in_place_of_the_folder_is_said(resolution: Resolution, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("mine")
    with pytest.raises(LockWriteError, match="occupied"):
        write_lockfile(
            render_lockfile(to_pylock(resolution, folder=FOLDER)),
            tmp_path / "occupied" / "pylock.toml",
        )


@pytest.mark.parametrize("name", ["lock.toml", "pylock.a.b.toml", "pylock.toml.txt"])
def test_names_that_pip_would_not_take_are_refused(
    resolution: Resolution, tmp_path: Path, name: str
) -> None:
    with pytest.raises(LockfileNameError):
        write_lockfile(render_lockfile(to_pylock(resolution, folder=FOLDER)), tmp_path / name)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("x = [", "it is not TOML"),
        ("lock-version = '1.0'", "Missing required value"),
        ("lock-version = '2.0'\ncreated-by = 'x'\npackages = []", "version 2.0 is not supported"),
        (
            "lock-version = '1.0'\ncreated-by = 'x'\n[[packages]]\nname = 'A_b'\n",
            r"packages\[0\].name: Name 'A_b' is not normalized",
        ),
    ],
)
def test_bad_lockfiles_say_where(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(content)

    with pytest.raises(InvalidLockfileError, match=reason):
        read_lockfile(path)


def test_a_missing_lockfile_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidLockfileError, match="No such file"):
        read_lockfile(tmp_path / "pylock.toml")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("schema = 1", "schema = 9", "schema 9 is not known"),
        ('floor = "13.0"', 'floor = "x.0"', "damaged"),
        ('floor = "13.0"', 'floor = "13"', "damaged"),
        ('python = "3.11.4"', "python = 3", "python is not a string"),
        ('operating-system = "macos"', 'operating-system = "beos"', "beos"),
        ('architectures = [\n    "arm64",\n]', "architectures = []", "architectures is empty"),
    ],
)
def test_damaged_targets_are_said(lockfile: Path, old: str, new: str, reason: str) -> None:
    text = lockfile.read_text()
    assert old in text
    lockfile.write_text(text.replace(old, new))

    with pytest.raises(InvalidLockfileError, match=reason):
        read_target(read_lockfile(lockfile), path=lockfile)


def test_a_lockfile_of_another_tool_has_no_target(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text("lock-version = '1.0'\ncreated-by = 'uv'\npackages = []")

    assert read_target(read_lockfile(path), path=path) is None
