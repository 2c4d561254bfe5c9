"""The search among versions that exclude each other; easy cases stand in `test_solving.py`,
and what a late demand admits in `test_admitting.py`."""

from datetime import UTC, datetime

import pytest

from archpip.resolution import NoSolutionError, ResolutionReporter, ResolveOptions
from archpip.resolution.demands import Identifier
from archpip.resolution.priorities import Place, Priorities
from tests.unit.resolution.fake_world import FakeWorld, Solver, add_versions, make_target, pins


class Counting(ResolutionReporter):
    """Counts the conflicts."""

    def __init__(self) -> None:
        self.conflicts = 0

    def conflict_met(self, name: str) -> None:  # noqa: ARG002  # who it was about does not count
        self.conflicts += 1


def test_versions_that_exclude_each_other_in_step_are_not_tried_in_all_combinations(
    world: FakeWorld, solve: Solver
) -> None:
    """Four clients pin one core, and what one of them needs pins an old one."""
    for client in ("ca", "cb", "cc", "cd"):
        add_versions(world, client, 30, requires="core=={}")
    add_versions(world, "core", 30)
    world.add("old-1-py3-none-any.whl", requires=["between"])
    world.add("between-1-py3-none-any.whl", requires=["core==3"])
    counting = Counting()

    found = pins(solve, "ca", "cb", "cc", "cd", "old", reporter=counting)

    assert {found[name] for name in ("ca", "cb", "cc", "cd", "core")} == {"3"}
    assert counting.conflicts < 200


def test_no_solution_is_found_out_without_trying_all_combinations(
    world: FakeWorld, solve: Solver
) -> None:
    for client in ("ca", "cb", "cc", "cd"):
        add_versions(world, client, 30, requires="core=={}")
    add_versions(world, "core", 31)

    with pytest.raises(NoSolutionError):
        pins(solve, "core==31", "ca", "cb", "cc", "cd")


def test_that_nothing_satisfies_a_demand_shows_when_its_turn_comes(
    world: FakeWorld, solve: Solver
) -> None:
    """By then `lib` has pinned `core`, which is therefore decided before it the second time."""
    world.add("app-1-py3-none-any.whl", requires=["tool", "lib"])
    world.add("tool-2-py3-none-any.whl", requires=["data>=3"])
    world.add("tool-1-py3-none-any.whl", requires=["core"])
    world.add("lib-2-py3-none-any.whl", requires=["core==1"])
    world.add("lib-1-py3-none-any.whl")
    add_versions(world, "core", 2)
    add_versions(world, "data", 2)

    assert pins(solve, "app") == {"app": "1", "tool": "1", "lib": "1", "core": "2"}


def test_what_is_too_new_is_part_of_the_gap_beside_a_version(
    world: FakeWorld, solve: Solver
) -> None:
    """So all of `between` that there could be requires `core<6`, before it is decided anew."""
    world.add("core-5-py3-none-any.whl")
    world.add("core-6-py3-none-any.whl")
    world.add("first-2-py3-none-any.whl", requires=["between[x,y]<=2"])
    world.add("first-1-py3-none-any.whl")
    world.add("between-2-py3-none-any.whl", requires=["core<6; extra == 'x'"], extras=["x", "y"])
    late = world.add("between-1-py3-none-any.whl")
    world.add("last-1-py3-none-any.whl", requires=["first<=6; python_version < '4'"])
    moments = {late: datetime(2026, 1, 3, tzinfo=UTC)}
    for releases in [*world.projects.values()]:
        for (link,) in [*releases.values()]:
            world.replace(link, upload_time=moments.get(link, datetime(2026, 1, 1, tzinfo=UTC)))

    found = solve(
        "core",
        "first",
        "last",
        options=ResolveOptions(uploaded_before=datetime(2026, 1, 2, tzinfo=UTC)),
    )

    assert {pin.name: str(pin.version) for pin in found.pins} == {
        "core": "6",
        "first": "1",
        "last": "1",
    }


