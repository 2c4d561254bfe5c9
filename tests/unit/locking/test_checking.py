from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.pylock import Package, Pylock
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.architecture import Architecture
from archpip.builds import BuildSettings, Patch, describe_settings
from archpip.fusing import RECIPE
from archpip.index import to_file_url
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
    Half,
    LinkKind,
    ProjectSelection,
    RequestedRequirement,
    Resolution,
    ResolveOptions,
    parse_requirement,
)
from archpip.targets import PythonTarget, Target, parse_python
from archpip.verdicts import Policy, Verdict
from tests.unit.locking.resolutions import (
    FOLDER,
    make_inspection,
    make_link,
    make_pin,
    make_slice,
    make_target,
)

PATH = FOLDER / "pylock.toml"


def wanted(*texts: str) -> tuple[RequestedRequirement, ...]:
    return tuple(parse_requirement(text, base=FOLDER, origin="r.txt:1") for text in texts)


def without_source(resolution: Resolution) -> Resolution:
    """Leave out what may depend on this machine."""
    return replace(
        resolution, pins=tuple(pin for pin in resolution.pins if pin.name in {"built", "fat"})
    )


@pytest.fixture
def pylock(resolution: Resolution) -> Pylock:
    return to_pylock(without_source(resolution), folder=FOLDER)


def edit(pylock: Pylock, name: str, **evidence: object) -> Pylock:
    """Change a package's evidence; `None` removes a key."""

    def changed(package: Package) -> Package:
        if package.name != name:
            return package
        table = {**(package.tool or {}).get("archpip", {}), **evidence}
        kept = {key.replace("_", "-"): value for key, value in table.items() if value is not None}
        return replace_package(package, tool={"archpip": kept})

    return Pylock(
        lock_version=pylock.lock_version,
        environments=pylock.environments,
        requires_python=pylock.requires_python,
        created_by=pylock.created_by,
        packages=[changed(package) for package in pylock.packages],
        tool=pylock.tool,
    )


def replace_package(package: Package, **changes: object) -> Package:
    fields = {name: getattr(package, name) for name in package.__dataclass_fields__}
    return Package(**{**fields, **changes})


def check(pylock: Pylock, **arguments: object) -> list[str]:
    given = {"path": PATH, "policy": Policy(), **arguments}
    return [str(found) for found in check_lockfile(pylock, **given)]  # type: ignore[arg-type]  # any


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


def lock_pair(*, arm_needs: tuple[int, int, int] = (11, 0, 0)) -> Pylock:
    """Lock a pair of thin wheels for both machines."""
    arm, intel = (
        make_slice(Architecture.ARM64, arm_needs),
        make_slice(Architecture.X86_64, (10, 9, 0)),
    )
    names = [f"thin-1.0-cp311-cp311-macosx_{tag}.whl" for tag in ("11_0_arm64", "10_9_x86_64")]
    half = Half(
        link=make_link(names[1]),
        sha256="a" * 64,
        inspection=make_inspection(intel, filename=names[1]),
    )
    pin = make_pin(
        "thin",
        names[0],
        inspection=make_inspection(arm, filename=names[0]),
        verdict=Verdict(target="macos-universal2"),
        fused_with=half,
    )
    return to_pylock(Resolution(target=make_both(), pins=(pin,)), folder=FOLDER)


@pytest.fixture
def fused() -> Pylock:
    return lock_pair()


def make_both() -> Target:
    both = (Architecture.ARM64, Architecture.X86_64)
    return replace(make_target(), architectures=both)


def test_thin_wheels_that_are_to_be_fused_fit_another_floor(fused: Pylock) -> None:
    assert check(fused, target=replace(make_both(), floor=(12, 0))) == []
    # No machine with Apple's processor runs a macOS before 11.
    assert check(fused, target=replace(make_both(), floor=(10, 9))) == []
    assert check(fused, target=replace(make_both(), floor=(10, 8))) == [
        "thin: thin-1.0-cp311-cp311-macosx_10_9_x86_64.whl does not fit macOS 10.8",
        "thin: its binaries need 10.9, and macOS 10.8 is asked for",
    ]
    newer = lock_pair(arm_needs=(12, 0, 0))
    assert check(newer, target=replace(make_both(), floor=(10, 9))) == [
        "thin: its binaries need 12.0, and macOS 10.9 is asked for"
    ]


