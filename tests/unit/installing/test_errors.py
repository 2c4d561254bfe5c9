"""The sentences."""

from pathlib import Path

import pytest

from archpip.installing import (
    FolderOccupiedError,
    ForeignEnvironmentError,
    InstallFailedError,
    WrongArchitectureError,
)
from archpip.verdicts import Finding, Status, Verdict


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            "Looking in links\nERROR: first\nERROR: second\n\n[notice] update",
            "ERROR: second",
        ),
        ("error: uv's reason\n  more\n", "error: uv's reason"),
        ("something\nlast words\n", "last words"),
        ("", "it said nothing"),
    ],
)
def test_the_installers_last_error_is_passed_on(output: str, said: str) -> None:
    error = InstallFailedError(command="pip install", exit_status=1, output=output)
    assert str(error) == f"pip install ended with status 1: {said}"


def test_wrong_architecture_says_its_first_finding() -> None:
    finding = Finding(
        code="AP101", severity=Status.WRONG, member="a.so", slice=None, message="It is x86_64."
    )
    verdict = Verdict(target="macos-arm64", findings=(finding,))
    error = WrongArchitectureError(filename="a.whl", verdict=verdict)
    assert str(error) == "a.whl is wrong for macos-arm64: It is x86_64."


def test_foreign_environment() -> None:
    error = ForeignEnvironmentError(
        target="macos-arm64",
        environment=Path("env"),
        differences=("system macos, not linux", "Python 3.10, not 3.11"),
    )
    assert str(error) == (
        "What was chosen for macos-arm64 does not run in env: "
        "system macos, not linux; Python 3.10, not 3.11"
    )


def test_long_lists_are_cut() -> None:
    error = FolderOccupiedError(folder=Path("out"), occupied=tuple("abcdefg"))
    assert str(error) == "out already holds a, b, c, d, e and 2 more, which would be overwritten"
