"""Whatever archpip accepts, pip and uv unpack to the very same files; all else it refuses.

What may stand out is asked in both directions: an archive that is only unusual must not be refused.
"""

import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.errors import ArchpipError
from archpip.index import IndexLocations
from archpip.index.client import IndexClient
from archpip.wheels import RemoteWheel, WheelSource, inspect_wheel, open_wheel
from fake_index.hostile import MODULE, WHEEL, hostile_names, hostile_wheel
from fake_index.wheels import write_wheel
from fake_index.world import Behaviour, Index, IndexFile, Project, Ranges, World
from tests.conftest import FakeWorldFactory

# Bent, but so that every installer still sees the same: none checks RECORD's hashes, and all write
# a symbolic link as an ordinary file that holds the path.
HARMLESS = {"record-disagrees", "symbolic-link"}

# What installers add of their own.
ADDED = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json"}

INSTALL = {
    "pip": "-m pip install --no-deps --no-index --no-compile --quiet --only-binary :all:"
    " --python-version 3.11 --platform manylinux_2_17_x86_64 --target",
    "uv": "-m uv pip install --no-deps --offline --no-cache --quiet --python-version 3.11"
    " --python-platform x86_64-manylinux_2_28 --target",
}


def write(folder: Path, name: str) -> Path:
    path = folder / WHEEL.filename
    path.write_bytes(write_wheel(WHEEL) if name == "untouched" else hostile_wheel(name).content)
    return path


def read_all(wheel: WheelSource) -> dict[str, bytes]:
    """Read every member to its end, as before an installation."""
    found = {}
    for member in wheel.members():
        with contextlib.closing(wheel.open(member.path)) as content:
            found[member.path] = content.read_at(0, content.size)
    return found


def refusal(open_it: Callable[[], WheelSource]) -> str | None:
    """Return why archpip does not accept a wheel, or `None` where it does."""
    try:
        with contextlib.closing(open_it()) as wheel:
            inspection, _ = inspect_wheel(wheel, sha256=None)
            if not inspection.problems:
                read_all(wheel)
    except ArchpipError as error:
        return str(error)
    return "; ".join(f"{each.kind}: {each.detail}" for each in inspection.problems) or None


def seen_by_archpip(path: Path) -> dict[str, bytes]:
    with contextlib.closing(open_wheel(path)) as wheel:
        found = read_all(wheel)
    return {name: found[name] for name in found if name.rpartition("/")[2] not in ADDED}


def seen_by(tool: str, path: Path, folder: Path) -> dict[str, bytes] | str:
    """Return what a tool unpacks, or how it complains."""
    command = [sys.executable, *INSTALL[tool].split(), str(folder / tool), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        return run.stderr
    paths = {p.relative_to(folder / tool).as_posix(): p for p in (folder / tool).rglob("*")}
    assert not any(p.is_symlink() for p in paths.values())
    return {
        name: p.read_bytes()
        for name, p in paths.items()
        if p.is_file() and p.name not in ADDED and name != ".lock"
    }


@pytest.mark.parametrize("name", ["untouched", *hostile_names()])
def test_all_see_the_same_files_or_archpip_refuses(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, name)
    honest = name == "untouched" or name in HARMLESS or hostile_wheel(name).honest

    reason = refusal(lambda: open_wheel(path))

    if not honest:
        assert reason is not None, f"archpip accepts it: {hostile_wheel(name).what}"
        return
    assert reason is None
    ours = seen_by_archpip(path)
    assert MODULE in ours
    assert seen_by("pip", path, tmp_path) == ours
    assert seen_by("uv", path, tmp_path) == ours


def served(name: str) -> World:
    content = write_wheel(WHEEL) if name == "untouched" else hostile_wheel(name).content
    file = IndexFile(filename=WHEEL.filename, content=content)
    return World(indexes=(Index(name="main", projects=(Project(name="hostile", files=(file,)),)),))


@pytest.mark.parametrize("name", ["untouched", *hostile_names()])
def test_by_ranges_nothing_is_accepted_that_is_refused_on_disk(
    tmp_path: Path, fake_world: FakeWorldFactory, name: str
) -> None:
    fake = fake_world(served(name), Behaviour(ranges=Ranges.HONOURED))
    url = fake.file_url(WHEEL.filename)
    locations = IndexLocations(index_urls=(fake.index_url(),))

    def remote() -> WheelSource:
        return RemoteWheel(url=url, filename=WHEEL.filename, ranges=client.ranges)

    def local() -> WheelSource:
        return open_wheel(write(tmp_path, name))

    with IndexClient(locations) as client:
        assert (refusal(remote) is None) is (refusal(local) is None)