def test_another_recipe_would_make_other_bytes(fused: Pylock) -> None:
    assert check(edit(fused, "thin", fuse_recipe=999)) == [
        f"thin: its wheels are to be fused by recipe 999; this archpip has recipe {RECIPE}"
    ]


def lock_source(
    *settings: tuple[str, str], build: BuildSettings | None = None, **changes: object
) -> Pylock:
    """Lock one project that is built from source."""
    given = {"config_settings": settings, "requested": True, **changes}
    pin = make_pin("said", "said-1.0.tar.gz", **given)
    resolution = Resolution(target=make_target(), pins=(pin,))
    said = {canonicalize_name("said"): describe_settings(build)} if build else {}
    return to_pylock(resolution, folder=FOLDER, build_settings=said)


def test_a_build_that_is_said_otherwise_is_noticed() -> None:
    mode = BuildSettings(config_settings=(("mode", ("a",)),))
    pylock = lock_source(build=mode)
    said = {canonicalize_name("said"): describe_settings(mode)}
    assert check(pylock, build_settings=said) == []
    changed = "said: its build is not the one that was locked: "
    assert check(pylock) == [f"{changed}no more config-setting mode=a"]
    assert check(lock_source(), build_settings=said) == [f"{changed}new is config-setting mode=a"]


def test_the_order_of_patches_counts() -> None:
    first, second = (Patch(path=FOLDER / "p", sha256=digit * 64) for digit in "ab")
    pylock = lock_source(build=BuildSettings(patches=(first, second)))
    said = {canonicalize_name("said"): describe_settings(BuildSettings(patches=(second, first)))}
    assert "their order is now patch sha256:bb" in check(pylock, build_settings=said)[0]


def test_a_requirements_own_settings_are_compared_where_requirements_are_given() -> None:
    pylock = lock_source(("mode", "a"))
    place = make_link("a.zip", url="https://example.org/a.zip")
    settings = (("mode", "a"),)
    archive = lock_source(*settings, direct=True, link=place)
    same = parse_requirement("said", base=FOLDER, config_settings=(("mode", "a"),))
    assert check(pylock) == []
    assert check(pylock, requirements=(same,)) == []
    assert "no more mode=a" in check(pylock, requirements=wanted("said"))[0]
    nameless = parse_requirement(
        "https://example.org/a.zip", base=FOLDER, config_settings=(("mode", "a"),)
    )
    assert check(archive, requirements=(nameless,)) == []  # it may be any of them


def test_a_hosts_kernel_is_no_other_target() -> None:
    target = replace(make_target(), platform_release="6.18", platform_version="#1")
    pin = make_pin("said", "said-1.0.tar.gz")
    pylock = to_pylock(Resolution(target=target, pins=(pin,)), folder=FOLDER)
    assert check(pylock, target=target) == []


GIT = "built @ git+https://git.example/built@v1#subdirectory=python"


def lock_direct(tmp_path: Path) -> Pylock:
    """Lock a repository, a folder and an archive, each asked for by its place."""
    repository = make_pin(
        "built",
        "built",
        kind=LinkKind.VCS,
        link=make_link("built", url="git+https://user:secret@git.example/built"),
        revision="v1",
        commit="c" * 40,
        direct=True,
        requested=True,
        subdirectory="python",
    )
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/pyproject.toml").touch()
    folder = make_pin(
        "lib",
        "lib",
        kind=LinkKind.DIRECTORY,
        link=make_link("lib", url=to_file_url(tmp_path / "lib")),
        direct=True,
        requested=True,
    )
    place = make_link("a-1.zip", url="https://files.example/a-1.zip")
    archive = make_pin("a", "a-1.zip", direct=True, requested=True, link=place)
    asked = (GIT, "./lib[x]", "https://files.example/a-1.zip")
    return to_pylock(
        Resolution(target=make_target(), pins=(archive, repository, folder)),
        folder=tmp_path,
        requirements=[parse_requirement(text, base=tmp_path) for text in asked],
    )


