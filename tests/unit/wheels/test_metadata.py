"""METADATA and WHEEL are found by the wheel's own name, and nothing else passes for them."""

import pytest

from archpip.wheels import InvalidWheelError, Problem, ProblemKind, read_metadata
from archpip.wheels.metadata import find_metadata_problems
from tests.unit.wheels.fakes import FakeWheelSource

INFO = "demo-1.0.dist-info"


def source(
    *folders: str, filename: str = "demo-1.0-py3-none-any.whl", wheel: bytes = b""
) -> FakeWheelSource:
    contents = {f"{folder}/METADATA": f"Name: {folder}\n".encode() for folder in folders}
    contents |= {f"{folder}/WHEEL": wheel for folder in folders}
    return FakeWheelSource(contents=contents, filename=filename)


@pytest.mark.parametrize(
    ("folder", "filename"),
    [
        ("demo-1.0.dist-info", "demo-1.0-py3-none-any.whl"),
        ("Demo-1.0.dist-info", "demo-1.0-py3-none-any.whl"),
        ("ruamel.yaml-0.18.dist-info", "ruamel_yaml-0.18-py3-none-any.whl"),
        ("demo-1.0.post0.dist-info", "demo-1.0-0-py3-none-any.whl"),
    ],
)
def test_the_folder_of_the_same_project_is_read(folder: str, filename: str) -> None:
    wheel = source(folder, filename=filename)

    assert read_metadata(wheel) == f"Name: {folder}\n".encode()
    assert find_metadata_problems(wheel) == ()


@pytest.mark.parametrize("folders", [(), ("other-1.0.dist-info",), ("demo_more-1.0.dist-info",)])
def test_a_wheel_without_its_own_folder_has_no_metadata(folders: tuple[str, ...]) -> None:
    wheel = source(*folders)

    with pytest.raises(InvalidWheelError, match="it has no METADATA file"):
        read_metadata(wheel)
    found = ", ".join(folders) or "none"
    assert find_metadata_problems(wheel) == (
        Problem(
            kind=ProblemKind.NO_DIST_INFO,
            member=None,
            detail=f"no dist-info folder of the file name's project; found: {found}",
        ),
    )


def test_several_folders_are_a_problem_and_the_fitting_one_is_read() -> None:
    wheel = source("other-2.dist-info", INFO)

    assert read_metadata(wheel) == b"Name: demo-1.0.dist-info\n"
    assert [p.kind for p in find_metadata_problems(wheel)] == [ProblemKind.AMBIGUOUS_METADATA]


def test_a_folder_without_metadata_is_a_problem() -> None:
    wheel = FakeWheelSource(contents={f"{INFO}/WHEEL": b""}, filename=source(INFO).filename)

    (problem,) = find_metadata_problems(wheel)
    assert (problem.kind, problem.detail) == (ProblemKind.NO_DIST_INFO, "it has no METADATA file")


def test_a_folder_further_down_is_none() -> None:
    wheel = source(f"demo/_vendor/{INFO}")

    assert [p.kind for p in find_metadata_problems(wheel)] == [ProblemKind.NO_DIST_INFO]


def test_metadata_of_absurd_size_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archpip.wheels.metadata.MAX_METADATA_BYTES", 3)

    with pytest.raises(InvalidWheelError, match="its METADATA has 25 bytes, more than 3"):
        read_metadata(source(INFO))
