from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from archpip.resolution import (
    NoSolutionError,
    RequestedRequirement,
    Resolution,
    ResolutionTooDeepError,
    hint_limits,
    parse_requirement,
)
from archpip.resolution.relaxations import find_relaxation
from tests.unit.resolution.fake_world import FakeWorld, Solver, make_target


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
    advice = "With any version of a in place of ==2.0 there is a solution, with a 1.0."

    assert hint_of(solve, "a==2.0", "b<2") == advice


@pytest.mark.usefixtures("torn")
def test_a_hint_that_takes_long_is_not_waited_for(
    solve: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hint_limits, "_SECONDS_FOR_A_HINT", 0.0)

    assert hint_of(solve, "a==2.0", "b<2") is None


def test_a_second_hint_is_worth_less_time(
    world: FakeWorld, solve: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("a-2.0-py3-none-any.whl", page_requires_python=">=3.12")
    world.add("a-1.0-py3-none-any.whl")
    option = "a 2.0 takes Python >=3.12: try --python-version 3.12."
    relaxation = "With any version of a in place of ==2.0 there is a solution, with a 1.0."
    assert hint_of(solve, "a==2.0") == f"{option} {relaxation}"

    monkeypatch.setattr(hint_limits, "_SECONDS_FOR_A_SECOND_HINT", 0.0)

    assert hint_of(solve, "a==2.0") == option


@pytest.mark.usefixtures("torn")
def test_a_constraint_is_named_as_one(solve: Solver) -> None:
    advice = "Without the constraint a>=2 there is a solution, with a 1.0."

    assert hint_of(solve, "a", "b", constraints=("a>=2",)) == advice


@pytest.mark.usefixtures("torn")
def test_what_is_in_the_way_beside_a_conflict_is_named(world: FakeWorld, solve: Solver) -> None:
    world.add("e-1.0-py3-none-any.whl")

    hint = hint_of(solve, "a==2.0", "b", "e>1")

    assert hint == (
        "No single bound is to blame: with any version of a in place of ==2.0 "
        "there is a conflict over e."
    )


@pytest.mark.usefixtures("torn")
def test_nothing_is_advised_where_a_project_s_own_bound_is_not_the_whole(
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

    assert advice == "With any version of a in place of ==2.0 there is a solution, with a 1.0."


def test_an_unknown_project_may_be_misspelt(solve: Solver) -> None:
    assert "Check the spelling" in (hint_of(solve, "unknown>9") or "")


@pytest.mark.usefixtures("torn")
def test_a_hint_is_worth_no_build(world: FakeWorld, solve: Solver) -> None:
    world.add("a-0.9.tar.gz", requires=["c"], static=False)

    assert hint_of(solve, "a==2.0", "b", constraints=("a!=1.0",)) is None
    assert "a-0.9.tar.gz" not in world.asked


@pytest.mark.usefixtures("torn")
def test_what_was_built_before_counts_for_a_hint(world: FakeWorld, solve: Solver) -> None:
    world.add("s-1.tar.gz", requires=["b"], static=False)
    advice = "With any version of a in place of ==2.0 there is a solution, with a 1.0."

    assert hint_of(solve, "s", "a==2.0") == advice
    assert world.asked.count("s-1.tar.gz") == 1


@pytest.mark.usefixtures("torn")
def test_an_sdist_that_says_all_itself_counts_for_a_hint(world: FakeWorld, solve: Solver) -> None:
    world.add("a-0.9.tar.gz", requires=["c"])

    advice = hint_of(solve, "a==2.0", "b", constraints=("a!=1.0",))

    assert advice == "With any version of a in place of ==2.0 there is a solution, with a 0.9."


@pytest.mark.usefixtures("torn")
def test_a_project_that_is_not_needed_then_has_no_version(world: FakeWorld, solve: Solver) -> None:
    world.add("d-2.0-py3-none-any.whl", requires=["a==2.0"])
    world.add("d-1.0-py3-none-any.whl")

    advice = hint_of(solve, "d", "b", constraints=("d>=2",))

    assert advice == "Without the constraint d>=2 there is a solution, with d 1.0."


class Solves:
    """Answers tries; each failure says which projects were in conflict."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.dropped: list[str] = []

    def __call__(
        self,
        requirements: Sequence[RequestedRequirement],
        constraints: Sequence[RequestedRequirement],
    ) -> Resolution:
        bounds = {r.name for r in (*requirements, *constraints) if r.specifier}
        self.dropped += sorted(set("abc") - {str(name) for name in bounds})
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer
        return Resolution(target=make_target(), pins=())


def conflict(*projects: str, is_proven: bool = True) -> NoSolutionError:
    names = frozenset(map(canonicalize_name, projects))
    return NoSolutionError(target="t", explanation="", projects=names, is_proven=is_proven)


@pytest.mark.parametrize(
    ("answers", "dropped"),
    [
        # c has no part in the first conflict: without it that stands.
        ([conflict("a", "b"), conflict("a", "b")], ["a", "b"]),
        # b has none in what is met without a.
        ([conflict("a", "c")], ["a"]),
        ([conflict("b", "c"), None], ["a", "b"]),
        # That nothing was built proves nothing.
        ([conflict("a", "d", is_proven=False), None], ["a", "b"]),
        ([ResolutionTooDeepError(target="t", rounds=1), None], ["a", "b"]),
    ],
)
def test_only_what_has_a_part_in_every_conflict_is_tried(
    answers: list[Exception | None], dropped: list[str]
) -> None:
    asked = [parse_requirement(f"{name}<1", base=Path()) for name in "abc"]
    solves = Solves(*answers)

    advice = find_relaxation(asked, [], conflict=conflict("a", "b"), solves=solves)

    assert solves.dropped == dropped
    assert (advice is None) == (None not in answers)
