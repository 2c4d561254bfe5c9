"""Installing into folders for machines that need not be this one."""

import errno
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.index import IndexUnavailableError
from archpip.installing import (
    ChangedWheelError,
    FolderOccupiedError,
    FolderUnwritableError,
    UninstallableWheelError,
    VerifiedWheel,
    install_into_folder,
    read_installed,
)
from fake_index.wheels import WheelFile
from tests.integration.installing.folders import MAC, WINDOWS, snapshot

MakeWheel = Callable[..., VerifiedWheel]


def test_layout_is_that_of_pips_target(make_wheel: MakeWheel, tmp_path: Path) -> None:
    data = "alpha-1.0.data"
    wheel = make_wheel(
        "alpha",
        tag="cp311-cp311-macosx_11_0_arm64",
        files=(
            WheelFile(path="alpha/__init__.py", content=b"def main():\n    print('ran')\n"),
            WheelFile(path=f"{data}/scripts/tool", content=b"#!python\nprint('tool')\n"),
            WheelFile(path=f"{data}/data/share/x.txt", content=b"x"),
            WheelFile(path=f"{data}/headers/alpha.h", content=b"h"),
            WheelFile(path=f"{data}/purelib/pure.py", content=b""),
        ),
    )
    install_into_folder([wheel], tmp_path / "out", target=MAC)
    found = snapshot(tmp_path / "out")
    assert set(found) == {
        "alpha/__init__.py",
        "alpha-1.0.dist-info/INSTALLER",
        "alpha-1.0.dist-info/METADATA",
        "alpha-1.0.dist-info/RECORD",
        "alpha-1.0.dist-info/REQUESTED",
        "alpha-1.0.dist-info/WHEEL",
        "alpha-1.0.dist-info/entry_points.txt",
        "bin/alpha",
        "bin/tool",
        "include/alpha/alpha.h",
        "pure.py",
        "share/x.txt",
    }
    assert found["bin/alpha"].startswith(b"#!/usr/bin/env python3\n")
    assert found["bin/tool"] == b"#!/usr/bin/env python3\nprint('tool')\n"
    assert found["alpha-1.0.dist-info/INSTALLER"] == b"archpip\n"


