from pathlib import Path

import pytest
from packaging.pylock import Pylock
from packaging.utils import canonicalize_name

from archpip.index import to_file_url
from archpip.locking import (
    to_pylock,
)
from archpip.resolution import (
    FolderProject,
    LinkKind,
    Resolution,
    ResolveOptions,
    parse_requirement,
)
from tests.unit.locking.checks import check, wanted, without_source
from tests.unit.locking.resolutions import (
    FOLDER,
    make_link,
    make_pin,
    make_target,
)

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


def asked_folder(tmp_path: Path, *required: str, every: tuple[str, ...] = ()) -> FolderProject:
    (tmp_path / "lib").mkdir(exist_ok=True)
    (tmp_path / "lib/pyproject.toml").touch()
    asked = parse_requirement("./lib", base=tmp_path)
    return FolderProject(
        asked=asked, requirements=wanted(*required), with_all_extras=wanted(*required, *every)
    )


def test_what_a_folder_requires_today_is_locked(pylock: Pylock, tmp_path: Path) -> None:
    # The folder itself is nowhere in this lockfile.
    assert check(pylock, folders=[asked_folder(tmp_path, "fat<1", "new")]) == [
        "fat: 1.0 is locked, and r.txt:1 wants fat<1",
        "new: new is asked for (r.txt:1) and not locked",
    ]
    # It is no requirement of the user's, and says nothing of what those were.
    assert check(pylock, folders=[asked_folder(tmp_path, "fat[x]")]) == []


def lock_with(tmp_path: Path, *dependencies: str, needed_by: str = "") -> Pylock:
    """Lock a folder that requires some projects, and perhaps a project that requires the folder."""
    (tmp_path / "lib").mkdir()
    names = tuple(canonicalize_name(name) for name in dependencies)
    place = make_link("lib", url=to_file_url(tmp_path / "lib"))
    pins = [
        make_pin("lib", "lib", kind=LinkKind.DIRECTORY, link=place, direct=True, dependencies=names)
    ]
    for name in (*names, *filter(None, [needed_by])):
        needs = (canonicalize_name("lib"),) if name == needed_by else ()
        pins.append(make_pin(name, f"{name}-1.0.tar.gz", dependencies=needs))
    resolution = Resolution(target=make_target(), pins=tuple(pins))
    return to_pylock(resolution, folder=tmp_path)


def test_what_a_folder_required_and_does_no_more_is_not_locked(tmp_path: Path) -> None:
    pylock = lock_with(tmp_path, "a", "b", "c")
    path = tmp_path / "pylock.toml"
    folder = asked_folder(tmp_path, "A", "b; sys_platform == 'nowhere'", every=("c",))

    assert check(pylock, path=path, folders=[folder]) == [
        "lib: it was locked with b, which its file does not require any more",
        "lib: it was locked with c, which its file does not require any more",
    ]
    # Both are asked for: what either brings may be locked.
    other = asked_folder(tmp_path, "a", "b", "c")
    assert check(pylock, path=path, folders=[folder, other]) == []


def test_what_others_may_want_of_a_folder_is_not_called_dropped(tmp_path: Path) -> None:
    pylock = lock_with(tmp_path, "a", "b", needed_by="plugin")
    folder = asked_folder(tmp_path, "a", every=("b",))

    assert check(pylock, path=tmp_path / "pylock.toml", folders=[folder]) == []


def test_what_an_override_took_from_a_folder_is_not_called_dropped(tmp_path: Path) -> None:
    pylock = lock_with(tmp_path, "a", "b")
    path = tmp_path / "pylock.toml"
    folder = asked_folder(tmp_path, "a", "b")
    nowhere = wanted("b; sys_platform == 'nowhere'")

    assert check(pylock, path=path, folders=[folder], overrides=nowhere) == [
        "lib: it was locked with b, which its file does not require any more"
    ]
