"""Why there is no solution: what is said of versions alike, and what would open a way."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from archpip.resolution import NoSolutionError, ResolveOptions
from tests.unit.resolution.fake_world import FakeWorld, Solver, add_versions


def explain(
    solve: Solver,
    *asked: str,
    options: ResolveOptions | None = None,
    constraints: Sequence[str] = (),
) -> NoSolutionError:
    with pytest.raises(NoSolutionError) as caught:
        solve(*asked, options=options, constraints=constraints)
    return caught.value


def test_versions_alike_share_a_line(world: FakeWorld, solve: Solver) -> None:
    for version in range(1, 12):
        world.add(f"a-{version}-py3-none-any.whl", page_requires_python=">=3.14")

    error = explain(solve, "a>1")

    assert error.explanation.splitlines() == [
        "you asked for a>1",
        "  a 11, 10, 9, 8, 7, 6 and 4 more: not considered: it requires Python >=3.14",
    ]
    assert error.hint == "a 11 takes Python >=3.14: try --python-version 3.14."


def test_the_moment_that_would_do_is_said(world: FakeWorld, solve: Solver) -> None:
    for day in (3, 4):
        link = world.add(f"a-{day}-py3-none-any.whl")
        world.replace(link, upload_time=datetime(2026, 1, day, 10, 0, 0, 5, tzinfo=UTC))

    error = explain(
        solve, "a", options=ResolveOptions(uploaded_before=datetime(2026, 1, 2, tzinfo=UTC))
    )

    assert "  a 4, 3: not considered: uploaded from 2026-01-03T10:00:00Z on" in str(error)
    assert error.hint == "--exclude-newer 2026-01-03T10:00:01Z would allow a 3."


def test_a_yanked_version_is_named(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", yanked="broken")

    assert (explain(solve, "a").hint or "").endswith("a==1.0.")


def test_the_lowest_floor_that_would_do_is_said(world: FakeWorld, solve: Solver) -> None:
    for version, floor in (("3", "26_0"), ("2", "14_2"), ("1", "15_0")):
        world.add(f"a-{version}-cp311-cp311-macosx_{floor}_arm64.whl")
    world.add("a-4-cp399-cp399-macosx_14_0_arm64.whl")
    world.add("a-5-cp311-cp311-manylinux_2_14_x86_64.whl")

    assert explain(solve, "a").hint == (
        "Where all machines have macOS 14.2 or newer, say --macos 14.2."
    )


def test_a_floor_is_no_matter_where_a_file_fits(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2-cp311-cp311-macosx_26_0_arm64.whl")
    world.add("a-1-cp311-cp311-macosx_13_0_arm64.whl", requires=["b<1"])
    world.add("b-1-py3-none-any.whl")

    assert "--macos" not in (explain(solve, "a", "b").hint or "")


def test_versions_that_each_ask_for_something_else_are_counted(
    world: FakeWorld, solve: Solver
) -> None:
    add_versions(world, "a", 9, requires="b=={}0")
    add_versions(world, "b", 99)

    error = explain(solve, "a", constraints=["b<10"])

    assert error.explanation.splitlines() == [
        "you asked for a",
        "a 9 requires b==90",
        "a 8 requires b==80",
        "a 7 requires b==70",
        "6 more versions of a, from 1 to 6, require b in other versions",
        "a constraint says b<10",
        "  no version satisfies all of them: b has 99 versions, from 1 to 99",
    ]


def test_final_versions_are_spoken_of_before_alphas(world: FakeWorld, solve: Solver) -> None:
    for number in range(1, 7):
        world.add(f"a-{number}-py3-none-any.whl", requires=[f"b=={number}0"])
        world.add(f"a-{number}.5a1-py3-none-any.whl", requires=[f"b=={number}5"])
    add_versions(world, "b", 9)

    lines = explain(solve, "a>=1").explanation.splitlines()

    assert lines[1:3] == ["a 6 requires b==60", "a 5 requires b==50"]


def test_what_the_user_asks_for_is_told_in_place_of_what_was_tried(
    world: FakeWorld, solve: Solver
) -> None:
    """notebook 7 and jupyterlab 2 require each other, and no versions of both go together."""
    world.add("lab-2-py3-none-any.whl", requires=["book>=4"])
    world.add("book-8-py3-none-any.whl", requires=["lab>=4"])
    world.add("book-7-py3-none-any.whl", requires=["lab>=3"])

    lines = explain(solve, "lab<3", "book>=7").explanation.splitlines()

    assert lines == [
        "you asked for lab<3",
        "you asked for book>=7",
        "book 8 requires lab>=4",
        "book 7 requires lab>=3",
        "  no version satisfies all of them: lab has 2",
    ]


def test_of_what_came_too_late_nothing_else_is_said(world: FakeWorld, solve: Solver) -> None:
    for filename in ("a-1-cp311-cp311-win_amd64.whl", "a-1.tar.gz"):
        link = world.add(filename)
        world.replace(link, upload_time=datetime(2026, 1, 3, tzinfo=UTC))

    error = explain(
        solve, "a", options=ResolveOptions(uploaded_before=datetime(2026, 1, 2, tzinfo=UTC))
    )

    assert error.explanation.splitlines() == [
        "you asked for a",
        "  a 1: a-1.tar.gz is not considered: it was uploaded 2026-01-03T00:00:00Z",
    ]


def test_a_yanked_file_that_fits_is_all_there_is_to_say(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1-py3-none-any.whl", yanked="broken")
    world.add("a-1-cp311-cp311-win_amd64.whl")

    assert explain(solve, "a").explanation.splitlines() == [
        "you asked for a",
        "  a 1: a-1-py3-none-any.whl is not considered: it was yanked: broken",
    ]