def test_a_pin_that_a_conflict_came_before_makes_nothing_urgent(
    world: FakeWorld, solve: Solver
) -> None:
    """`tool` 3 fails over `data`; that it pins `core` was never looked at, so `core` waits."""
    world.add("app-1-py3-none-any.whl", requires=["core", "data>=3"])
    world.add("other-1-py3-none-any.whl")
    world.add("tool-3-py3-none-any.whl", requires=["core==1", "data<3"])
    world.add("tool-2-py3-none-any.whl", requires=["core<9"])
    world.add("tool-1-py3-none-any.whl")
    add_versions(world, "core", 9)
    add_versions(world, "data", 3)

    found = pins(solve, "app", "other", "tool")

    assert found == {"app": "1", "other": "1", "tool": "2", "core": "8", "data": "3"}


def test_versions_that_require_the_same_are_given_up_together(
    world: FakeWorld, solve: Solver
) -> None:
    add_versions(world, "a", 40, requires="b<5")
    world.add("a-0.5-py3-none-any.whl")
    add_versions(world, "b", 9)

    assert pins(solve, "b", "a") == {"a": "40", "b": "4"}
    assert pins(solve, "b>5", "a") == {"a": "0.5", "b": "9"}


def test_who_is_rejected_once_does_not_bring_down_what_was_decided_before(
    world: FakeWorld, solve: Solver
) -> None:
    """A repair release pins its neighbour lower: the neighbour was asked for first."""
    add_versions(world, "neighbour", 9)
    add_versions(world, "model", 6)
    world.add("model-6.post1-py3-none-any.whl", requires=["neighbour<=8"])
    add_versions(world, "tool", 9, requires="model")

    assert pins(solve, "neighbour", "tool") == {"neighbour": "9", "model": "6", "tool": "9"}


def test_an_extra_that_conflicts_takes_its_project_to_another_version(
    world: FakeWorld, solve: Solver
) -> None:
    add_versions(world, "b", 3)
    for number in (1, 2, 3):
        world.add(
            f"a-{number}-py3-none-any.whl",
            requires=[f"b<={4 - number} ; extra == 'x'"],
            extras=["x"],
        )

    assert pins(solve, "b==3", "a[x]") == {"a": "1", "b": "3"}
    assert pins(solve, "b==3", "a") == {"a": "3", "b": "3"}


def test_what_only_a_version_that_gave_way_required_is_left_out(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-2-py3-none-any.whl", requires=["only-then", "b<2"])
    world.add("a-1-py3-none-any.whl")
    world.add("only_then-1-py3-none-any.whl", requires=["b<3"])
    add_versions(world, "b", 2)

    assert pins(solve, "b==2", "a") == {"a": "1", "b": "2"}


def test_a_constraint_may_say_where_a_project_is_taken_from(
    world: FakeWorld, solve: Solver
) -> None:
    link = world.add("b-1.5-py3-none-any.whl")
    world.remove("b-1.5-py3-none-any.whl")
    add_versions(world, "b", 2)
    add_versions(world, "a", 2, requires="b<{}")

    found = solve(
        "a", constraints=[f"b @ {link.url}", "unneeded @ https://files.example/unneeded-1.tar.gz"]
    )

    assert {pin.name: str(pin.version) for pin in found.pins} == {"a": "2", "b": "1.5"}


def test_a_project_is_looked_at_when_something_changed_and_not_in_each_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Identifier] = []
    original = Priorities.of

    def count(self: Priorities, identifier: Identifier) -> Place:
        asked.append(identifier)
        return original(self, identifier)

    monkeypatch.setattr(Priorities, "of", count)

    def solve(projects: int) -> int:
        world = FakeWorld()
        for number in range(projects):
            needed = range(3 * number + 1, min(3 * number + 4, projects))
            world.add(f"p{number}-1.0-py3-none-any.whl", requires=[f"p{each}" for each in needed])
        asked.clear()
        assert len(Solver(world, make_target())("p0").pins) == projects
        return len(asked)

    assert solve(160) <= 4.5 * solve(40)


