"""What is installed must run on the oldest system of its target, whatever its wheels claim."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from fake_index.elf import Elf, VersionsNeeded, write_elf
from tests.conftest import ArchpipCommand
from tests.unit.environments.installations import distribution, lay_out

MODULE = write_elf(
    Elf(
        machine="aarch64",
        needed=("libc.so.6",),
        version_needs=(VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.34",)),),
    )
)
SITE = distribution(
    "new",
    {"new/_x.cpython-311-aarch64-linux-gnu.so": MODULE},
    tag="cp311-cp311-manylinux_2_34_aarch64",
)
SHAPES = ("site-packages", "bundle")


def image(libc: bytes) -> dict[str, bytes]:
    """Return an image of `docker save` with the distribution, and a C library."""
    layer = io.BytesIO()
    folder = "usr/lib/python3.11/site-packages"
    members = {f"{folder}/{name}": content for name, content in SITE.items()}
    with tarfile.open(fileobj=layer, mode="w") as archive:
        for name, content in {**members, "lib/libc.so.6": libc}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    manifest = [{"Config": "c.json", "Layers": ["1/layer.tar"]}]
    return {
        "manifest.json": json.dumps(manifest).encode(),
        "c.json": b'{"os": "linux", "architecture": "arm64"}',
        "1/layer.tar": layer.getvalue(),
    }


@pytest.mark.parametrize(
    ("options", "status"),
    [
        pytest.param(["--target-platform=linux-aarch64", "--glibc=2.28"], 1, id="stated"),
        pytest.param(["--target-platform=lambda-arm64"], 1, id="by-name"),
        pytest.param(["--target-platform=linux-aarch64", "--glibc=2.34"], 0, id="new-enough"),
        pytest.param(["--target-platform=manylinux_2_17_aarch64"], 1, id="by-tag"),
        pytest.param(["--target-platform=linux-aarch64"], 0, id="assumed"),
        pytest.param([], 0, id="inferred"),
    ],
)
@pytest.mark.parametrize("folder", SHAPES)
def test_a_floor_that_is_known_binds_what_is_installed(
    archpip_cli: ArchpipCommand, tmp_path: Path, folder: str, options: list[str], status: int
) -> None:
    files = SITE if folder == SHAPES[0] else {"_x.cpython-311-aarch64-linux-gnu.so": MODULE}
    lay_out(tmp_path / folder, files)

    finished = archpip_cli("audit", tmp_path / folder, *options)

    assert finished.returncode == status, finished.stdout
    assert ("AP602" in finished.stdout) == bool(status)


@pytest.mark.parametrize(
    ("version", "options", "status"),
    [
        ("2.36", [], 0),
        ("2.36", ["--target-platform=linux/arm64"], 0),
        ("2.36", ["--target-platform=linux/arm64", "--glibc=2.28"], 1),
        ("2.31", [], 1),
    ],
)
def test_an_image_tells_its_floor(
    archpip_cli: ArchpipCommand, tmp_path: Path, version: str, options: list[str], status: int
) -> None:
    libc = write_elf(Elf(machine="aarch64")) + f"GNU C Library stable version {version}.\n".encode()
    lay_out(tmp_path / "image", image(libc))

    finished = archpip_cli("audit", tmp_path / "image", *options)

    assert finished.returncode == status, finished.stdout + finished.stderr
