"""Replacing what a folder holds: all that was installed, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.installing import (
    FolderOccupiedError,
    FolderUnwritableError,
    UnremovableDistributionError,
    VerifiedWheel,
    install_into_folder,
    read_installed,
)
from fake_index.wheels import WheelFile
from tests.integration.installing.folders import MAC, snapshot

MakeWheel = Callable[..., VerifiedWheel]


def test_a_file_of_nobody_is_not_overwritten_unasked(make_wheel: MakeWheel, tmp_path: Path) -> None:
    (tmp_path / "out/alpha").mkdir(parents=True)
    (tmp_path / "out/alpha/__init__.py").write_text("mine")
    with pytest.raises(FolderOccupiedError, match=r"alpha/__init__\.py"):
        install_into_folder([make_wheel("alpha")], tmp_path / "out", target=MAC)
    assert (tmp_path / "out/alpha/__init__.py").read_text() == "mine"


def test_upgrade_takes_the_old_version_out_whole(make_wheel: MakeWheel, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gone = WheelFile(path="alpha/old/gone.py", content=b"")
    kept = WheelFile(path="alpha/__init__.py", content=b"main = print\n")
    install_into_folder([make_wheel("alpha", "1.0", files=(kept, gone))], out, target=MAC)
    (out / "alpha/old/__pycache__").mkdir()
    (out / "alpha/old/__pycache__/gone.cpython-311.pyc").write_bytes(b"")
    (out / "alpha/mine.txt").write_text("mine")
    install_into_folder([make_wheel("alpha", "2.0")], out, target=MAC, upgrade=True)
    assert not (out / "alpha/old").exists()
    assert (out / "alpha/mine.txt").read_text() == "mine"
    assert [str(each.version) for each in read_installed([out])] == ["2.0"]


@pytest.mark.parametrize("after", range(1, 12, 2))
def test_an_interrupt_leaves_the_folder_as_it_was(
    make_wheel: MakeWheel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    out = tmp_path / "out"
    install_into_folder([make_wheel("alpha", "1.0"), make_wheel("gamma")], out, target=MAC)
    before = snapshot(out)
    moves = 0

    def count(source: Path, destination: Path) -> None:
        nonlocal moves
        moves += 1
        if moves == after:
            raise KeyboardInterrupt
        source.rename(destination)

    monkeypatch.setattr("archpip.installing.folder_changes._move", count)
    wheels = [make_wheel("alpha", "2.0"), make_wheel("beta")]
    with pytest.raises(KeyboardInterrupt):
        install_into_folder(wheels, out, target=MAC, upgrade=True)
    assert snapshot(out) == before
    assert not list(out.rglob("beta*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "wheels"]


def test_a_record_that_leads_out_of_the_folder_takes_nothing_out(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    install_into_folder([make_wheel("alpha", "1.0")], out, target=MAC)
    (tmp_path / "precious").write_text("")
    with (out / "alpha-1.0.dist-info/RECORD").open("a") as record:
        record.write(f"../precious,,\n{tmp_path}/precious,,\n")
    install_into_folder([make_wheel("alpha", "2.0")], out, target=MAC, upgrade=True)
    assert (tmp_path / "precious").exists()


@pytest.mark.parametrize(
    ("lists", "lines"),
    [
        ("installed-files.txt", "../alpha/__init__.py\n../alpha/old.py\nPKG-INFO\n../../kept\n"),
        ("top_level.txt", "alpha\nshared\n"),
    ],
)
def test_what_setuptools_installed_is_replaced_as_a_whole(
    make_wheel: MakeWheel, tmp_path: Path, lists: str, lines: str
) -> None:
    info = tmp_path / "out/alpha-0.9-py3.11.egg-info"
    files = {
        info / "PKG-INFO": "Name: alpha\nVersion: 0.9\n",
        info / lists: lines,
        info / "namespace_packages.txt": "shared\n",
        tmp_path / "out/alpha/__init__.py": "",
        tmp_path / "out/alpha/old.py": "",
        tmp_path / "out/shared/other.py": "",
        tmp_path / "kept": "",
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with pytest.raises(FolderOccupiedError, match=r"alpha 0\.9"):
        install_into_folder([make_wheel("alpha")], tmp_path / "out", target=MAC)
    install_into_folder([make_wheel("alpha")], tmp_path / "out", target=MAC, upgrade=True)
    assert not info.exists()
    assert not (tmp_path / "out/alpha/old.py").exists()
    assert (tmp_path / "out/shared/other.py").exists()
    assert (tmp_path / "kept").exists()


def test_what_distutils_installed_is_not_half_replaced(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/alpha-0.9.egg-info").write_text("Name: alpha\nVersion: 0.9\n")
    (tmp_path / "out/alpha.py").write_text("")
    before = snapshot(tmp_path / "out")
    with pytest.raises(UnremovableDistributionError):
        install_into_folder([make_wheel("alpha")], tmp_path / "out", target=MAC, upgrade=True)
    assert snapshot(tmp_path / "out") == before


def test_what_a_link_leads_to_outside_of_the_folder_is_not_replaced(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    out, mine = tmp_path / "out", tmp_path / "mine"
    install_into_folder([make_wheel("alpha", "1.0")], out, target=MAC)
    (out / "alpha").rename(mine)
    (out / "alpha").symlink_to(mine)
    before = snapshot(tmp_path)
    with pytest.raises(FolderUnwritableError, match=r"alpha/__init__\.py is outside of it"):
        install_into_folder([make_wheel("alpha", "2.0")], out, target=MAC, upgrade=True)
    assert snapshot(out) | snapshot(mine) == {
        path.partition("/")[2]: content
        for path, content in before.items()
        if path.startswith(("out/", "mine/"))
    }


def test_what_a_link_leads_to_within_the_folder_is_replaced(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    install_into_folder([make_wheel("alpha", "1.0")], out, target=MAC)
    (out / "alpha").rename(out / "elsewhere")
    (out / "alpha").symlink_to("elsewhere")
    install_into_folder([make_wheel("alpha", "2.0")], out, target=MAC, upgrade=True)
    assert b"2.0" in (out / "elsewhere/__init__.py").read_bytes()


@pytest.mark.parametrize("package", [".", "/", "..", "alpha/..", "./"])
def test_an_egg_info_that_claims_whole_folders_takes_none_out(
    make_wheel: MakeWheel, tmp_path: Path, package: str
) -> None:
    info = tmp_path / "out/alpha-0.9.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: alpha\nVersion: 0.9\n")
    (info / "top_level.txt").write_text(f"{package}\n")
    (tmp_path / "out/notes.txt").write_text("mine")
    install_into_folder([make_wheel("alpha")], tmp_path / "out", target=MAC, upgrade=True)
    assert (tmp_path / "out/notes.txt").read_text() == "mine"


def test_what_has_a_damaged_record_is_not_half_replaced(
    make_wheel: MakeWheel, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    install_into_folder([make_wheel("alpha", "1.0")], out, target=MAC)
    # Longer than any field that the `csv` module reads.
    (out / "alpha-1.0.dist-info/RECORD").write_text("x" * 200_000)
    before = snapshot(out)
    for version in ("1.0", "2.0"):
        with pytest.raises(UnremovableDistributionError):
            install_into_folder([make_wheel("alpha", version)], out, target=MAC, upgrade=True)
    assert snapshot(out) == before
