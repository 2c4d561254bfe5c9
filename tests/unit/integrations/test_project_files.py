import tomllib
from pathlib import Path

import pytest

from archpip.integrations.project_files import (
    find_project_files,
    restore_indexes,
    restore_project_file,
    restore_script_indexes,
)

VIEW = "http://127.0.0.1:20000/macos-arm64/simple/"
OTHER = "http://127.0.0.1:20001/macos-arm64/simple/"
PROJECT = """\
# Ours.
[project]
name = "demo"
"""
INDEXES = """\

[[tool.uv.index]]
name = "special"  # of another team
url = "https://special.example/simple"
explicit = true

[[tool.uv.index]]
url = "https://house.example/simple"
default = true
"""


def test_index_that_uv_wrote_down_is_taken_out_again() -> None:
    after = f'{PROJECT}dependencies = ["a"]\n\n[[tool.uv.index]]\nurl = "{VIEW}"\ndefault = true\n'

    assert restore_indexes(PROJECT, after, [VIEW]) == f'{PROJECT}dependencies = ["a"]\n'


def test_indexes_that_stood_there_get_their_addresses_back() -> None:
    before = PROJECT + INDEXES
    after = before.replace("https://special.example/simple", OTHER).replace(
        "https://house.example/simple", VIEW
    )

    assert restore_indexes(before, after, [VIEW, OTHER]) == before


def test_index_without_a_name_stays_and_its_view_is_taken_out() -> None:
    before = f'{PROJECT}\n[[tool.uv.index]]\nurl = "https://unnamed.example/simple"\n'
    after = f'{before}\n[[tool.uv.index]]\nurl = "{OTHER}"\n'

    assert restore_indexes(before, after, [VIEW, OTHER]) == before


def test_index_that_the_user_adds_meanwhile_stays() -> None:
    added = '\n[[tool.uv.index]]\nurl = "https://new.example/simple"\n'
    ours = f'\n[[tool.uv.index]]\nurl = "{VIEW}"\ndefault = true\n'

    assert restore_indexes(PROJECT, PROJECT + added + ours, [VIEW]) == PROJECT + added


def test_file_without_a_view_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[broken")

    restore_project_file(path, PROJECT, [VIEW])

    assert path.read_text() == "[broken"


def test_project_file_is_the_nearest_upward(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "src").mkdir()

    assert find_project_files(tmp_path / "src") == (tmp_path / "pyproject.toml",)


def test_files_of_a_workspace_are_the_roots_and_its_members(tmp_path: Path) -> None:
    # `uv add --package` edits that of another member.
    root = tmp_path / "pyproject.toml"
    root.write_text('[tool.uv.workspace]\nmembers = ["parts/*"]\nexclude = ["parts/old"]\n')
    a, b, old = (tmp_path / "parts" / name / "pyproject.toml" for name in ("a", "b", "old"))
    for file in (a, b, old):
        file.parent.mkdir(parents=True)
        file.touch()

    assert find_project_files(tmp_path) == (root, a, b)
    assert find_project_files(a.parent) == (a, root, b)
    assert find_project_files(old.parent) == (old,)


@pytest.mark.parametrize("workspace", ["members = ['']", "members = ['/x']", "members = 1", "x ="])
def test_workspace_that_makes_no_sense_is_uvs_to_complain_of(
    tmp_path: Path, workspace: str
) -> None:
    root = tmp_path / "pyproject.toml"
    root.write_text(f"[tool.uv.workspace]\n{workspace}\n")

    assert find_project_files(tmp_path) == (root,)


SCRIPT = """\
#!/usr/bin/env python
# /// script
# dependencies = [{}]
# ///
print("hello")
"""


def test_script_keeps_what_was_added_and_names_no_view() -> None:
    index = f'#\n# [[tool.uv.index]]\n# url = "{VIEW}"\n# default = true\n'
    after = SCRIPT.format('"a"').replace("# ///\n", f"{index}# ///\n")

    assert restore_script_indexes(SCRIPT.format(""), after, [VIEW]) == SCRIPT.format('"a"')


def test_script_gets_the_address_of_its_own_index_back() -> None:
    index = '#\n# [[tool.uv.index]]\n# url = "{}"\n# default = true\n'
    before = SCRIPT.format("").replace(
        "# ///\n", index.format("https://house.example/simple") + "# ///\n"
    )
    after = before.replace("https://house.example/simple", VIEW)

    assert restore_script_indexes(before, after, [VIEW]) == before


@pytest.mark.parametrize(
    "before",
    [
        f"{PROJECT}\n[tool.uv]\npackage = false\n",
        f"{PROJECT}\n[tool.other]\nx = 1\n",
        PROJECT,
    ],
    ids=["of uv", "of another tool", "none"],
)
def test_with_the_view_go_the_tables_that_held_nothing_else(before: str) -> None:
    after = f'{before}\n[[tool.uv.index]]\nurl = "{VIEW}"\ndefault = true\n'

    restored = tomllib.loads(restore_indexes(before, after, [VIEW]))

    assert restored == tomllib.loads(before)
