"""Which version of a project `resolve` takes, by rules that pip and uv share."""

from datetime import UTC, datetime

import pytest

from archpip.resolution import (
    HashesRequiredError,
    NoSolutionError,
    ProjectSelection,
    ResolveOptions,
)
from tests.unit.resolution.fake_world import FakeWorld, Solver, files


@pytest.mark.parametrize(
    ("available", "requirement", "options", "expected"),
    [
        (["1.0", "2.0a1"], "a", {}, "1.0"),
        (["1.0", "2.0a1"], "a>=2.0a0", {}, "2.0a1"),
        (["2.0a1", "2.0a2"], "a", {}, "2.0a2"),
        (["1.0", "2.0a1"], "a>1.0", {}, "2.0a1"),
        (["1.0", "2.0a1"], "a", {"first": ":all:"}, "2.0a1"),
        (["1.0", "2.0a1"], "a", {"first": "b"}, "1.0"),
        (["1.0", "1.0.post1", "1.0+local"], "a==1.0", {}, "1.0+local"),
    ],
)
def test_which_version(  # noqa: PLR0917  # a table's columns
    world: FakeWorld,
    solve: Solver,
    available: list[str],
    requirement: str,
    options: dict[str, str],
    expected: str,
) -> None:
    for version in available:
        world.add(f"a-{version}-py3-none-any.whl")
    releases = ProjectSelection()
    if "first" in options:
        releases = releases.choose_first(options["first"])

    found = solve(requirement, options=ResolveOptions(releases=releases))

    assert str(found.pins[0].version) == expected


def test_only_final_leaves_no_pre_release(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0a1-py3-none-any.whl")
    options = ResolveOptions(releases=ProjectSelection().choose_second("a"))

    with pytest.raises(NoSolutionError):
        solve("a", options=options)


def test_a_pre_release_stays_away_where_a_final_fits_by_tags_too(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-2.0a1-py3-none-any.whl")
    world.add("a-1.0-py3-none-win32.whl")

    assert files(solve("a")) == {"a": "a-2.0a1-py3-none-any.whl"}


def test_yanked_files_need_an_exact_pin(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", yanked="broken")
    world.add("a-1.0-py3-none-any.whl")

    assert files(solve("a"))["a"] == "a-1.0-py3-none-any.whl"
    assert files(solve("a==2.0"))["a"] == "a-2.0-py3-none-any.whl"
    with pytest.raises(NoSolutionError, match="it was yanked: broken"):
        solve("a>1")


def test_requires_python_of_page_and_of_metadata(world: FakeWorld, solve: Solver) -> None:
    world.add("a-3.0-py3-none-any.whl", page_requires_python=">=3.12")
    world.add("a-2.0-py3-none-any.whl", requires_python=">=3.12")
    world.add("a-1.0-py3-none-any.whl", page_requires_python=">=3.8", requires_python=">=3.8")

    found = solve("a")

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"
    assert found.pins[0].requires_python == ">=3.8"


def test_the_patch_version_counts_for_requires_python(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", page_requires_python=">=3.11.5")
    world.add("a-1.0-py3-none-any.whl", page_requires_python=">=3.11.4")

    assert files(solve("a"))["a"] == "a-1.0-py3-none-any.whl"


def test_files_that_are_too_new_do_not_exist(world: FakeWorld, solve: Solver) -> None:
    for version, day in (("1.0", 1), ("2.0", 3)):
        link = world.add(f"a-{version}-py3-none-any.whl")
        moment = datetime(2026, 1, day, tzinfo=UTC)
        world.replace(link, upload_time=moment)

    options = ResolveOptions(uploaded_before=datetime(2026, 1, 2, tzinfo=UTC))

    assert files(solve("a", options=options))["a"] == "a-1.0-py3-none-any.whl"


def test_what_is_too_new_is_not_told_of_while_there_is_more_to_tell(
    world: FakeWorld, solve: Solver
) -> None:
    for version, day, python in (("1.0", 1, ">=3.12"), ("2.0", 3, ">=3.13")):
        link = world.add(f"a-{version}-py3-none-any.whl", page_requires_python=python)
        world.replace(link, upload_time=datetime(2026, 1, day, tzinfo=UTC))

    options = ResolveOptions(uploaded_before=datetime(2026, 1, 2, tzinfo=UTC))

    with pytest.raises(NoSolutionError, match=r"a 1\.0: .*requires Python >=3\.12") as caught:
        solve("a", options=options)
    assert "a 2.0" not in caught.value.explanation
    with pytest.raises(NoSolutionError, match=r"a 2\.0: .*it was uploaded 2026-01-03"):
        solve("a>1", options=options)


def test_hashes_choose_the_file(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-cp311-cp311-macosx_11_0_arm64.whl", sha256="0" * 64)
    world.add("a-1.0-py3-none-any.whl", sha256="1" * 64)

    found = solve.with_hashes(("a==1.0", "1" * 64))

    assert files(found)["a"] == "a-1.0-py3-none-any.whl"


def test_a_wheel_without_a_promised_hash_is_held_to_that_of_its_bytes(
    world: FakeWorld, solve: Solver
) -> None:
    link = world.add("a-1.0-py3-none-any.whl")
    world.replace(link, hashes=())
    world.computed[link.filename] = "1" * 64

    with pytest.raises(NoSolutionError, match="its hash is not allowed"):
        solve.with_hashes(("a==1.0", "0" * 64))
    assert solve.with_hashes(("a==1.0", "1" * 64)).pins[0].sha256 == "1" * 64


def test_a_requirement_with_a_hash_asks_hashes_of_all(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", sha256="0" * 64, requires=["b"])
    world.add("b-1.0-py3-none-any.whl")

    with pytest.raises(HashesRequiredError, match=r"b==1\.0"):
        solve.with_hashes(("a==1.0", "0" * 64))
    with pytest.raises(HashesRequiredError, match=r"a \(command line\), b>1"):
        solve("a", "b>1", options=ResolveOptions(require_hashes=True))


def test_a_direct_wheel_beats_the_index(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", requires=["b"])
    direct = world.add("b-1.0-py3-none-any.whl")
    world.add("b-2.0-py3-none-any.whl")

    found = solve("a", f"b @ {direct.url}")

    assert files(found)["b"] == "b-1.0-py3-none-any.whl"
    assert found.pins[1].direct


def test_a_direct_wheel_for_another_machine_has_no_solution(
    world: FakeWorld, solve: Solver
) -> None:
    direct = world.add("b-1.0-cp311-cp311-win_amd64.whl")

    with pytest.raises(NoSolutionError, match="none of its tags fits"):
        solve(direct.url)


def test_a_direct_source_tells_its_name(world: FakeWorld, solve: Solver) -> None:
    link = world.add("b-1.0.tar.gz")
    world.add("a-1.0-py3-none-any.whl", requires=["b<1"])

    assert files(solve(link.url)) == {"b": "b-1.0.tar.gz"}
    with pytest.raises(NoSolutionError):
        solve("a", link.url)