@pytest.mark.parametrize(
    ("git", "folder", "archive", "message"),
    [
        (GIT, "./lib[x]", "https://files.example/a-1.zip", None),
        (GIT, "lib/../lib[x]", "a @ https://files.example/a-1.zip", None),
        (
            GIT.removeprefix("built @ "),
            "./lib[x]",
            "https://files.example/a-1.zip",
            None,
        ),
        (
            GIT.replace("v1", "v2"),
            "./lib[x]",
            "https://files.example/a-1.zip",
            (
                "built: it is locked from git+https://git.example/built@v1#subdirectory=python, "
                f"and command line wants {GIT.replace('v1', 'v2')}"
            ),
        ),
        (
            "built @ https://files.example/built-1.zip",
            "./lib[x]",
            "https://files.example/a-1.zip",
            (
                "built: it is locked from git+https://git.example/built@v1#subdirectory=python, "
                "and command line wants built @ https://files.example/built-1.zip"
            ),
        ),
        (
            "built",
            "./lib[x]",
            "https://files.example/a-1.zip",
            f"built: {GIT} was asked for when it was locked, and is not any more",
        ),
        (
            GIT,
            "./lib[x,y]",
            "https://files.example/a-1.zip",
            "./lib: command line asks for its extra y, which was not asked for when it was locked",
        ),
        (
            GIT,
            "./lib[x]",
            "https://files.example/a-2.zip",
            "pylock.toml: https://files.example/a-2.zip is asked for (command line) and not locked",
        ),
        (
            GIT,
            "./lib[x]",
            "lib",
            "a: a was asked for when it was locked, and is not any more",
        ),
    ],
)
def test_what_is_asked_for_by_its_place_is_locked_from_there(
    tmp_path: Path, git: str, folder: str, archive: str, message: str | None
) -> None:
    pylock = lock_direct(tmp_path)
    asked = [parse_requirement(text, base=tmp_path) for text in (git, folder, archive)]

    found = check(pylock, path=tmp_path / "pylock.toml", requirements=asked)

    assert [text for text in found if "was never opened" not in text] == [*filter(None, [message])]


@pytest.mark.parametrize("locked", [True, False])
def test_what_is_needed_is_locked_or_not_as_it_is_asked(
    resolution: Resolution, *, locked: bool
) -> None:
    asked = wanted("fat")
    pylock = to_pylock(
        without_source(resolution), folder=FOLDER, requirements=asked, without_dependencies=locked
    )
    same, other = (ResolveOptions(ignore_dependencies=each) for each in (locked, not locked))
    how = "with" if locked else "without"

    assert check(pylock, requirements=asked, options=same) == []
    assert check(pylock, requirements=asked, options=other) == [
        f"pylock.toml: it is locked {how} --no-deps, and is asked for otherwise"
    ]


def test_a_folder_is_locked_with_or_without_its_sources_in_use(tmp_path: Path) -> None:
    pylock = lock_direct(tmp_path)
    asked = [
        parse_requirement(GIT, base=tmp_path),
        parse_requirement("./lib[x]", base=tmp_path, editable=True),
        parse_requirement("https://files.example/a-1.zip", base=tmp_path),
    ]

    found = check(pylock, path=tmp_path / "pylock.toml", requirements=asked)

    assert "lib: it is locked without -e, and command line asks for it otherwise" in found


def test_what_a_folder_requires_today_is_locked(pylock: Pylock) -> None:
    assert check(pylock, dependencies=wanted("fat<1", "new")) == [
        "fat: 1.0 is locked, and r.txt:1 wants fat<1",
        "new: new is asked for (r.txt:1) and not locked",
    ]
    # It is no requirement of the user's, and says nothing of what those were.
    assert check(pylock, dependencies=wanted("fat[x]")) == []


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
