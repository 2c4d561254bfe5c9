"""What `macos-universal2` puts on the disk: fused wheels that serve both machines, or a refusal."""

from pathlib import Path

import pytest

from fake_index.server import FakeIndex
from tests.conftest import ArchpipCommand, FakeWorldFactory

FOR_BOTH = ("--target-platform", "macos-universal2", "--python-version", "3.11")
FUSED = {
    f"{name}-1.0-cp311-cp311-macosx_10_9_universal2.whl": name for name in ("halved", "hollowed")
}


@pytest.fixture
def fake(fake_world: FakeWorldFactory) -> FakeIndex:
    return fake_world("universal2-fused")


def test_download_puts_fused_wheels_into_the_folder(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    where = (*FOR_BOTH, "-i", fake.index_url())

    run = archpip_cli("download", *FUSED.values(), *where, "-d", "wheels")

    assert run.returncode == 0, run.stderr
    assert "fused with halved-1.0-cp311-cp311-macosx_10_9_x86_64.whl" in run.stderr
    wheels = tmp_path / "wheels"
    assert {path.name for path in wheels.iterdir()} == set(FUSED)
    for machine in ("macos-arm64", "macos-x86_64", "macos-universal2"):
        for name in FUSED:
            target = ("--target-platform", machine, "--python-version", "3.11")
            judged = archpip_cli("inspect", wheels / name, *target)
            assert judged.returncode == 0, judged.stdout + judged.stderr


def test_the_same_wheels_are_fused_to_the_same_bytes(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    where = (*FOR_BOTH, "-i", fake.index_url())
    for folder in ("first", "second"):
        assert archpip_cli("download", "halved", *where, "-d", folder).returncode == 0

    (first,), (second,) = ([*(tmp_path / folder).iterdir()] for folder in ("first", "second"))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_install_puts_both_slices_into_a_folder(
    fake: FakeIndex, archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run = archpip_cli("install", "halved", *FOR_BOTH, "-i", fake.index_url(), "--target", "out")

    assert run.returncode == 0, run.stderr
    module = tmp_path / "out" / "halved" / "core.cpython-311-darwin.so"
    assert module.read_bytes()[:8] == bytes.fromhex("cafebabe00000002")


def test_a_locked_pair_stands_in_a_check(fake: FakeIndex, archpip_cli: ArchpipCommand) -> None:
    where = (*FOR_BOTH, "-i", fake.index_url(), "-o", "pylock.toml")
    assert archpip_cli("lock", *FUSED.values(), *where).returncode == 0

    checked = archpip_cli("lock", *FUSED.values(), *where, "--check")

    assert checked.returncode == 0, checked.stdout + checked.stderr
