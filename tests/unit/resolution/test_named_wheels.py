import pytest

from archpip.index import ProjectNotFoundError
from archpip.resolution import InvalidRequirementError, WheelNotFoundError, find_wheels
from archpip.targets import Target
from tests.unit.resolution.fake_world import FakeWorld

ARM = "a-1.0-cp311-cp311-macosx_11_0_arm64.whl"
FAT = "a-1.0-cp311-cp311-macosx_11_0_universal2.whl"
WINDOWS = "a-1.0-cp311-cp311-win_amd64.whl"


@pytest.fixture(autouse=True)
def _files(world: FakeWorld) -> None:
    for filename in (FAT, WINDOWS, ARM, "a-1.0.tar.gz", "b-2.0.tar.gz"):
        world.add(filename)
    world.add("c-1.0-cp311-cp311-win_amd64.whl")


def names(subject: str, world: FakeWorld, target: Target) -> list[str]:
    return [link.filename for link in find_wheels(subject, world=world, target=target)]


def test_a_file_name_means_that_file(world: FakeWorld, target: Target) -> None:
    assert names(WINDOWS, world, target) == [WINDOWS]


@pytest.mark.parametrize("subject", ["a", "A==1.0", "a>=1"])
def test_a_requirement_means_what_fits_the_target(
    subject: str, world: FakeWorld, target: Target
) -> None:
    assert names(subject, world, target) == [ARM, FAT]


def test_without_a_target_all_wheels_are_meant(world: FakeWorld) -> None:
    found = find_wheels("a", world=world, target=None)

    assert {link.filename for link in found} == {ARM, FAT, WINDOWS}


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("a-1.0-cp312-cp312-win_amd64.whl", "version 1.0 has no such file"),
        ("a-1.0.whl", "not a wheel's file name"),
        ("a>1", "no such version; the newest is 1.0"),
        ("b", "version 2.0 has sdists only"),
        ("c", "none fits macos-arm64; its wheels for this Python are for win_amd64"),
    ],
)
def test_why_there_is_none(subject: str, reason: str, world: FakeWorld, target: Target) -> None:
    with pytest.raises(WheelNotFoundError, match=reason):
        find_wheels(subject, world=world, target=target)


@pytest.mark.parametrize(("subject", "count"), [("b", 1), ("c", 0)])
def test_whether_there_is_a_source_is_told(
    subject: str, count: int, world: FakeWorld, target: Target
) -> None:
    with pytest.raises(WheelNotFoundError) as caught:
        find_wheels(subject, world=world, target=target)

    assert int(caught.value.has_source) == count


def test_near_names_are_a_hint(world: FakeWorld, target: Target) -> None:
    with pytest.raises(WheelNotFoundError) as caught:
        find_wheels("a-1.0-cp312-cp312-win_amd64.whl", world=world, target=target)

    assert WINDOWS in (caught.value.hint or "")


def test_unknown_projects_and_other_texts(world: FakeWorld, target: Target) -> None:
    with pytest.raises(ProjectNotFoundError):
        find_wheels("zz", world=world, target=target)
    with pytest.raises(InvalidRequirementError, match="names no project"):
        find_wheels(".", world=world, target=target)
