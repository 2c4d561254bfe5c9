"""What a lockfile of any tool installs on a target."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from packaging.pylock import Pylock
from packaging.version import Version

from archpip.architecture import Architecture
from archpip.locking import InvalidLockfileError, UnfitLockfileError, select_locked
from archpip.resolution import (
    LinkKind,
    ProjectSelection,
    Resolution,
    ResolveOptions,
    SourceReference,
)
from archpip.targets import Target
from tests.unit.locking.resolutions import FOLDER, make_target

PATH = FOLDER / "pylock.toml"
MAC = make_target()
BOTH = replace(MAC, architectures=(Architecture.ARM64, Architecture.X86_64))
SHA = "a" * 64


def file(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "url": f"https://x/{name}", "hashes": {"sha256": SHA}, **more}


def package(name: str, *filenames: str, **more: object) -> dict[str, object]:
    """A package with wheels and perhaps an sdist."""
    wheels = [file(each) for each in filenames if each.endswith(".whl")]
    sdists = [file(each) for each in filenames if not each.endswith(".whl")]
    found: dict[str, object] = {"name": name, "version": "1.0", **more}
    return found | ({"wheels": wheels} if wheels else {}) | ({"sdist": sdists[0]} if sdists else {})


def ask_nobody(_reference: SourceReference) -> Version:
    pytest.fail("its version is locked")


def lock(*packages: dict[str, Any], **more: object) -> Pylock:
    content = {"lock-version": "1.0", "created-by": "x", "packages": [*packages], **more}
    return Pylock.from_dict(content)


def select(
    pylock: Pylock,
    *,
    path: Path = PATH,
    target: Target = MAC,
    formats: ProjectSelection | None = None,
    extras: tuple[str, ...] | None = (),
    version_of: Callable[[SourceReference], Version] = ask_nobody,
) -> Resolution:
    return select_locked(
        pylock,
        path=path,
        target=target,
        options=ResolveOptions(formats=formats or ProjectSelection()),
        version_of=version_of,
        extras=extras,
    )


def chosen(resolution: Resolution) -> dict[str, str]:
    return {pin.name: pin.link.filename for pin in resolution.pins}


ARM, INTEL = (f"a-1.0-cp311-cp311-macosx_11_0_{machine}.whl" for machine in ("arm64", "x86_64"))
PURE = "a-1.0-py3-none-any.whl"
SDIST = "a-1.0.tar.gz"


def test_the_targets_best_wheel_is_taken_with_its_hashes() -> None:
    found = select(lock(package("a", PURE, INTEL, ARM, SDIST, index="https://x/simple")))

    (pin,) = found.pins
    assert (pin.link.filename, pin.kind, pin.sha256) == (ARM, LinkKind.WHEEL, SHA)
    assert (pin.link.index_url, pin.requested) == ("https://x/simple", True)


def test_markers_and_extras_are_those_of_the_target() -> None:
    packages = (
        package("a", PURE, marker="sys_platform == 'darwin'"),
        package("b", "b-1.0-py3-none-any.whl", marker="sys_platform == 'win32'"),
        package("c", "c-1.0-py3-none-any.whl", marker="'fast' in extras"),
    )
    pylock = lock(*packages, extras=["fast"])

    assert list(chosen(select(pylock))) == ["a"]
    assert list(chosen(select(pylock, extras=("fast",)))) == ["a", "c"]
    assert list(chosen(select(pylock, extras=None))) == ["a", "c"]


@pytest.mark.parametrize(
    ("filenames", "formats", "expected"),
    [
        ((PURE, SDIST), ProjectSelection().choose_second("a"), SDIST),
        ((PURE, SDIST), ProjectSelection().choose_first("a"), PURE),
        ((INTEL, SDIST), ProjectSelection(), SDIST),
    ],
    ids=["no-binary", "only-binary", "no-wheel-fits"],
)
def test_wheel_or_sdist(
    filenames: tuple[str, ...], formats: ProjectSelection, expected: str
) -> None:
    assert chosen(select(lock(package("a", *filenames)), formats=formats)) == {"a": expected}


@pytest.mark.parametrize(
    ("packages", "more", "reason"),
    [
        ((package("a", INTEL),), {}, "No wheel found matching"),
        ((package("a", PURE),), {"environments": ["sys_platform == 'win32'"]}, "environments"),
        ((package("a", PURE),), {"requires-python": ">=3.12"}, "does not satisfy the Python"),
        ((package("a", PURE), package("a", SDIST)), {}, "Multiple packages"),
    ],
    ids=["tags", "environments", "python", "twice"],
)
def test_what_is_not_for_the_target_is_refused(
    packages: tuple[dict[str, Any], ...], more: dict[str, object], reason: str
) -> None:
    with pytest.raises(UnfitLockfileError, match=reason):
        select(lock(*packages, **more))


def test_a_source_is_refused_where_only_binaries_are_wanted() -> None:
    formats = ProjectSelection().choose_first(":all:")
    with pytest.raises(
        UnfitLockfileError, match="a is locked as a source, which --only-binary forbids"
    ):
        select(lock(package("a", INTEL, SDIST)), formats=formats)


def test_two_thin_wheels_are_a_pair_only_where_they_were_locked_as_one() -> None:
    recipe = {"archpip": {"verdict": "ok", "fuse-recipe": 1}}

    (pin,) = select(lock(package("a", INTEL, ARM, tool=recipe)), target=BOTH).pins

    assert pin.link.filename == ARM
    assert pin.fused_with is not None
    assert pin.fused_with.link.filename == INTEL
    assert chosen(select(lock(package("a", INTEL, ARM, SDIST)), target=BOTH)) == {"a": SDIST}
    with pytest.raises(UnfitLockfileError, match="serves one of the target's machines alone"):
        select(lock(package("a", INTEL, ARM)), target=BOTH)


def test_a_file_without_a_hash_to_check_it_by_is_refused() -> None:
    weak = {"name": "a", "version": "1.0", "wheels": [file(PURE, hashes={"md5": "0" * 32})]}
    with pytest.raises(InvalidLockfileError, match=r"packages\.a: .*has no hash of sha256"):
        select(lock(weak))


@pytest.mark.parametrize("source", ["directory", "wheels"])
def test_a_path_that_no_file_can_have_is_said(source: str) -> None:
    found = {"path": "\0"} if source == "directory" else [{**file(PURE), "path": "\0"}]
    broken = {"name": "a", "version": "1.0", source: found}
    with pytest.raises(InvalidLockfileError, match=r"packages\.a: .*null"):
        select(lock(broken))


def test_an_archive_that_says_no_version_is_asked() -> None:
    asked: list[SourceReference] = []

    def version_of(reference: SourceReference) -> Version:
        asked.append(reference)
        return Version("3.0")

    archive = {"url": "https://x/a%2Bb.zip", "hashes": {"sha256": SHA}, "subdirectory": "sub"}
    (pin,) = select(lock({"name": "a", "archive": archive}), version_of=version_of).pins

    assert (pin.version, pin.link.filename, pin.subdirectory) == (Version("3.0"), "a+b.zip", "sub")
    assert (pin.direct, pin.kind) == (True, LinkKind.SDIST)
    assert [reference.subdirectory for reference in asked] == ["sub"]


def test_paths_start_at_the_lockfile(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / PURE).touch()
    wheel = {"path": f"wheels/{PURE}", "url": f"https://x/{PURE}", "hashes": {"sha256": SHA}}
    pylock = lock({"name": "a", "version": "1.0", "wheels": [wheel]})

    (near,) = select(pylock, path=tmp_path / "pylock.toml").pins
    (far,) = select(pylock, path=tmp_path / "elsewhere" / "pylock.toml").pins

    assert near.link.url == (tmp_path / "wheels" / PURE).as_uri()
    assert far.link.url == f"https://x/{PURE}"


@pytest.mark.parametrize(
    ("place", "url"),
    [
        ({"url": "https://x/a.git"}, "git+https://x/a.git"),
        ({"path": "../a"}, f"git+{(FOLDER.parent / 'a').resolve().as_uri()}"),
    ],
)
def test_a_repository_is_at_a_url_or_beside(place: dict[str, str], url: str) -> None:
    vcs = {"type": "git", "commit-id": "f" * 40, **place}
    (pin,) = select(lock({"name": "a", "version": "1.0", "vcs": vcs})).pins
    assert (pin.kind, pin.link.url, pin.commit) == (LinkKind.VCS, url, "f" * 40)


def test_what_a_lockfile_says_of_a_file_is_kept() -> None:
    moment = datetime(2024, 1, 2, tzinfo=UTC)
    wheel = file(PURE, size=7, **{"upload-time": moment})
    needs = [{"name": "C_d"}, {"name": "b"}]
    (pin, *_) = select(
        lock({"name": "a", "version": "1.0", "wheels": [wheel], "dependencies": needs})
    ).pins
    assert (pin.link.size_bytes, pin.link.upload_time) == (7, moment)
    assert pin.dependencies == ("b", "c-d")