@pytest.mark.parametrize(("wrong", "taken"), [(2, "2"), (7, "1")])
def test_who_often_requires_another_python_is_decided_early(
    world: FakeWorld, solve: Solver, wrong: int, taken: str
) -> None:
    """To uv each such version is a conflict, so that what was asked for before gives way."""
    world.add("a-2-py3-none-any.whl", requires=["c==1"])
    world.add("a-1-py3-none-any.whl")
    add_versions(world, "c", 2)
    world.add("m-1-py3-none-any.whl", requires=["c>=1"])
    for number in range(2, 2 + wrong):
        world.add(f"m-{number}-py3-none-any.whl", page_requires_python=">=3.13")

    assert pins(solve, "a", "m")["a"] == taken


def test_who_is_decided_anew_and_alike_is_no_reason_to_read_older_versions(
    world: FakeWorld, solve: Solver
) -> None:
    add_versions(world, "first", 9)
    world.add("second-1-py3-none-any.whl")
    for number in range(2, 6):  # each brings down what was decided before
        world.add(f"second-{number}-py3-none-any.whl", page_requires_python=">=3.13")

    assert pins(solve, "first", "second") == {"first": "9", "second": "1"}
    assert {asked for asked in world.asked if asked.startswith("first-")} == {
        "first-9-py3-none-any.whl"
    }


def test_the_extra_that_is_written_first_is_decided_first(world: FakeWorld, solve: Solver) -> None:
    world.add(
        "p-1-py3-none-any.whl", requires=["b ; extra == 'y'", "c ; extra == 'x'"], extras=["x", "y"]
    )
    world.add("b-1-py3-none-any.whl")
    world.add("b-2-py3-none-any.whl", requires=["c<2"])
    world.add("c-1-py3-none-any.whl")
    world.add("c-2-py3-none-any.whl", requires=["b<2"])

    assert pins(solve, "p[y,x]") == {"p": "1", "b": "2", "c": "1"}
    assert pins(solve, "p[x,y]") == {"p": "1", "b": "1", "c": "2"}


def test_who_asks_with_an_extra_is_held_to_the_version_that_others_want(
    world: FakeWorld, solve: Solver
) -> None:
    """uv gives up the later project: the conflict is about the requirement with extras."""
    world.add("a-4-py3-none-any.whl", requires=["b==1"])
    world.add("a-3-py3-none-any.whl", requires=["b[x,y]==2"])
    world.add("a-2-py3-none-any.whl")
    add_versions(world, "b", 6)
    world.remove("b-1-py3-none-any.whl")

    assert pins(solve, "a[x,y]<=5", "b") == {"a": "3", "b": "2"}


def test_a_condition_that_holds_counts_apart_from_none(world: FakeWorld, solve: Solver) -> None:
    """What is asked for under a condition is pinned later: who pins it meanwhile has its way."""
    world.add("early-6-py3-none-any.whl", requires=["shared ; python_version < '4'"])
    world.add("late-4-py3-none-any.whl", requires=["shared==3"])
    world.add("late-1-py3-none-any.whl")
    add_versions(world, "shared", 6)
    world.add("between-5-py3-none-any.whl", requires=["tool[x,y]"])
    world.add("tool-6-py3-none-any.whl", requires=["nowhere<=6"])
    world.add("tool-4-py3-none-any.whl")

    asked = ("early[x,y]<=6 ; python_version < '4'", "between[x]", "late ; python_version < '4'")

    assert pins(solve, *asked)["late"] == "4"


