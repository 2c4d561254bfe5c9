"""What a project or script states for uv about versions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archpip.resolution import (
    ExtraChoice,
    InvalidRequirementError,
    ProjectFileError,
    RequirementSet,
    VersionOrder,
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


def read_stating(folder: Path, lines: str) -> RequirementSet:
    (folder / "pyproject.toml").write_text(f"{PROJECT}\n[tool.uv]\n{lines}\n")
    return read(folder)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ('"2026-01-31T12:00:00Z"', datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ('{timestamp = "2026-01-31T12:00:00Z"}', datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("false", None),
    ],
)
def test_its_cutoff_counts(tmp_path: Path, written: str, moment: datetime | None) -> None:
    assert read_stating(tmp_path, f"exclude-newer = {written}").uploaded_before == moment


def test_a_duration_is_counted_back_from_now(tmp_path: Path) -> None:
    found = read_stating(tmp_path, 'exclude-newer = "1 week"').uploaded_before
    assert found is not None
    assert timedelta(days=7) <= datetime.now(UTC) - found < timedelta(days=7, minutes=5)


def test_of_several_cutoffs_the_earliest_counts(tmp_path: Path) -> None:
    early, late = (
        read_stating(tmp_path, f'exclude-newer = "202{year}-01-01T00:00:00Z"') for year in (4, 5)
    )
    for found in (early + late, late + early, early + RequirementSet()):
        assert found.uploaded_before == datetime(2024, 1, 1, tzinfo=UTC)


def test_single_projects_have_cutoffs_of_their_own_or_none(tmp_path: Path) -> None:
    found = read_stating(
        tmp_path, 'exclude-newer-package = {"A_b" = "2026-01-31T12:00:00Z", c = false}'
    )
    assert found.uploaded_before_of == (
        ("a-b", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("c", None),
    )


@pytest.mark.parametrize("order", list(VersionOrder))
def test_the_order_of_its_versions_counts(tmp_path: Path, order: VersionOrder) -> None:
    assert read_stating(tmp_path, f'resolution = "{order}"').order is order


@pytest.mark.parametrize(
    ("lines", "formats", "releases"),
    [
        ("no-build = true", [("only-binary", ":all:")], []),
        ('no-build-package = ["a", "b"]', [("only-binary", "a,b")], []),
        ("no-binary = true", [("no-binary", ":all:")], []),
        ('no-binary-package = ["a"]', [("no-binary", "a")], []),
        ('prerelease = "allow"', [], [("all-releases", ":all:")]),
        ('prerelease = "disallow"', [], [("only-final", ":all:")]),
        ('prerelease = "if-necessary-or-explicit"', [], []),
    ],
)
def test_its_formats_and_prereleases_are_written_as_pip_has_them(
    tmp_path: Path, lines: str, formats: list[object], releases: list[object]
) -> None:
    found = read_stating(tmp_path, lines)
    assert (list(found.formats), list(found.releases)) == (formats, releases)


def test_builds_are_bound_by_constraints_of_their_own(tmp_path: Path) -> None:
    found = read_stating(tmp_path, 'build-constraint-dependencies = ["setuptools<80"]')
    assert [each.text for each in found.build_constraints] == ["setuptools<80"]
    assert not found.constraints


@pytest.mark.parametrize(
    ("lines", "passed_over"),
    [
        ("pip = {no-deps = true}", ("tool.uv.pip",)),
        ('dependency-metadata = [{name = "a"}]', ("tool.uv.dependency-metadata",)),
        ("no-build-isolation-package = []", ()),
        ("link-mode = 'copy'", ()),
    ],
)
def test_what_is_not_followed_is_named(
    tmp_path: Path, lines: str, passed_over: tuple[str, ...]
) -> None:
    found = read_stating(tmp_path, lines).passed_over
    assert found == tuple(f"{name} in pyproject.toml" for name in passed_over)


def test_what_it_excludes_is_overridden_to_be_nowhere(tmp_path: Path) -> None:
    (override,) = read_stating(tmp_path, 'exclude-dependencies = ["a"]').overrides
    assert override.name == "a"
    assert str(override.marker) == 'python_version < "0"'


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('exclude-newer = "soon"', "tool.uv.exclude-newer cannot be read: 'soon' is no ISO 8601"),
        ("exclude-newer-package = 1", "tool.uv.exclude-newer-package is not a table"),
        ('exclude-newer-package = {a = "soon"}', "tool.uv.exclude-newer-package.a cannot be read"),
        ("resolution = 1", "tool.uv.resolution is not a text"),
        ('no-build-package = "a"', "tool.uv.no-build-package is not a list of texts"),
    ],
)
def test_what_cannot_be_followed_is_told(tmp_path: Path, lines: str, told: str) -> None:
    with pytest.raises(ProjectFileError, match=told):
        read_stating(tmp_path, lines)
