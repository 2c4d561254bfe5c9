"""Questions for metadata share an environment for as long as they want the same installed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from archpip.builds import BuildOptions
from archpip.builds.processes import CommandRunner
from archpip.builds.reused_environments import ReusedEnvironment, ReusedEnvironments


class RecordingRunner:
    """Makes folders where an environment would be, and remembers what was installed."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def run(self, command: list[str], **_: object) -> None:
        if "venv" in command:
            Path(command[-1]).mkdir(parents=True)
            self.said.append("venv")
        else:
            self.said.append(" ".join(command[command.index("--") + 1 :]))


@pytest.fixture
def environments(tmp_path: Path) -> ReusedEnvironments:
    return ReusedEnvironments(BuildOptions(wheel_folder=tmp_path, log_folder=tmp_path))


def ask(
    environments: ReusedEnvironments, *wanted: set[str], fails: bool = False
) -> tuple[list[str], ReusedEnvironment]:
    """Go through a build that installs `wanted`, one after the other."""
    recording = RecordingRunner()
    runner: CommandRunner = recording  # type: ignore[assignment]  # what is called of it
    with environments.lend(Path("python3"), {}, runner) as environment:
        environment.create()
        for requirements in wanted:
            environment.install(requirements)
        if fails:
            raise ConnectionError
    return recording.said, environment


def test_what_was_installed_serves_the_next(environments: ReusedEnvironments) -> None:
    assert ask(environments, {"setuptools"}, set())[0] == ["venv", "setuptools"]
    assert ask(environments, {"setuptools"}, set())[0] == []


def test_what_a_backend_added_serves_those_that_ask_for_the_same(
    environments: ReusedEnvironments,
) -> None:
    ask(environments, {"setuptools"}, {"wheel"})
    assert ask(environments, {"setuptools"}, {"wheel"})[0] == []
    assert ask(environments, {"setuptools"}, {"cython"})[0] == ["cython"]
    assert ask(environments, {"setuptools"}, set())[0] == []


def test_what_was_installed_serves_again_after_others(environments: ReusedEnvironments) -> None:
    _, first = ask(environments, {"setuptools"}, {"wheel"})
    marker = first.folder / "setuptools and wheel"
    marker.touch()

    assert ask(environments, {"hatchling"}, set())[0] == ["venv", "hatchling"]
    assert not marker.exists()
    assert ask(environments, {"setuptools"}, {"wheel"})[0] == []
    assert marker.exists()


def test_the_oldest_of_many_is_dropped(environments: ReusedEnvironments) -> None:
    for number in range(9):
        ask(environments, {f"numpy=={number}"})
    assert ask(environments, {"numpy==7"})[0] == []
    assert ask(environments, {"numpy==0"})[0] == ["venv", "numpy==0"]


def test_pins_are_those_of_one_build(tmp_path: Path) -> None:
    resolved = []

    def pin(requirements: Sequence[str], _: Path) -> list[str]:
        resolved.append(set(requirements))
        return [*requirements]

    environments = ReusedEnvironments(
        BuildOptions(wheel_folder=tmp_path, log_folder=tmp_path, pin_requirements=pin)
    )
    ask(environments, {"setuptools<60"}, {"wheel"})
    ask(environments, {"setuptools>=64"}, {"cython"})
    assert resolved == [
        {"setuptools<60"},
        {"setuptools<60", "wheel"},
        {"setuptools>=64"},
        {"setuptools>=64", "cython"},
    ]


def test_others_find_an_environment_of_their_own(environments: ReusedEnvironments) -> None:
    ask(environments, {"setuptools"}, set())
    assert ask(environments, {"hatchling"}, set())[0] == ["venv", "hatchling"]
    assert ask(environments, set(), set())[0] == ["venv"]


def test_what_a_backend_added_is_nobody_elses(environments: ReusedEnvironments) -> None:
    said, environment = ask(environments, {"setuptools"}, {"cython"})
    assert said == ["venv", "setuptools", "cython"]
    (environment.folder / "cython").touch()

    assert not (ask(environments, {"setuptools"}, set())[1].folder / "cython").exists()


def test_two_at_once_have_two(environments: ReusedEnvironments) -> None:
    runner: CommandRunner = RecordingRunner()  # type: ignore[assignment]  # what is called of it
    with environments.lend(Path("python3"), {}, runner) as first:
        _, second = ask(environments, {"setuptools"})
    assert first.folder != second.folder


def test_one_that_failed_is_not_used_again(environments: ReusedEnvironments) -> None:
    with pytest.raises(ConnectionError):
        ask(environments, {"setuptools"}, fails=True)
    assert ask(environments, {"setuptools"})[0] == ["venv", "setuptools"]


def test_a_failure_costs_the_others_nothing(environments: ReusedEnvironments) -> None:
    ask(environments, {"setuptools"})
    with pytest.raises(ConnectionError):
        ask(environments, {"hatchling"}, fails=True)
    assert ask(environments, {"setuptools"})[0] == []


def test_nothing_is_left_when_they_are_gone(tmp_path: Path) -> None:
    environments = ReusedEnvironments(
        BuildOptions(wheel_folder=tmp_path, log_folder=tmp_path, work_folder=tmp_path)
    )
    assert ask(environments, {"setuptools"})[1].folder.is_dir()
    del environments
    assert list(tmp_path.iterdir()) == []
