from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from archpip.resolution import (
    ExtraChoice,
    ProjectFileError,
    PythonRefusedError,
    ResolveOptions,
    UnknownExtraError,
    UnknownGroupError,
    check_pythons,
    parse_metadata,
    parse_requirement,
    read_folders,
    read_group,
    read_project,
    read_project_file,
)
from archpip.resolution.project_file import static_metadata
from tests.unit.resolution.fake_world import make_target

BUILT = b"Metadata-Version: 2.1\nName: p\nVersion: 2\nRequires-Dist: built\n"


def build(_folder: Path) -> bytes:
    return BUILT


def no_build(folder: Path) -> bytes:
    raise AssertionError(folder)


def read(folder: Path, text: str, *extras: str, every: bool = False) -> list[str]:
    path = folder / "pyproject.toml"
    path.write_text(text)
    chosen = ExtraChoice(names=tuple(map(canonicalize_name, extras)), all=every)
    found = read_project(path, shown="pyproject.toml", extras=chosen, metadata=no_build)
    return [requirement.text for requirement in found.requirements]


PROJECT = '[project]\nname = "P"\ndependencies = ["a>1", "b ; os_name == \'nt\'"]\n'
EXTRAS = '[project.optional-dependencies]\nOne = ["c"]\ntwo = ["p[one]", "d ; os_name == \'nt\'"]\n'


def test_a_version_that_a_build_decides_does_not_matter(tmp_path: Path) -> None:
    text = PROJECT + 'dynamic = ["version"]\n'
    assert read(tmp_path, text) == ["a>1", "b ; os_name == 'nt'"]


def test_an_extra_adds_what_it_means_through_others_of_its_own(tmp_path: Path) -> None:
    text = PROJECT + EXTRAS
    plain = ["a>1", "b ; os_name == 'nt'"]
    one = ['c ; extra == "one"']
    assert read(tmp_path, text, "one") == [*plain, *one]
    both = [*plain, *one, 'd ; (os_name == "nt") and extra == "two"']
    assert read(tmp_path, text, "two") == both
    assert read(tmp_path, text, every=True) == both


def test_an_unknown_extra_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownExtraError) as caught:
        read(tmp_path, PROJECT + EXTRAS, "three")
    assert caught.value.hint == "It has one, two."


@pytest.mark.parametrize(
    "text",
    [
        PROJECT + 'dynamic = ["optional-dependencies"]\n',
        "[build-system]\nrequires = []\n",
        '[project]\nname = "p"\n[tool.poetry.dependencies]\na = "^1"\n',
    ],
    ids=["dynamic", "no-project", "poetry"],
)
def test_what_only_a_build_knows_is_asked_of_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    found = read_project(path, shown="p", extras=ExtraChoice(), metadata=build)
    assert [requirement.text for requirement in found.requirements] == ["built"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[project", "not TOML"),
        ('project = "x"\n', "project is not a table"),
        ("[project]\nname = 3\n", "project.name is not a line of text"),
        ('[project]\nname = "p"\ndependencies = "a"\n', "not a list of requirements"),
    ],
    ids=["toml", "table", "name", "dependencies"],
)
def test_a_malformed_file_says_what_is_wrong(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ProjectFileError, match=reason):
        read(tmp_path, text)


def test_static_metadata_is_what_a_build_would_say(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(PROJECT + 'version = "1.5"\nrequires-python = ">=3.9"\n' + EXTRAS)
    content = static_metadata(read_project_file(path, shown="p"))
    assert content is not None
    found = parse_metadata(content)
    assert (found.name, str(found.version), found.requires_python) == ("p", "1.5", ">=3.9")
    assert found.provides_extra == {"one", "two"}


def test_static_metadata_needs_a_version(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(PROJECT)
    assert static_metadata(read_project_file(path, shown="p")) is None


GROUPS = """
[dependency-groups]
Test = ["pytest", { include-group = "lint" }]
lint = ["ruff"]
loop = [{ include-group = "loop" }]
bad = ["x=1"]
"""


def test_a_group_holds_what_it_includes(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(GROUPS)
    found = read_group(read_project_file(path, shown="p.toml"), "test")
    assert [(r.text, r.origin) for r in found.requirements] == [
        ("pytest", "p.toml:test"),
        ("ruff", "p.toml:test"),
    ]


def test_a_group_has_the_pythons_that_uv_s_settings_state_of_it_and_of_what_it_includes(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pyproject.toml"
    settings = (
        '[tool.uv.dependency-groups]\ntest = { requires-python = ">=3.12" }\n'
        'LINT = { requires-python = ">=3.11" }\nother = { requires-python = ">=4" }\n'
    )
    path.write_text(GROUPS + settings)
    file = read_project_file(path, shown="p.toml")
    assert read_group(file, "test").pythons == (
        ("p.toml:test", ">=3.12"),
        ("p.toml:lint", ">=3.11"),
    )
    assert read_group(file, "lint").pythons == (("p.toml:lint", ">=3.11"),)


@pytest.mark.parametrize(
    ("group", "error", "match"),
    [
        ("nope", UnknownGroupError, "no dependency group 'nope'"),
        ("loop", ProjectFileError, "p.toml:loop: .*loop"),
        ("bad", ProjectFileError, "p.toml:bad: "),
    ],
)
def test_a_bad_group_is_named(
    tmp_path: Path, group: str, error: type[Exception], match: str
) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(GROUPS)
    with pytest.raises(error, match=match):
        read_group(read_project_file(path, shown="p.toml"), group)


def test_a_project_that_the_target_s_python_does_not_run_is_refused() -> None:
    targets = [make_target()]
    check_pythons([("p.toml", ">=3.8")], targets=targets, options=ResolveOptions())
    with pytest.raises(PythonRefusedError, match=r"p.toml requires Python <3"):
        check_pythons([("p.toml", "<3")], targets=targets, options=ResolveOptions())
    believing_nothing = ResolveOptions(ignore_requires_python=True)
    check_pythons([("p.toml", "<3")], targets=targets, options=believing_nothing)


def test_what_folders_require_is_read_as_far_as_their_files_say_it(tmp_path: Path) -> None:
    for name, text in (
        ("said", PROJECT + EXTRAS),
        ("unsaid", PROJECT + 'dynamic = ["dependencies"]'),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text(text)
    asked = [parse_requirement(text, base=tmp_path) for text in ("./said[one]", "./unsaid", "x")]

    (found,) = read_folders(asked)

    assert found.asked is asked[0]
    texts = ["a>1", "b ; os_name == 'nt'", 'c ; extra == "one"']
    assert [each.text for each in found.requirements] == texts
    assert {each.origin for each in found.requirements} == {"./said[one]: pyproject.toml"}
    assert [each.text for each in found.with_all_extras] == [
        *texts,
        'd ; (os_name == "nt") and extra == "two"',
    ]
