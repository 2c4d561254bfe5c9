"""What the search may take once somebody admits it: pre-releases, and files that were yanked."""

import pytest

from archpip.resolution import NoSolutionError
from tests.unit.resolution.fake_world import FakeWorld, Solver, add_versions, pins


@pytest.mark.parametrize("asked", ["admitted>=3.0b1", "admitted==3.0b1"])
def test_who_is_asked_late_may_admit_a_pre_release(
    world: FakeWorld, solve: Solver, asked: str
) -> None:
    for version in ("2.0", "3.0b1"):
        world.add(f"admitted-{version}-py3-none-any.whl")
    world.add("user-1-py3-none-any.whl", requires=["between"])
    world.add("between-1-py3-none-any.whl", requires=[asked])

    assert pins(solve, "admitted", "user")["admitted"] == "3.0b1"


def test_who_is_asked_late_may_admit_a_yanked_file(world: FakeWorld, solve: Solver) -> None:
    world.add("admitted-2.0-py3-none-any.whl")
    world.add("admitted-1.0-py3-none-any.whl", yanked="broken")
    world.add("user-1-py3-none-any.whl", requires=["between"])
    world.add("between-1-py3-none-any.whl", requires=["admitted==1.0"])

    assert pins(solve, "admitted", "user")["admitted"] == "1.0"


def test_who_has_not_been_asked_may_admit_a_pre_release(world: FakeWorld, solve: Solver) -> None:
    world.add("admitted-2.0-py3-none-any.whl", requires=["base>2"])
    world.add("admitted-3.0b1-py3-none-any.whl")
    add_versions(world, "base", 3)
    world.add("old-1-py3-none-any.whl", requires=["base<2"])
    world.add("user-1-py3-none-any.whl", requires=["admitted>=2.0b1"])

    assert pins(solve, "admitted", "old", "user")["admitted"] == "3.0b1"


def test_what_nobody_admits_has_no_solution(world: FakeWorld, solve: Solver) -> None:
    for version in ("2.0", "3.0b1"):
        world.add(f"admitted-{version}-py3-none-any.whl")
    world.add("user-1-py3-none-any.whl", requires=["admitted!=2.0,>2"])
    add_versions(world, "other", 2, requires="admitted=={}")

    with pytest.raises(NoSolutionError):
        pins(solve, "admitted<3.dev0", "user", "other")


def test_what_others_name_of_pre_releases_takes_none_while_there_are_finals(
    world: FakeWorld, solve: Solver
) -> None:
    for version in ("2.0", "3.0rc1"):
        world.add(f"admitted-{version}-py3-none-any.whl")
    world.add("user-1-py3-none-any.whl", requires=["admitted<4.dev0"])

    assert pins(solve, "user")["admitted"] == "2.0"
    assert pins(solve, "user", "admitted>1.dev0")["admitted"] == "3.0rc1"


def test_a_pre_release_is_taken_where_no_final_release_goes_with_the_rest(
    world: FakeWorld, solve: Solver
) -> None:
    add_versions(world, "b", 2)
    world.add("a-1-py3-none-any.whl", requires=["b>1"])
    world.add("a-2rc1-py3-none-any.whl")

    assert pins(solve, "a", "b==1") == {"a": "2rc1", "b": "1"}
