"""What is advised where nothing of a project can be taken."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from archpip.resolution import NoSolutionError, ProjectSelection, ResolveOptions
from archpip.verdicts import Policy, parse_override
from tests.unit.resolution.fake_world import FakeWorld, Solver

Condemn = Callable[..., None]

_ELSEWHERE = 'Where it is needed on other machines only, ask for "a; {}".'


def hint_of(solve: Solver, *texts: str, options: ResolveOptions | None = None) -> str:
    with pytest.raises(NoSolutionError) as caught:
        solve(*texts, options=options or ResolveOptions())
    return caught.value.hint or ""


def test_a_patch_of_the_target_s_python_is_nearer_than_another(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-1.0-py3-none-any.whl", requires_python=">=3.11.20")

    assert hint_of(solve, "a") == "a 1.0 takes Python >=3.11.20: try --python-version 3.11.20."


def test_the_nearest_python_that_a_version_takes(world: FakeWorld, solve: Solver) -> None:
    world.add("a-2.0-py3-none-any.whl", page_requires_python=">=3.14")
    world.add("a-1.0-py3-none-any.whl", requires_python=">=3.12.1")  # METADATA alone says so

    assert hint_of(solve, "a") == "a 1.0 takes Python >=3.12.1: try --python-version 3.13."


def test_the_python_of_what_is_named_by_its_place(world: FakeWorld, solve: Solver) -> None:
    link = world.add("a-1.0-py3-none-any.whl", requires_python=">=3.12")

    assert "a takes Python >=3.12: try" in hint_of(solve, f"a @ {link.url}")


def test_the_moment_from_which_on_there_is_something(world: FakeWorld, solve: Solver) -> None:
    for version, day in (("2.0", 9), ("1.0", 5)):
        link = world.add(f"a-{version}-py3-none-any.whl")
        world.replace(link, upload_time=datetime(2026, 1, day, 3, 4, 5, 600, tzinfo=UTC))
    options = ResolveOptions(uploaded_before=datetime(2026, 1, 1, tzinfo=UTC))

    assert hint_of(solve, "a", options=options) == (
        "--exclude-newer 2026-01-05T03:04:06Z would allow a 1.0."
    )


def test_no_moment_allows_what_is_left_out_for_another_reason(
    world: FakeWorld, solve: Solver
) -> None:
    for version, day in (("1.0", 9), ("1.0rc1", 5)):
        link = world.add(f"a-{version}-py3-none-any.whl")
        world.replace(link, upload_time=datetime(2026, 1, day, tzinfo=UTC))
    options = ResolveOptions(
        uploaded_before=datetime(2026, 1, 1, tzinfo=UTC),
        releases=ProjectSelection().choose_second(":all:"),
    )

    assert hint_of(solve, "a", options=options) == (
        "--exclude-newer 2026-01-09T00:00:01Z would allow a 1.0."
    )


def test_a_floor_does_not_help_against_a_moment(world: FakeWorld, solve: Solver) -> None:
    link = world.add("a-2.0-cp311-cp311-macosx_15_0_arm64.whl")
    world.replace(link, upload_time=datetime(2026, 1, 9, tzinfo=UTC))
    link = world.add("a-1.0-cp310-cp310-macosx_11_0_arm64.whl")
    world.replace(link, upload_time=datetime(2025, 1, 9, tzinfo=UTC))
    options = ResolveOptions(uploaded_before=datetime(2026, 1, 1, tzinfo=UTC))

    assert hint_of(solve, "a", options=options) == (
        "a 1.0 has a wheel for this system and Python 3.10 (--python-version)."
    )


def test_an_index_without_upload_times_is_asked_no_date(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl")
    options = ResolveOptions(uploaded_before=datetime(2026, 1, 1, tzinfo=UTC))

    assert "gives no upload times" in hint_of(solve, "a", options=options)


def test_the_yanked_version_is_named(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", yanked="broken")

    assert hint_of(solve, "a").endswith("where it is pinned: a==1.0.")


@pytest.mark.parametrize(
    ("wheel", "hint"),
    [
        (
            "a-1.0-cp310-cp310-macosx_11_0_arm64.whl",
            "a 1.0 has a wheel for this system and Python 3.10 (--python-version).",
        ),
        (
            "a-1.0-cp311-cp311-macosx_15_0_arm64.whl",
            "Where all machines have macOS 15.0 or newer, say --macos 15.0.",
        ),
        (
            "a-1.0-cp311-cp311-win_amd64.whl",
            "Where it is needed on other systems only, ask for \"a; sys_platform == 'win32'\".",
        ),
        (
            "a-1.0-cp311-cp311-macosx_11_0_x86_64.whl",
            _ELSEWHERE.format("sys_platform == 'darwin' and platform_machine == 'x86_64'"),
        ),
        (
            "a-1.0-cp311-cp311-macosx_11_0_x86_64.win_amd64.whl",
            _ELSEWHERE.format("sys_platform != 'darwin' or platform_machine == 'x86_64'"),
        ),
        ("a-1.0-cp310-cp310-macosx_11_0_x86_64.whl", ""),
    ],
)
def test_what_wheels_are_made_for(world: FakeWorld, solve: Solver, wheel: str, hint: str) -> None:
    world.add(wheel)

    assert hint_of(solve, "a") == hint


def test_files_are_not_to_blame_where_one_would_do(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", requires=["b<2"])
    world.add("a-1.0-cp310-cp310-macosx_11_0_arm64.whl")
    world.add("b-2.0-py3-none-any.whl", requires=["c"])
    world.add("b-2.0-cp310-cp310-macosx_11_0_arm64.whl")

    assert not hint_of(solve, "a", "b")


def test_pre_releases_of_one_project_may_be_allowed(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0rc1-py3-none-any.whl")
    options = ResolveOptions(releases=ProjectSelection().choose_second("a"))

    with pytest.raises(NoSolutionError, match=r"a 1\.0rc1: it is a pre-release") as caught:
        solve("a", options=options)
    assert "--all-releases a" in (caught.value.hint or "")


def test_hashes_are_told_that_the_index_has(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl", sha256="1" * 64)

    with pytest.raises(NoSolutionError, match=f"sha256:{'1' * 64} is not among") as caught:
        solve.with_hashes(("a==1.0", "2" * 64))
    assert "Compare the --hash" in (caught.value.hint or "")


def test_a_version_without_a_file_that_could_be_installed(world: FakeWorld, solve: Solver) -> None:
    link = world.add("a-1.0-py3-none-any.whl")
    world.replace(link, filename="a-1.0-py3.11.egg")

    with pytest.raises(NoSolutionError, match=r"a 1\.0: it has neither a wheel nor an sdist"):
        solve("a")


def test_a_project_for_other_systems_is_done_without_before_it_is_built(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-1.0-cp311-cp311-win_amd64.whl")
    world.add("a-1.0.tar.gz")
    options = ResolveOptions(formats=ProjectSelection().choose_first(":all:"))

    assert hint_of(solve, "a", options=options) == (
        "Where it is needed on other systems only, ask for \"a; sys_platform == 'win32'\". "
        "Without --only-binary for a, its sdist can be taken."
    )


def test_a_project_for_other_machines_is_built_before_it_is_done_without(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("a-1.0-cp311-cp311-macosx_11_0_x86_64.whl")
    world.add("a-1.0.tar.gz")
    options = ResolveOptions(formats=ProjectSelection().choose_first(":all:"))

    hint = hint_of(solve, "a", options=options)

    assert hint.startswith("Without --only-binary for a, its sdist can be taken. ")
    assert "platform_machine == 'x86_64'" in hint


def test_what_another_project_requires_is_left_out_by_an_override(
    world: FakeWorld, solve: Solver
) -> None:
    world.add("top-1.0-py3-none-any.whl", requires=["a==1.0"])
    world.add("a-1.0-cp311-cp311-win_amd64.whl")

    assert hint_of(solve, "top") == (
        "--overrides with a file that says \"a==1.0; sys_platform == 'win32'\" "
        "leaves it out for this target."
    )


def test_a_bound_is_kept_where_a_marker_is_added(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-cp311-cp311-win_amd64.whl")

    assert "\"a<2; sys_platform == 'win32'\"" in hint_of(solve, "a<2")


@pytest.mark.parametrize("wheel", ["a-1.0-py3-none-any.whl", "a-1.0-cp310-cp310-any.whl"])
def test_no_python_is_named_that_the_user_s_own_project_excludes(
    world: FakeWorld, solve: Solver, wheel: str
) -> None:
    world.add(wheel, requires_python="<3.11" if "py3" in wheel else None)

    assert "3.10" in hint_of(solve, "a")
    assert hint_of(solve, "a", options=ResolveOptions(pythons=(">=3.11",))) == ""


_OVERRIDE = "If you know it to work all the same, --override 'a==1.0: REASON' takes it."


def test_a_wheel_that_is_refused_may_be_taken_by_an_override(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    for version in ("1.0", "0.9"):
        condemn(world.add(f"a-{version}-py3-none-any.whl"))

    assert hint_of(solve, "a") == _OVERRIDE


def test_what_an_override_refuses_is_left_to_it(world: FakeWorld, solve: Solver) -> None:
    world.add("a-1.0-py3-none-any.whl")
    denied = Policy(overrides=(parse_override("deny a: it is not ours"),))

    with pytest.raises(NoSolutionError) as caught:
        solve("a", policy=denied)
    assert caught.value.hint is None


def test_no_moment_allows_what_would_be_refused_then(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    old = world.add("a-1.0-cp311-cp311-macosx_11_0_arm64.whl")
    world.replace(old, upload_time=datetime(2025, 1, 1, tzinfo=UTC))
    condemn(old)
    for version, day in (("1.1", 5), ("1.2", 9), ("1.3", 12)):
        link = world.add(f"a-{version}-cp311-cp311-macosx_11_0_arm64.whl")
        world.replace(link, upload_time=datetime(2026, 1, day, tzinfo=UTC))
        if version != "1.2":
            condemn(link)
    options = ResolveOptions(uploaded_before=datetime(2026, 1, 1, tzinfo=UTC))

    hint = hint_of(solve, "a", options=options)
    assert hint == f"--exclude-newer 2026-01-09T00:00:01Z would allow a 1.2. {_OVERRIDE}"
    world.remove("a-1.2-cp311-cp311-macosx_11_0_arm64.whl")
    assert hint_of(solve, "a", options=options) == _OVERRIDE


def test_no_sdist_is_allowed_by_a_moment_where_its_wheel_would_be_refused(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    old = world.add("a-1.0-py3-none-any.whl")
    world.replace(old, upload_time=datetime(2025, 1, 1, tzinfo=UTC))
    condemn(old)
    sdist, wheel = world.add("a-1.1.tar.gz"), world.add("a-1.1-py3-none-any.whl")
    for link in (sdist, wheel):
        world.replace(link, upload_time=datetime(2026, 1, 5, tzinfo=UTC))
    condemn(wheel)
    options = ResolveOptions(uploaded_before=datetime(2026, 1, 1, tzinfo=UTC))

    assert hint_of(solve, "a", options=options) == _OVERRIDE


def test_no_python_and_no_floor_helps_where_its_wheel_would_be_refused(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    for tags in ("cp310-cp310-macosx_11_0_arm64", "cp311-cp311-macosx_15_0_arm64"):
        condemn(world.add(f"a-1.0-{tags}.whl"))
    world.add("a-1.0-cp39-cp39-macosx_11_0_arm64.whl")

    assert "and Python 3.9 (--python-version)" in hint_of(solve, "a")


def test_no_python_is_named_whose_wheel_for_any_would_be_refused(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    condemn(world.add("a-2.0-py3-none-any.whl", page_requires_python=">=3.12"))
    world.add("a-1.0-py3-none-any.whl", page_requires_python=">=3.13")

    assert hint_of(solve, "a") == "a 1.0 takes Python >=3.13: try --python-version 3.13."


def test_no_yanked_version_is_named_that_would_be_refused(
    world: FakeWorld, solve: Solver, condemn: Condemn
) -> None:
    condemn(world.add("a-2.0-py3-none-any.whl", yanked="broken"))
    world.add("a-1.0-py3-none-any.whl", yanked="broken")

    assert hint_of(solve, "a") == "A yanked version is taken only where it is pinned: a==1.0."


@pytest.mark.parametrize("kind", ["only-binary", "no-binary", "python"])
def test_no_file_is_advised_that_is_too_new_as_well(
    world: FakeWorld, solve: Solver, kind: str
) -> None:
    """The sdist of django 2.2.24 was, to those who asked for wheels before its day."""
    formats = ProjectSelection().choose_first(":all:")
    options = ResolveOptions(uploaded_before=datetime(2026, 1, 1, tzinfo=UTC))
    barred, taken = "a-1.0.tar.gz", "a-1.0-py3-none-any.whl"
    if kind == "only-binary":
        options = replace(options, formats=formats)
    elif kind == "no-binary":
        barred, taken = taken, barred
        options = replace(options, formats=ProjectSelection().choose_second(":all:"))
    for filename, wanted in ((barred, ">=3.12" if kind == "python" else None), (taken, None)):
        link = world.add(filename, page_requires_python=wanted)
        world.replace(link, upload_time=datetime(2026, 1, 5, tzinfo=UTC))

    hint = hint_of(solve, "a", options=options)
    assert hint == "--exclude-newer 2026-01-05T00:00:01Z would allow a 1.0."
