"""Real clients before a thin macOS wheel whose module is hollow beside its sibling's."""

from pathlib import Path

import pytest

from fake_index.binaries import write_binary
from fake_index.macho import MachO, defined, flat
from fake_index.sdists import Sdist, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from fake_index.world import Index, IndexFile, Project, World
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.clients import UV

METADATA = CoreMetadata(name="demo", version="1")
ARM = "cp310-cp310-macosx_11_0_arm64"
INTEL = "cp310-cp310-macosx_10_9_x86_64"


def world() -> World:
    modules = {
        ARM: MachO(architecture="arm64", symbols=(flat("_sum"),), code_bytes=50_000),
        INTEL: MachO(architecture="x86_64", symbols=(defined("_sum"),), code_bytes=900_000),
    }
    files = [
        IndexFile(filename=wheel.filename, content=write_wheel(wheel))
        for tag, module in modules.items()
        for wheel in [
            Wheel(
                metadata=METADATA,
                tag=tag,
                files=(WheelFile(path="demo.cpython-310-darwin.so", content=write_binary(module)),),
            )
        ]
    ]
    sdist = Sdist(metadata=METADATA)
    files.append(IndexFile(filename=sdist.filename, content=write_sdist(sdist)))
    return World(indexes=(Index(name="main", projects=(Project(name="demo", files=(*files,)),)),))


@pytest.mark.parametrize(
    ("platform", "taken"), [("macos-arm64", "demo-1.tar.gz"), ("macos-x86_64", f"demo-1-{INTEL}")]
)
def test_clients_are_kept_from_a_hollow_thin_wheel(
    fake_world: FakeWorldFactory,
    archpip_here: ArchpipCommand,
    tmp_path: Path,
    platform: str,
    taken: str,
) -> None:
    fake = fake_world(world())
    (tmp_path / "demo.in").write_text("demo\n")
    machine = "aarch64" if platform.endswith("arm64") else "x86_64"
    through = (
        *("exec", "--target-platform", platform, "--python-version", "3.10"),
        *("--index-url", fake.index_url(), "--", *UV),
        *("pip", "compile", "-v", "--python-platform", f"{machine}-apple-darwin"),
        *("--python-version", "3.10", "demo.in"),
    )

    first, second = archpip_here(*through), archpip_here(*through)

    for run in (first, second):
        assert run.returncode == 0, run.stderr
        assert f"Selecting: demo==1 [compatible] ({taken}" in run.stderr
        assert ("AP202" in run.stderr) == (platform == "macos-arm64")
