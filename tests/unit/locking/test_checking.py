from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.pylock import Pylock
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.locking import (
    Discrepancy,
    InvalidLockfileError,
    check_lockfile,
    read_lockfile,
    render_lockfile,
    to_pylock,
    write_lockfile,
)
from archpip.resolution import (
    ProjectSelection,
    Resolution,
    ResolveOptions,
)
from archpip.targets import PythonTarget, parse_python
from archpip.verdicts import Policy
from tests.unit.locking.checks import PATH, check, edit, wanted, without_source
from tests.unit.locking.resolutions import (
    FOLDER,
    make_pin,
    make_target,
)


def test_a_fresh_lockfile_stands(pylock: Pylock) -> None:
    requirements = wanted("fat>=1", "other; sys_platform == 'win32'")

    assert check(pylock, requirements=requirements, target=make_target()) == []


def test_what_is_written_stands_when_read_back(resolution: Resolution, tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    write_lockfile(render_lockfile(to_pylock(without_source(resolution), folder=tmp_path)), path)

    assert check_lockfile(read_lockfile(path), path=path, policy=Policy()) == ()


@pytest.mark.parametrize(
    ("requirements", "constraints", "message"),
    [
        (["new"], [], "new: new is asked for (r.txt:1) and not locked"),
        (["fat>1"], [], "fat: 1.0 is locked, and r.txt:1 wants fat>1"),
        ([], ["built<1"], "built: 1.0 is locked, and r.txt:1 wants built<1"),
    ],
)
def test_changed_requirements_are_found(
    pylock: Pylock, requirements: list[str], constraints: list[str], message: str
) -> None:
    found = check(pylock, requirements=wanted(*requirements), constraints=wanted(*constraints))

    assert found == [message]


@pytest.fixture
def asked_for(resolution: Resolution) -> Pylock:
    """Lock two requirements with an override."""
    return to_pylock(
        without_source(resolution),
        folder=FOLDER,
        requirements=wanted("fat", "built[x]>=1", "elsewhere; sys_platform == 'win32'"),
        overrides=wanted("deep<2"),
    )


@pytest.mark.parametrize(
    ("requirements", "overrides", "message"),
    [
        (["fat", "built[x]"], ["deep<2"], None),
        ([], [], None),
        (["fat"], ["deep<2"], "built: built[x]>=1 was asked for when it was locked, and is not "),
        (
            ["fat", "built[x]; sys_platform == 'win32'"],
            ["deep<2"],
            "built: built[x]>=1 was asked for when it was locked, and is not ",
        ),
        (["fat", "built"], ["deep<2"], "built: its extra x was asked for, and is not any more"),
        (
            ["fat", "built[x,y]"],
            ["deep<2"],
            "built: r.txt:1 asks for its extra y, which was not asked for when it was locked",
        ),
        (["fat", "built[x]"], ["deep<3"], "pylock.toml: its overrides are not those that were "),
        (["fat", "built[x]"], [], "pylock.toml: its overrides are not those that were locked: no "),
    ],
)
def test_what_is_asked_no_more_and_other_overrides_are_found(
    asked_for: Pylock, requirements: list[str], overrides: list[str], message: str | None
) -> None:
    found = check(asked_for, requirements=wanted(*requirements), overrides=wanted(*overrides))

    assert len(found) == (message is not None)
    assert all(text.startswith(message or "") for text in found)


def test_what_was_asked_is_damaged(asked_for: Pylock) -> None:
    tool = {**(asked_for.tool or {})["archpip"], "overrides": [1]}
    damaged = Pylock.from_dict({**asked_for.to_dict(), "tool": {"archpip": tool}})

    with pytest.raises(InvalidLockfileError, match="overrides is not an array of strings"):
        check(damaged, requirements=wanted("fat"))


def test_another_target_is_found(pylock: Pylock) -> None:
    other = replace(make_target(), python=PythonTarget(version=(3, 12, 0)))

    assert check(pylock, target=other) == [
        (
            "pylock.toml: it is locked for macos-arm64, macOS 13.0, CPython 3.11.4, "
            "not for macos-arm64, macOS 13.0, CPython 3.12.0"
        )
    ]


@pytest.mark.parametrize(
    ("locked", "asked", "serves"),
    [
        ("3.11", "3.11", True),
        ("3.11.0", "3.11", True),
        ("3.11", "3.11.0", False),
        ("3.11.4", "3.11", False),
        ("3.11.4", "3.11.4", True),
    ],
)
def test_a_lockfile_for_a_first_release_serves_who_names_no_patch(
    resolution: Resolution, locked: str, asked: str, *, serves: bool
) -> None:
    targets = [replace(make_target(), python=parse_python(text)) for text in (locked, asked)]
    pylock = to_pylock(replace(without_source(resolution), target=targets[0]), folder=FOLDER)

    assert (check(pylock, target=targets[1]) == []) is serves


@pytest.mark.parametrize(
    ("evidence", "message"),
    [
        ({"verdict": "wrong"}, "fat: its wheel is wrong (AP301)"),
        ({"verdict": "unknown", "findings": None}, "fat: its wheel is unknown"),
        ({"verdict": None}, "fat: its wheel was never opened"),
        ({"reader_version": 999}, "fat: its wheel was read by reader 999; this archpip has reader"),
    ],
)
def test_evidence_is_judged_again(
    pylock: Pylock, evidence: dict[str, object], message: str
) -> None:
    found = check(edit(pylock, "fat", **evidence))

    assert len(found) == 1
    assert found[0].startswith(message)


def test_a_stricter_policy_refuses_what_was_taken(pylock: Pylock) -> None:
    degraded = edit(pylock, "fat", verdict="degraded")

    assert check(degraded) == []
    assert check(degraded, policy=Policy(strict=True)) == ["fat: its wheel is degraded (AP301)"]


def test_a_missing_dependency_is_found(pylock: Pylock) -> None:
    alone = [package for package in pylock.packages if package.name == "fat"]
    cut = Pylock(
        lock_version=Version("1.0"), created_by="archpip", packages=alone, tool=pylock.tool
    )

    assert check(cut) == ["fat: it depends on built, which is not locked"]


def test_a_dependency_without_a_name_is_told(pylock: Pylock) -> None:
    content = pylock.to_dict()
    content["packages"][0]["dependencies"] = [{"name": []}]

    found = check(Pylock.from_dict(content))

    assert any("depends on [], which is not locked" in each for each in found)


def test_a_lockfile_of_another_tool_has_no_evidence() -> None:
    foreign = Pylock(lock_version=Version("1.0"), created_by="uv", packages=[])

    assert check_lockfile(foreign, path=PATH, policy=Policy()) == (
        Discrepancy(subject="pylock.toml", message="it holds no evidence of archpip's"),
    )


@pytest.mark.parametrize(
    ("floor", "evidence", "found"),
    [
        ((14, 0), {}, []),
        ((12, 0), {}, []),
        ((12, 0), {"minimum_glibc": "99.0"}, []),
        (
            (12, 0),
            {"minimum_macos": "12.3"},
            ["fat: its binaries need 12.3, and macOS 12.0 is asked for"],
        ),
        (
            (10, 15),
            {"minimum_macos": "10.9"},
            ["fat: fat-1.0-cp311-cp311-macosx_11_0_universal2.whl does not fit macOS 10.15"],
        ),
    ],
)
def test_another_floor_is_judged_from_tags_and_evidence(
    pylock: Pylock, floor: tuple[int, int], evidence: dict[str, object], found: list[str]
) -> None:
    wanted_target = replace(make_target(), floor=floor)

    assert check(edit(pylock, "fat", **evidence), target=wanted_target) == found


def test_a_hosts_kernel_is_no_other_target() -> None:
    target = replace(make_target(), platform_release="6.18", platform_version="#1")
    pin = make_pin("said", "said-1.0.tar.gz")
    pylock = to_pylock(Resolution(target=target, pins=(pin,)), folder=FOLDER)
    assert check(pylock, target=target) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ResolveOptions(), None),
        (
            ResolveOptions(formats=ProjectSelection(second=frozenset({":all:"}))),
            "fat: a wheel is locked, and --no-binary leaves it only its sdists",
        ),
        (
            ResolveOptions(formats=ProjectSelection(first=frozenset({"built"}))),
            "built: an sdist is locked, and --only-binary leaves it only its wheels",
        ),
        (
            ResolveOptions(
                uploaded_before=datetime(2026, 1, 1, tzinfo=UTC),
                uploaded_before_of=((canonicalize_name("fat"), datetime(2027, 1, 1, tzinfo=UTC)),),
            ),
            (
                "built: built-1.0.tar.gz was uploaded 2026-01-02 03:04, "
                "and only files before 2026-01-01 00:00 count"
            ),
        ),
    ],
)
def test_what_options_leave_out_is_found(
    pylock: Pylock, options: ResolveOptions, message: str | None
) -> None:
    assert check(pylock, options=options) == [*filter(None, [message])]


def test_a_prerelease_is_found_where_only_final_releases_count() -> None:
    pin = make_pin("new", "new-2.0rc1.tar.gz", version=Version("2.0rc1"))
    pylock = to_pylock(Resolution(target=make_target(), pins=(pin,)), folder=FOLDER)
    finals = ResolveOptions(releases=ProjectSelection(second=frozenset({"new"})))

    assert check(pylock) == []
    assert check(pylock, options=finals) == [
        "new: 2.0rc1 is a pre-release, and --only-final leaves those out"
    ]
