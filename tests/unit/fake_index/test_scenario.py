from pathlib import Path

import pytest

from fake_index.scenario import Question, load_scenario, read_scenario, scenario_names


@pytest.mark.parametrize("name", scenario_names())
def test_scenarios_speak_of_files_that_their_worlds_have(name: str) -> None:
    scenario = load_scenario(name)

    files = {
        file.filename
        for index in scenario.world.indexes
        for project in index.projects
        for file in project.files
    }
    expected = scenario.expected
    mentioned = {*(expected.pins or ()), *(each.file for each in expected.rejections)}
    assert mentioned <= files
    assert (expected.pins is not None) is expected.satisfiable
    assert expected.why
    assert scenario.description.strip().endswith((".", "!"))


def test_worlds_are_the_same_every_time() -> None:
    first, second = (load_scenario("azure-eventhub").world for _ in range(2))

    assert first == second


def test_the_hollow_wheel_holds_a_fat_module() -> None:
    world = load_scenario("hollow-universal2").world

    file = world.indexes[0].find_file("uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl")

    assert file is not None
    assert file.metadata is not None
    assert b"Name: uamqp" in file.metadata


def test_versions_go_to_the_index_that_they_name() -> None:
    world = load_scenario("several-indexes").world

    assert [
        (index.name, [file.filename for project in index.projects for file in project.files])
        for index in world.indexes
    ] == [
        ("main", ["shared-1.0.tar.gz", "shared-1.0-py3-none-any.whl"]),
        (
            "extra",
            [
                "shared-2.0.tar.gz",
                "shared-2.0-py3-none-any.whl",
                "private-1.0.tar.gz",
                "private-1.0-py3-none-any.whl",
            ],
        ),
    ]


def test_one_file_of_a_version_may_be_yanked() -> None:
    (project,) = load_scenario("yanked-wheel-only").world.indexes[0].projects

    assert [file.yanked for file in project.files if "2.0" in file.filename] == [
        None,
        "built with the wrong flags",
    ]


def test_question_as_switches() -> None:
    question = Question(requirements=(), only_binary=("a", "b"), pre=True, require_hashes=True)

    assert question.options() == ("--pre", "--require-hashes", "--only-binary", "a,b")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pakages]", "nothing reads pakages"),
        ("[packages.a.versions.'1']\nrequire = []", "a 1: nothing reads require"),
        ("[packages.a.versions.'1']\nsdist = {king = 'old'}", "a 1 sdist: nothing reads king"),
        ("[packages.a.versions.'1']\nwheels = [{tags = 'x'}]", "a 1 wheel: nothing reads tags"),
        ("[packages.a.versions.'1']\nrequires = 'b'", "'b' is no list of strings"),
    ],
)
def test_mistakes_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(f"question = {{requirements = []}}\nexpected = {{}}\n{text}")

    with pytest.raises(ValueError, match=message):
        read_scenario(path)
