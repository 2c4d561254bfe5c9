"""A folder as a tree: links, what cannot be read, and names that cannot be printed."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from archpip.environments.folders import FolderTree
from archpip.wheels import ProblemKind, WheelUnreadableError
from tests.unit.environments.installations import ARM64_MODULE, lay_out


def paths(tree: FolderTree) -> list[str]:
    return [member.path for member in tree.members()]


def test_files_are_listed_sorted_with_size_and_mode(tmp_path: Path) -> None:
    lay_out(tmp_path, {"b/x.so": b"12", "a": b"\x7fELF", "__pycache__/y.pyc": b"3"})
    (tmp_path / "a").chmod(0o755)

    first, second = FolderTree(tmp_path).members()

    assert (first.path, first.size_bytes, first.executable_bit) == ("a", 4, True)
    assert (second.path, second.size_bytes, second.executable_bit) == ("b/x.so", 2, False)


def test_of_data_only_what_a_record_or_an_import_needs_is_listed(tmp_path: Path) -> None:
    needed = ["a.pth", "a.py", "top_level.txt", "conda.json", "pyvenv.cfg"]
    lay_out(tmp_path, dict.fromkeys([*needed, "a.pyi", "a.js", "a.h"], b"text"))

    assert paths(FolderTree(tmp_path)) == sorted(needed)


def test_files_beyond_the_limit_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archpip.environments.folders.MAX_MEMBERS", 2)
    lay_out(tmp_path, {"a.so": b"1", "b.so": b"2", "c.so": b"3"})

    tree = FolderTree(tmp_path)

    assert len(paths(tree)) == 2
    assert [problem.kind for problem in tree.problems()] == [ProblemKind.TOO_MANY_MEMBERS]


def test_a_link_within_the_tree_is_read(tmp_path: Path) -> None:
    lay_out(tmp_path, {"libfoo.so.1": ARM64_MODULE})
    (tmp_path / "libfoo.so").symlink_to("libfoo.so.1")

    tree = FolderTree(tmp_path)

    assert paths(tree) == ["libfoo.so", "libfoo.so.1"]
    with closing(tree.open("libfoo.so")) as content:
        assert content.read_head(4) == ARM64_MODULE[:4]


def test_a_systems_root_has_no_files_in_what_the_kernel_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, dict.fromkeys(("proc/1/a.so", "dev/b.so", "srv/proc/c.so"), ARM64_MODULE))
    (tmp_path / "d.so").symlink_to("srv/proc/c.so")
    real = os.path.realpath

    def seen_from_within(path: str | Path) -> str:
        return real(path).removeprefix(real(tmp_path)) or "/"

    assert paths(FolderTree(tmp_path)) == ["d.so", "dev/b.so", "proc/1/a.so", "srv/proc/c.so"]
    monkeypatch.setattr("archpip.environments.folders.os.path.realpath", seen_from_within)
    tree = FolderTree(tmp_path)
    assert paths(tree) == ["d.so", "srv/proc/c.so"]
    assert tree.problems() == ()


def test_a_native_file_behind_a_link_that_leads_out_is_a_problem(tmp_path: Path) -> None:
    outside = lay_out(tmp_path / "outside", {"x.so": ARM64_MODULE, "notes.txt": b""})
    root = lay_out(tmp_path / "root", {"kept.py": b""})
    (root / "x.so").symlink_to(outside / "x.so")
    (root / "notes.txt").symlink_to(outside / "notes.txt")
    (root / "folder").symlink_to(outside)

    tree = FolderTree(root)

    assert paths(tree) == ["kept.py"]
    (problem,) = tree.problems()
    assert (problem.member, problem.kind) == ("x.so", ProblemKind.UNREADABLE_MEMBER)
    assert "leads out of the audited tree" in problem.detail


def test_an_environment_in_use_is_read_through_links_that_lead_out(tmp_path: Path) -> None:
    """As uv lays it out with `--link-mode symlink`; its interpreter is no file of its own."""
    outside = {"x.so": ARM64_MODULE, "a.dist-info/METADATA": b"", "python3": ARM64_MODULE}
    kept = lay_out(tmp_path / "cache", outside)
    root = lay_out(tmp_path / "env", {"a.dist-info/INSTALLER": b"uv", "bin/activate": b""})
    (root / "x.so").symlink_to(kept / "x.so")
    (root / "a.dist-info" / "METADATA").symlink_to(kept / "a.dist-info" / "METADATA")
    (root / "bin" / "python3").symlink_to(kept / "python3")
    (root / "folder").symlink_to(kept)

    tree = FolderTree(root, in_use=True)

    assert paths(tree) == ["a.dist-info/INSTALLER", "a.dist-info/METADATA", "x.so"]
    assert tree.problems() == ()
    with closing(tree.open("x.so")) as content:
        assert content.read_head(4) == ARM64_MODULE[:4]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_place_of_a_module_or_record_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a-1.dist-info").mkdir()
    for name in ("_x.abi3.so", "a-1.dist-info/RECORD", "queue"):
        os.mkfifo(tmp_path / name)

    tree = FolderTree(tmp_path)

    assert paths(tree) == []
    found = sorted(problem.member or "" for problem in tree.problems())
    assert found == ["_x.abi3.so", "a-1.dist-info/RECORD"]


def test_a_native_file_behind_a_link_that_no_system_call_takes_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "x.so").symlink_to("x" * 300)

    (problem,) = FolderTree(tmp_path).problems()

    assert (problem.member, "leads nowhere" in problem.detail) == ("x.so", True)


def test_a_name_that_says_nothing_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    lay_out(tmp_path, {"tool": b"\x7fELF", "notes": b"text", "zones.dat": b"text", "empty": b""})
    lay_out(tmp_path, {"x-1.dist-info/METADATA": b"text", "x.so": b"text", "Info.plist": b"text"})

    assert paths(FolderTree(tmp_path)) == ["Info.plist", "tool", "x-1.dist-info/METADATA", "x.so"]


def test_a_file_that_cannot_be_read_may_be_native(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, {"tool": b"text"})

    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr("os.open", refuse)

    assert paths(FolderTree(tmp_path)) == ["tool"]


def test_loops_of_links_end(tmp_path: Path) -> None:
    lay_out(tmp_path, {"a/x.so": b"1"})
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "one.so").symlink_to("two.so")
    (tmp_path / "two.so").symlink_to("one.so")

    tree = FolderTree(tmp_path)

    assert paths(tree) == ["a/x.so"]
    assert sorted(problem.member or "" for problem in tree.problems()) == ["one.so", "two.so"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.so")

    assert paths(FolderTree(tmp_path)) == []


def test_a_pipe_in_a_files_place_does_not_block(tmp_path: Path) -> None:
    tree = FolderTree(lay_out(tmp_path, {"x.so": ARM64_MODULE}))
    tree.members()
    (tmp_path / "x.so").unlink()
    os.mkfifo(tmp_path / "x.so")

    with pytest.raises(WheelUnreadableError, match="no regular file"):
        tree.open("x.so")


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    tree = FolderTree(lay_out(tmp_path, {"x.so": ARM64_MODULE}))
    tree.members()
    (tmp_path / "x.so").unlink()

    with pytest.raises(WheelUnreadableError, match="No such file"):
        tree.open("x.so")


def test_a_folder_that_cannot_be_listed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(tmp_path, {"shut/x.so": ARM64_MODULE})
    listed = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything
    (problem,) = FolderTree(tmp_path).problems()

    assert (problem.member, problem.detail) == ("shut", "Permission denied")


def test_names_that_are_no_utf8_can_be_printed_and_opened(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/\xff.so", "wb") as file:  # noqa: PTH123 - bytes
        file.write(ARM64_MODULE)
    tree = FolderTree(tmp_path)

    assert paths(tree) == ["\\xff.so"]
    with closing(tree.open("\\xff.so")) as content:
        assert content.size == len(ARM64_MODULE)
