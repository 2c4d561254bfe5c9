"""Requirements of builds, which run on this machine, behind the gateway."""

import platform
import sys
from pathlib import Path

import pytest

from fake_index.binaries import write_binary
from fake_index.elf import Elf
from fake_index.sdists import Sdist, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from fake_index.world import Index, IndexFile, Project, World
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import PIP, UV

HOST = platform.machine()
FOREIGN = "aarch64" if HOST == "x86_64" else "x86_64"


def world_with_a_build_tool() -> World:
    """Return an sdist whose build needs a wheel that runs here alone, whatever its name says."""
    library = write_binary(Elf(machine=HOST, needed=("libc.so.6",)))
    tool = Wheel(
        metadata=CoreMetadata(name="tool", version="1"),
        files=(
            WheelFile(path="tool/__init__.py"),
            WheelFile(path="tool/libtool.so", content=library),
        ),
    )
    pyproject = (
        '[build-system]\nrequires = ["tool"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "pure"\nversion = "1"\n'
    )
    sdist = Sdist(
        metadata=CoreMetadata(name="pure", version="1"),
        files=(("pyproject.toml", pyproject.encode()),),
    )
    files = {
        "tool": IndexFile(filename=tool.filename, content=write_wheel(tool)),
        "pure": IndexFile(filename=sdist.filename, content=write_sdist(sdist)),
    }
    projects = tuple(Project(name=name, files=(file,)) for name, file in files.items())
    return World(indexes=(Index(name="main", projects=projects),))


@pytest.mark.skipif(sys.platform != "linux", reason="the tool is built for Linux")
@pytest.mark.parametrize(
    "client",
    [
        pytest.param((*UV, "pip", "install", "--target", "out"), id="uv"),
        pytest.param((*PIP, "install", "--no-deps", "--target", "out"), id="pip"),
    ],
)
def test_build_requirements_are_the_hosts(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    client: tuple[str, ...],
    tmp_path: Path,
) -> None:
    fake = fake_world(world_with_a_build_tool())
    foreign = ("--python-platform", f"{FOREIGN}-unknown-linux-gnu") if "uv" in client else ()
    through = (
        *("exec", "--target-platform", f"linux-{FOREIGN}", "--index-url", fake.index_url(), "--"),
        *(*client, *foreign),
    )

    built = archpip_here(*through, "pure")
    refused = archpip_here(*through, "tool") if foreign else None

    assert built.returncode == 0, built.stderr
    assert (tmp_path / "out" / "pure-1.dist-info").is_dir()
    assert "tool-1-py3-none-any.whl: AP4" in built.stderr
    assert refused is None or refused.returncode != 0
