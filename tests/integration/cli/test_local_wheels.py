"""Wheels on disk are read whole: what their binaries want stands behind the heads."""

from pathlib import Path

from fake_index.binaries import write_binary
from fake_index.elf import Elf, VersionsNeeded
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.conftest import ArchpipCommand

MODULE = Elf(
    machine="x86_64",
    version_needs=(VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.34",)),),
    code_bytes=256 * 1024,
)
WHEEL = Wheel(
    metadata=CoreMetadata(name="demo", version="1.0"),
    tag="cp311-cp311-manylinux_2_17_x86_64",
    files=(
        WheelFile(path="demo/_core.cpython-311-x86_64-linux-gnu.so", content=write_binary(MODULE)),
    ),
)


def test_a_floor_behind_the_head_is_seen(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    path = tmp_path / WHEEL.filename
    path.write_bytes(write_wheel(WHEEL))
    target = ("--target-platform", "linux-x86_64", "--python-version", "3.11", "--glibc", "2.28")

    inspected = archpip_cli("inspect", str(path), *target)

    assert inspected.returncode == 1
    assert "AP602" in inspected.stdout
    assert "needs glibc 2.34" in inspected.stdout
