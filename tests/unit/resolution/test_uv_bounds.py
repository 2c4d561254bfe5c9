"""The constraints and overrides that a project or script states for uv."""

from pathlib import Path

import pytest

from archpip.resolution import (
    ExtraChoice,
    InvalidRequirementError,
    ProjectFileError,
    RequirementSet,
    add_bounds_of_folder,
    parse_requirement,
    read_group,
    read_project,
    read_project_file,
    read_script,
)

PROJECT = """
[project]
name = "p"
version = "1"
dependencies = ["a"]

[dependency-groups]
test = ["t"]
"""
BOUNDS = """
[tool.uv]
constraint-dependencies = ["a<2", "b<3"]
override-dependencies = ["c==1"]
"""
ELSEWHERE = BOUNDS.replace("a<2", "a<9")


def no_build(folder: Path) -> bytes:
    raise AssertionError(folder)


def read(folder: Path) -> RequirementSet:
    path = folder / "pyproject.toml"
    return read_project(path, shown="pyproject.toml", extras=ExtraChoice(), metadata=no_build)


def told(found: RequirementSet) -> tuple[list[str], list[str]]:
    return [each.text for each in found.constraints], [each.text for each in found.overrides]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(PROJECT + BOUNDS)
    return tmp_path


def test_those_of_a_project_count(project: Path) -> None:
    found = read(project)
    assert told(found) == (["a<2", "b<3"], ["c==1"])
    assert found.constraints[0].origin == "pyproject.toml:constraint-dependencies"


def test_they_count_for_its_groups(project: Path) -> None:
    file = read_project_file(project / "pyproject.toml", shown="pyproject.toml")
    for sources in (True, False):
        found = read_group(file, "test", sources=sources)
        assert told(found) == (["a<2", "b<3"], ["c==1"])


def test_they_count_where_the_folder_itself_is_asked_for(project: Path) -> None:
    assert told(add_bounds_of_folder(parse_requirement(".", base=project)))[1] == ["c==1"]
    assert told(add_bounds_of_folder(parse_requirement("a", base=project))) == ([], [])


def test_a_member_has_those_of_its_workspace(project: Path) -> None:
    member = project / "member"
    member.mkdir()
    (member / "pyproject.toml").write_text(PROJECT + ELSEWHERE)
    with (project / "pyproject.toml").open("a") as file:
        file.write('[tool.uv.workspace]\nmembers = ["member"]\n')

    assert told(read(member))[0] == ["a<2", "b<3"]


def test_a_script_has_its_own(project: Path) -> None:
    lines = ['dependencies = ["a"]', *ELSEWHERE.splitlines()]
    block = "\n".join(("# /// script", *(f"# {line}".rstrip() for line in lines), "# ///", ""))
    script = project / "job.py"
    script.write_text(block)

    assert told(read_script(script, shown="job.py"))[0] == ["a<9", "b<3"]


@pytest.mark.parametrize(
    ("written", "error", "told"),
    [
        ('"a<2"', ProjectFileError, "tool.uv.constraint-dependencies is not a list"),
        ("[1]", ProjectFileError, "tool.uv.constraint-dependencies is not a list"),
        ('["a<<2"]', InvalidRequirementError, "pyproject.toml:constraint-dependencies"),
    ],
)
def test_what_is_no_requirement_is_told_with_its_place(
    project: Path, written: str, error: type[Exception], told: str
) -> None:
    text = f"{PROJECT}\n[tool.uv]\nconstraint-dependencies = {written}\n"
    (project / "pyproject.toml").write_text(text)

    with pytest.raises(error, match=told):
        read(project)
