import pytest

from archpip.resolution import NoSolutionError
from tests.unit.resolution.fake_world import FakeWorld, Solver


def hint_of(solve: Solver, *texts: str, constraints: tuple[str, ...] = ()) -> str | None:
    with pytest.raises(NoSolutionError) as caught:
        solve(*texts, constraints=constraints)
    return caught.value.hint


@pytest.fixture
def torn(world: FakeWorld) -> None:
    """a 2.0 needs a new c, every b an old one."""
    world.add("a-2.0-py3-none-any.whl", requires=["c>=2"])
    world.add("a-1.0-py3-none-any.whl", requires=["c"])
    world.add("b-1.0-py3-none-any.whl", requires=["c<2"])
    world.add("c-2.0-py3-none-any.whl")
    world.add("c-1.0-py3-none-any.whl")


@pytest.mark.usefixtures("torn")
def test_the_bound_whose_loss_gives_a_solution_is_named(solve: Solver) -> None:
    advice = "With any version of a in place of ==2.0 there is a solution."

    assert hint_of(solve, "a==2.0", "b<2") == advice


@pytest.mark.usefixtures("torn")
def test_a_constraint_is_named_as_one(solve: Solver) -> None:
    advice = "Without the constraint a>=2 there is a solution."

    assert hint_of(solve, "a", "b", constraints=("a>=2",)) == advice


@pytest.mark.usefixtures("torn")
def test_nothing_is_advised_where_no_single_bound_is_to_blame(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("d-1.0-py3-none-any.whl", requires=["c>=3"])
    assert hint_of(solve, "a==2.0", "b", "c<2", "d==1.0") is None


@pytest.mark.usefixtures("torn")
def test_bounds_of_the_projects_in_conflict_are_tried_first(
    world: FakeWorld, solve: Solver
) -> None:
    others = [f"d{number}" for number in range(10)]
    for name in others:
        world.add(f"{name}-1.0-py3-none-any.whl")

    advice = hint_of(solve, *(f"{name}>=1" for name in others), "a==2.0", "b")

    assert advice == "With any version of a in place of ==2.0 there is a solution."


def test_an_unknown_project_may_be_misspelt(solve: Solver) -> None:
    assert "Check the spelling" in (hint_of(solve, "unknown>9") or "")


@pytest.mark.usefixtures("torn")
def test_a_hint_is_worth_no_build(world: FakeWorld, solve: Solver) -> None:
    world.add("a-0.9.tar.gz", requires=["c"])

    assert hint_of(solve, "a==2.0", "b", constraints=("a!=1.0",)) is None
    assert "a-0.9.tar.gz" not in world.asked


@pytest.mark.usefixtures("torn")
def test_what_was_built_before_counts_for_a_hint(world: FakeWorld, solve: Solver) -> None:
    world.add("s-1.tar.gz", requires=["b"])
    advice = "With any version of a in place of ==2.0 there is a solution."

    assert hint_of(solve, "s", "a==2.0") == advice
    assert world.asked.count("s-1.tar.gz") == 1