def test_a_project_without_versions_for_this_python_brings_down_who_needs_it(
    world: FakeWorld, solve: Solver
) -> None:
    """Nothing else than who needs it is decided anew: what was decided before stays before."""
    world.add("first-5-py3-none-any.whl")
    world.add("first-6-py3-none-any.whl", requires=["shared!=6 ; sys_platform == 'darwin'"])
    world.add("second-5-py3-none-any.whl", requires=["pinned==3 ; python_version >= '3'"])
    world.add("pinned-3-py3-none-any.whl", requires=["shared"])
    add_versions(world, "shared", 6)
    world.add("shared-7-py3-none-any.whl", requires=["elsewhere"])
    world.add("elsewhere-1-py3-none-any.whl", page_requires_python=">=3.13")

    found = pins(solve, "first", "second ; sys_platform == 'darwin'")

    assert (found["first"], found["shared"]) == ("6", "5")


def test_versions_for_another_python_leave_nothing_of_a_conflict_s_project(
    world: FakeWorld, solve: Solver
) -> None:
    # uv's answer to a random world, cut down to what it takes.
    world.add("p0-6.1-py3-none-any.whl", requires=["p7[x,y]==6.0"])
    world.add("p2-6.2-py3-none-any.whl", requires=["p0"])
    world.add("p3-2.0-py3-none-any.whl")
    world.add("p3-6.1-py3-none-any.whl")
    world.add(
        "p5-1.0-py3-none-any.whl", requires=["p8[y] ; python_version >= '3.8'"], extras=["x", "y"]
    )
    world.add("p5-1.2-py3-none-any.whl", requires=["p8==1.0"], extras=["x", "y"])
    world.add("p5-3.0-py3-none-any.whl", extras=["x", "y"], page_requires_python=">=3.13")
    world.add("p5-3.1-py3-none-any.whl", extras=["x", "y"], page_requires_python=">=3.13")
    world.add("p5-5.0-py3-none-any.whl", extras=["x", "y"], page_requires_python=">=3.13")
    world.add("p5-6.1-py3-none-any.whl", extras=["x", "y"], page_requires_python=">=3.13")
    world.add("p6-2.0-py3-none-any.whl", requires=["p13[y]"])
    world.add("p7-6.0-py3-none-any.whl", extras=["x", "y"])
    world.add("p7-6.1-py3-none-any.whl", requires=["p3==6.1", "p8"], extras=["x", "y"])
    world.add("p8-1.0-py3-none-any.whl", extras=["x", "y"])
    world.add("p8-2.1-py3-none-any.whl", requires=["p3==2.0 ; extra == 'y'"], extras=["x", "y"])
    world.add("p9-1.2-py3-none-any.whl")
    world.add("p9-2.0-py3-none-any.whl", requires=["p8[x,y]", "p5"])
    world.add(
        "p10-6.1-py3-none-any.whl", requires=["p7[x,y]>=3.0", "p11[x,y]>=2.1"], extras=["x", "y"]
    )
    world.add("p11-2.1-py3-none-any.whl", extras=["x", "y"])
    world.add(
        "p11-5.0-py3-none-any.whl",
        requires=["p10[x,y] ; python_version < '4'", "p5[x]>=3.0", "p8 ; extra == 'x'"],
        extras=["x", "y"],
    )
    world.add(
        "p12-4.0-py3-none-any.whl", requires=["p7!=5.2 ; extra == 'x'", "p9"], extras=["x", "y"]
    )
    world.add(
        "p13-2.1-py3-none-any.whl",
        requires=["p2", "p12[x]==4.0 ; python_version < '4'"],
        extras=["x", "y"],
    )

    assert pins(solve, "p11<5.2 ; python_version < '4'", "p6[x,y]<=2.0") == {
        "p0": "6.1",
        "p11": "2.1",
        "p12": "4.0",
        "p13": "2.1",
        "p2": "6.2",
        "p5": "1.2",
        "p6": "2.0",
        "p7": "6.0",
        "p8": "1.0",
        "p9": "2.0",
    }