def test_bytecode_of_a_wheel_is_left_out_without_a_word(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    wheel = make_wheel(
        "alpha",
        files=(
            WheelFile(path="alpha/__init__.py", content=b""),
            WheelFile(path="alpha/__pycache__/__init__.cpython-311.pyc", content=b"x"),
        ),
    )
    install_into_folder([wheel], tmp_path / "out", target=MAC)  # a warning fails every test
    assert not list((tmp_path / "out").rglob("__pycache__"))


def test_the_script_runs(make_wheel: MakeWheel, tmp_path: Path) -> None:
    install_into_folder([make_wheel("alpha")], tmp_path / "out", target=MAC)
    command = [sys.executable, str(tmp_path / "out/bin/alpha")]
    env = {"PYTHONPATH": str(tmp_path / "out")}
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    assert said.stdout == "1.0\n"


def test_a_windows_target_gets_a_launcher_of_its_machine(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    install_into_folder([make_wheel("alpha")], tmp_path / "out", target=WINDOWS)
    launcher = (tmp_path / "out/bin/alpha.exe").read_bytes()
    offset = int.from_bytes(launcher[0x3C:0x40], "little")
    assert launcher[offset : offset + 6] == b"PE\0\0" + (0xAA64).to_bytes(2, "little")
    assert zipfile.ZipFile(tmp_path / "out/bin/alpha.exe").namelist() == ["__main__.py"]


def test_marks(make_wheel: MakeWheel, tmp_path: Path) -> None:
    asked, needed = make_wheel("alpha", direct=True), make_wheel("beta", requested=False)
    install_into_folder([asked, needed], tmp_path / "out", target=MAC)
    alpha, beta = read_installed([tmp_path / "out"])
    assert (alpha.requested, beta.requested) == (True, False)
    assert alpha.direct_url == asked.pin.link.url
    assert beta.direct_url is None
    text = (alpha.info / "direct_url.json").read_text()
    assert json.loads(text)["archive_info"] == {"hashes": {"sha256": asked.sha256}}


def test_an_occupied_folder_is_not_overwritten_unasked(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    install_into_folder([make_wheel("alpha", "1.0")], out, target=MAC)
    before = snapshot(out)
    with pytest.raises(FolderOccupiedError, match=r"already holds alpha 1\.0"):
        install_into_folder([make_wheel("alpha", "2.0")], out, target=MAC)
    assert snapshot(out) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "wheels"]


def test_what_is_there_already_is_left_as_it_is(make_wheel: MakeWheel, tmp_path: Path) -> None:
    out = tmp_path / "out"
    alpha, beta = make_wheel("alpha"), make_wheel("beta")
    install_into_folder([alpha], out, target=MAC)
    before = (out / "alpha/__init__.py").stat()
    install_into_folder([alpha, beta], out, target=MAC)
    assert (out / "alpha/__init__.py").stat() == before
    assert [each.name for each in read_installed([out])] == ["alpha", "beta"]


@pytest.mark.parametrize("change", ["other bytes", "a file is gone"])
def test_the_same_version_with_other_files_is_not_there_already(
    make_wheel: MakeWheel, tmp_path: Path, change: str
) -> None:
    out = tmp_path / "out"
    files = (WheelFile(path="alpha/core.so", content=b"x86_64"),)
    install_into_folder([make_wheel("alpha", files=files)], out, target=MAC)
    if change == "other bytes":
        files = (WheelFile(path="alpha/core.so", content=b"arm64"),)
    else:
        (out / "alpha/core.so").unlink()
    wheel = make_wheel("alpha", files=files)
    with pytest.raises(FolderOccupiedError):
        install_into_folder([wheel], out, target=MAC)
    install_into_folder([wheel], out, target=MAC, upgrade=True)
    assert (out / "alpha/core.so").read_bytes() == files[0].content


def test_what_stands_beside_is_left_alone(make_wheel: MakeWheel, tmp_path: Path) -> None:
    out = tmp_path / "out"
    install_into_folder([make_wheel("alpha")], out, target=MAC)
    (out / "notes.txt").write_text("mine")
    install_into_folder([make_wheel("beta")], out, target=MAC)
    assert [each.name for each in read_installed([out])] == ["alpha", "beta"]
    assert (out / "notes.txt").read_text() == "mine"


def test_bytes_that_changed_since_are_not_installed(make_wheel: MakeWheel, tmp_path: Path) -> None:
    good, bad = make_wheel("alpha"), make_wheel("beta")
    bad.path.write_bytes(good.path.read_bytes())
    with pytest.raises(ChangedWheelError):
        install_into_folder([good, bad], tmp_path / "out", target=MAC)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_folders_place_is_said(make_wheel: MakeWheel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnwritableError, match="it is as it was before"):
        install_into_folder([make_wheel("alpha")], tmp_path / "file/out", target=MAC)


def _rewrite(wheel: VerifiedWheel, changes: dict[str, bytes | None]) -> VerifiedWheel:
    """Return the wheel with members replaced, or without them."""
    with zipfile.ZipFile(wheel.path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members |= {f"alpha-1.0.dist-info/{name}": content or b"" for name, content in changes.items()}
    gone = {f"alpha-1.0.dist-info/{name}" for name, content in changes.items() if content is None}
    with zipfile.ZipFile(wheel.path, "w") as archive:
        for name, content in members.items():
            if name not in gone:
                archive.writestr(name, content)
    return replace(wheel, sha256=hashlib.sha256(wheel.path.read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"RECORD": None}, "it has no RECORD file"),
        (
            {"entry_points.txt": b"[console_scripts]\nalpha = alpha\n"},
            "its script 'alpha = alpha' names no function of a module",
        ),
        (
            {"entry_points.txt": b"[console_scripts]\n[console_scripts]\n"},
            "its entry points cannot be read: .* 'console_scripts' already exists",
        ),
        (
            {"entry_points.txt": "\ufeff[console_scripts]\n".encode()},
            "its entry points cannot be read: .* no section headers",
        ),
        (
            {"entry_points.txt": b"[console_scripts]\n../../evil = alpha:main\n"},
            r"\.\./\.\./evil would be written outside of the folder",
        ),
        (
            {"WHEEL": b"Wheel-Version: 2.0\nRoot-Is-Purelib: true\n"},
            r"cannot be installed: Incompatible Wheel-Version 2\.0",
        ),
    ],
    ids=[
        "no-record",
        "no-function",
        "section-twice",
        "mark-of-order",
        "leads-out",
        "wheel-version",
    ],
)
def test_a_wheel_that_no_installer_takes_is_named_with_the_reason(
    make_wheel: MakeWheel, tmp_path: Path, changes: dict[str, bytes | None], reason: str
) -> None:
    wheel = _rewrite(make_wheel("alpha"), changes)
    with pytest.raises(UninstallableWheelError, match=reason):
        install_into_folder([wheel], tmp_path / "out", target=MAC)
    assert not (tmp_path / "out").exists()


def test_a_broken_line_of_a_wheels_record_is_no_matter(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    wheel = _rewrite(make_wheel("alpha"), {"RECORD": b"alpha/__init__.py,sha256=x\n"})
    install_into_folder([wheel], tmp_path / "out", target=MAC)
    record = (tmp_path / "out/alpha-1.0.dist-info/RECORD").read_text().splitlines()
    assert any(re.fullmatch(r"alpha/__init__\.py,sha256=[\w-]{43},\d+", row) for row in record)


def test_files_with_dots_in_their_paths_are_recorded_as_they_are_written(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    files = (WheelFile(path="./alpha/./__init__.py", content=b""),)
    install_into_folder([make_wheel("alpha", files=files)], tmp_path / "out", target=MAC)
    record = (tmp_path / "out/alpha-1.0.dist-info/RECORD").read_text().splitlines()
    assert [row.partition(",")[0] for row in record if "__init__" in row] == ["alpha/__init__.py"]
    assert (tmp_path / "out/alpha/__init__.py").is_file()


@pytest.mark.parametrize("path", ["./alpha-1.0.data/purelib/x.py", "./alpha-1.0.dist-info/x"])
def test_a_data_folder_below_a_dot_is_refused_as_installers_disagree(
    make_wheel: MakeWheel, tmp_path: Path, path: str
) -> None:
    """pip makes a folder of it, so nobody judged `x.py`; no override of AP904 is meant for that."""
    wheel = make_wheel("alpha", files=(WheelFile(path=path, content=b""),))
    with pytest.raises(UninstallableWheelError, match="installers do not agree where"):
        install_into_folder([wheel], tmp_path / "out", target=MAC)


def test_the_marks_that_a_wheel_brings_are_not_listed_beside_ours(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    wheel = _rewrite(make_wheel("alpha"), {"INSTALLER": b"somebody\n"})
    install_into_folder([wheel], tmp_path / "out", target=MAC)
    record = (tmp_path / "out/alpha-1.0.dist-info/RECORD").read_text()
    assert record.count("INSTALLER") == 1
    assert (tmp_path / "out/alpha-1.0.dist-info/INSTALLER").read_text() == "archpip\n"


def test_a_file_where_another_wheel_has_a_folder_is_named(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    one = make_wheel("alpha", files=(WheelFile(path="shared", content=b""),))
    other = make_wheel("beta", files=(WheelFile(path="shared/x.py", content=b""),))
    with pytest.raises(UninstallableWheelError, match=r"beta.*: shared/x\.py is in the way"):
        install_into_folder([one, other], tmp_path / "out", target=MAC)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_a_volume_of_its_own_is_filled(
    make_wheel: MakeWheel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in `docker run -v layer:/out`: nothing can be renamed from `/` into `/out`."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    rename, stat = Path.rename, Path.stat

    def rename_within(path: Path, target: Path) -> Path:
        if path.is_relative_to(folder) != Path(target).is_relative_to(folder):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(path, target)

    def stat_of_volume(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = stat(path, follow_symlinks=follow_symlinks)
        fields = list(found)
        fields[2] += path == folder  # st_dev
        return os.stat_result(fields)

    monkeypatch.setattr(Path, "rename", rename_within)
    monkeypatch.setattr(Path, "stat", stat_of_volume)
    install_into_folder([make_wheel("alpha")], folder, target=MAC)
    assert {path.name for path in folder.iterdir()} == {
        *("alpha", "alpha-1.0.dist-info", "bin", "mine.txt")
    }


def test_a_download_that_fails_leaves_no_folder(make_wheel: MakeWheel, tmp_path: Path) -> None:
    def wheels() -> Iterator[VerifiedWheel]:
        yield make_wheel("alpha")
        raise IndexUnavailableError(url="https://example.org/beta.whl", reason="it is down")

    with pytest.raises(IndexUnavailableError):
        install_into_folder(wheels(), tmp_path / "deep" / "out", target=MAC)
    assert not (tmp_path / "deep").exists()
