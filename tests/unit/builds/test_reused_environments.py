"""Questions for metadata share an environment for as long as they want the same installed."""

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


def test_others_find_an_environment_of_their_own(environments: ReusedEnvironments) -> None:
    ask(environments, {"setuptools"}, set())
    assert ask(environments, {"hatchling"}, set())[0] == ["venv", "hatchling"]
    assert ask(environments, set(), set())[0] == ["venv"]


def test_what_a_backend_added_is_nobody_elses(environments: ReusedEnvironments) -> None:
    said, _ = ask(environments, {"setuptools"}, {"cython"})
    assert said == ["venv", "setuptools", "cython"]
    assert ask(environments, {"setuptools"}, set())[0] == ["venv", "setuptools"]


def test_two_at_once_have_two(environments: ReusedEnvironments) -> None:
    runner: CommandRunner = RecordingRunner()  # type: ignore[assignment]  # what is called of it
    with environments.lend(Path("python3"), {}, runner) as first:
        _, second = ask(environments, {"setuptools"})
    assert first.folder != second.folder


def test_one_that_failed_is_not_used_again(environments: ReusedEnvironments) -> None:
    with pytest.raises(ConnectionError):
        ask(environments, {"setuptools"}, fails=True)
    assert ask(environments, {"setuptools"})[0] == ["venv", "setuptools"]


def test_nothing_is_left_when_they_are_gone(tmp_path: Path) -> None:
    environments = ReusedEnvironments(
        BuildOptions(wheel_folder=tmp_path, log_folder=tmp_path, work_folder=tmp_path)
    )
    assert ask(environments, {"setuptools"})[1].folder.is_dir()
    del environments
    assert list(tmp_path.iterdir()) == []
