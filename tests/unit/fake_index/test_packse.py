from pathlib import Path

import pytest

from fake_index.packse import read_packse
from fake_index.scenario import Scenario

FOLDER = Path(__file__).parents[2] / "data" / "packse"
FILES = sorted(FOLDER.rglob("*.toml"))


def read(name: str) -> Scenario:
    return read_packse(FOLDER / f"{name}.toml")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_read(path: Path) -> None:
    scenario = read_packse(path)

    assert scenario.question.requirements
    assert scenario.world.find_index("main") is not None


def test_the_copy_bears_its_licence() -> None:
    assert len(FILES) == 115
    assert "astral-sh/packse" in (FOLDER / "NOTICE").read_text()
    assert "MIT License" in (FOLDER / "NOTICE").read_text()


def test_files_are_an_sdist_and_a_wheel_where_nothing_else_is_said() -> None:
    world = read("extras/extra-required").world

    (index,) = world.indexes
    assert [[file.filename for file in project.files] for project in index.projects] == [
        ["b-1.0.0.tar.gz", "b-1.0.0-py3-none-any.whl"],
        ["a-1.0.0.tar.gz", "a-1.0.0-py3-none-any.whl"],
    ]


def test_expected_versions_are_sorted() -> None:
    scenario = read("yanked/transitive-yanked-and-unyanked-dependency-opt-in")

    assert scenario.expected.versions == (("a", "1.0.0"), ("b", "1.0.0"), ("c", "2.0.0"))
    assert scenario.world.indexes[0].projects[2].files[2].yanked == ""


def test_resolver_options_become_the_question() -> None:
    scenario = read("requires_python/compatible-python-incompatible-override")

    assert (scenario.question.python, scenario.expected.satisfiable) == ("3.9", False)
    assert read("wheels/no-build").question.only_binary == ("a",)
    assert read("wheels/no-binary").question.no_binary == ("a",)


def test_versions_that_do_not_say_want_python_3_12() -> None:
    (file, _) = read("wheels/no-binary").world.indexes[0].projects[0].files

    assert file.requires_python == ">=3.12"
