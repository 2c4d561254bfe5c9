from pathlib import Path

import pytest

from archpip.integrations import FileChange
from archpip.integrations.setup import (
    Scope,
    Wishes,
    carry_back,
    carry_out,
    plan_setup,
    plan_undo,
)
from archpip.settings import ConfigurationError, Surroundings
from tests.unit.settings.machines import MakeSurroundings

URL = "https://archpip.example/macos-arm64/simple/"
WISHES = Wishes(index_url=URL, own={"target-platform": "macos-arm64"})
PIP = "# Ours.\n[global]\nindex-url = https://user:secret@one.example/simple\n"


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def set_up(scope: Scope, surroundings: Surroundings) -> tuple[FileChange, ...]:
    changes = plan_setup(WISHES, scope, surroundings)
    for change in changes:
        carry_out(change)
    return changes


@pytest.mark.parametrize(
    ("scope", "written"),
    [
        (Scope.USER, ["home/.config/pip/pip.conf", "home/.config/uv/uv.toml"]),
        (Scope.GLOBAL, ["etc/pip.conf", "etc/uv/uv.toml"]),
        (Scope.SITE, ["env/pip.conf"]),
        (Scope.PROJECT, ["work/pyproject.toml"]),
    ],
)
def test_each_scope_has_its_files_and_can_be_undone(
    surroundings: MakeSurroundings, tmp_path: Path, scope: Scope, written: list[str]
) -> None:
    made = surroundings()

    changes = set_up(scope, made)

    assert [str(change.path.relative_to(tmp_path)) for change in changes] == written
    assert all(URL in (tmp_path / name).read_text() for name in written)
    assert plan_setup(WISHES, scope, made) == ()
    for change in plan_undo(scope, made):
        carry_back(change)
    assert files(tmp_path) == {}


def test_undoing_puts_the_settings_back_and_keeps_what_came_since(
    surroundings: MakeSurroundings, tmp_path: Path
) -> None:
    made = surroundings({"home/.config/pip/pip.conf": PIP})
    path = tmp_path / "home/.config/pip/pip.conf"
    set_up(Scope.USER, made)
    path.write_text(path.read_text() + "\n[install]\npre = yes\n")

    for change in plan_undo(Scope.USER, made):
        carry_back(change)

    assert files(tmp_path) == {"home/.config/pip/pip.conf": PIP + "[install]\npre = yes\n"}


def test_undoing_keeps_a_link_and_empties_the_file_behind_it(
    surroundings: MakeSurroundings, tmp_path: Path
) -> None:
    made = surroundings()
    dotfile = tmp_path / "dotfiles" / "uv.toml"
    dotfile.parent.mkdir()
    dotfile.write_text("")
    link = tmp_path / "home" / ".config" / "uv" / "uv.toml"
    link.parent.mkdir(parents=True)
    link.symlink_to(dotfile)

    set_up(Scope.USER, made)
    written = dotfile.read_text()
    for change in plan_undo(Scope.USER, made):
        carry_back(change)

    assert URL in written
    assert link.is_symlink()
    assert dotfile.read_text() == ""


def test_second_time_keeps_the_first_copy(surroundings: MakeSurroundings, tmp_path: Path) -> None:
    made = surroundings({"home/.config/pip/pip.conf": PIP})
    set_up(Scope.USER, made)
    other = Wishes(index_url=URL.replace("macos", "linux"))

    for change in plan_setup(other, Scope.USER, made):
        carry_out(change)
    for change in plan_undo(Scope.USER, made):
        carry_back(change)

    assert files(tmp_path) == {"home/.config/pip/pip.conf": PIP}


def test_file_that_is_there_is_taken_before_the_usual_one(
    surroundings: MakeSurroundings, tmp_path: Path
) -> None:
    made = surroundings({"home/.pip/pip.conf": PIP})

    changes = plan_setup(WISHES, Scope.USER, made)

    assert tmp_path / "home/.pip/pip.conf" in [change.path for change in changes]


def test_uv_toml_of_a_project_goes_before_its_table(
    surroundings: MakeSurroundings, tmp_path: Path
) -> None:
    made = surroundings({"work/uv.toml": "# Ours.\n", "work/pyproject.toml": ""})

    set_up(Scope.PROJECT, made)

    assert URL in (tmp_path / "work/uv.toml").read_text()
    assert URL not in (tmp_path / "work/pyproject.toml").read_text()


def test_file_that_cannot_be_written_is_named(surroundings: MakeSurroundings) -> None:
    made = surroundings({"home/.config": "a file where a folder should be"})

    with pytest.raises(ConfigurationError, match=r"pip\.conf: it cannot be written"):
        set_up(Scope.USER, made)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
def test_lines_of_windows_keep_their_ends(
    surroundings: MakeSurroundings, tmp_path: Path, mark: str
) -> None:
    file = tmp_path / "work" / "pyproject.toml"
    file.parent.mkdir(exist_ok=True)
    text = f'{mark}# Ours.\r\n[project]\r\nname = "a"\r\n'.encode()
    file.write_bytes(text)
    made = surroundings()

    set_up(Scope.PROJECT, made)

    written = file.read_bytes()
    assert written.startswith(text)
    assert URL.encode() in written
    assert written.count(b"\n") == written.count(b"\r\n")
    assert plan_setup(WISHES, Scope.PROJECT, made) == ()
    for change in plan_undo(Scope.PROJECT, made):
        carry_back(change)
    assert file.read_bytes() == text
