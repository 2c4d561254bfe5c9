"""Every scenario, asked of the command line: what the lockfile holds, what is said, how it ends."""

import tomllib
from pathlib import Path

import pytest

from fake_index.scenario import Scenario, load_scenario, scenario_names
from tests.conftest import ArchpipCommand, FakeWorldFactory


def locked_files(path: Path) -> list[str]:
    """Return the names of all files that a lockfile would install, sorted."""
    lock = tomllib.loads(path.read_text())
    return sorted(
        file["name"]
        for package in lock["packages"]
        for file in (
            *package.get("wheels", ()),
            *([package["sdist"]] if "sdist" in package else ()),
        )
    )


def arguments(scenario: Scenario) -> tuple[str, ...]:
    question = scenario.question
    where = ("--target-platform", question.target, "--python-version", question.python)
    return (*question.requirements, *where, *question.options(), "-o", "pylock.toml")


@pytest.mark.parametrize("name", scenario_names())
def test_lock_answers_as_the_scenario_expects(
    name: str, fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    scenario = load_scenario(name)
    fake = fake_world(scenario)
    first, *others = map(fake.index_url, scenario.question.indexes)
    indexes = ("--index-url", first, *(f"--extra-index-url={other}" for other in others))

    run = archpip_cli("lock", *arguments(scenario), *indexes)

    said = run.stdout + run.stderr
    assert "Traceback" not in said
    if scenario.expected.satisfiable:
        assert run.returncode == 0, said
        assert locked_files(tmp_path / "pylock.toml") == sorted(scenario.expected.pins or ())
    else:
        assert run.returncode == 3, said
        assert not (tmp_path / "pylock.toml").exists()
        assert run.stdout == ""
    for words in scenario.expected.says:
        assert words in said
    for rejection in scenario.expected.rejections:
        for words in (rejection.file, *rejection.says):
            assert words in said
