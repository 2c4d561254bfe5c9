"""Real front ends build what `fake_index` writes, without an index."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from build import ProjectBuilder

from fake_index.binaries import native_binary, write_binary
from fake_index.sdists import Build, Sdist, SdistMetadata, write_sdist
from fake_index.wheels import CoreMetadata, Wheel, WheelFile

METADATA = CoreMetadata(name="demo", version="1.0", requires=("a",))
NATIVE = Wheel(
    metadata=METADATA,
    tag="cp311-cp311-linux_aarch64",
    files=(WheelFile(path="demo.so", content=write_binary(native_binary("linux-aarch64"))),),
)


def unpack(sdist: Sdist, folder: Path) -> Path:
    path = folder / sdist.filename
    path.write_bytes(write_sdist(sdist))
    with tarfile.open(path) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # since Python 3.11.4
        archive.extractall(folder)  # noqa: S202  # our own
    return folder / sdist.metadata.stem


def test_build_makes_a_pure_wheel(tmp_path: Path) -> None:
    source = unpack(Sdist(metadata=METADATA), tmp_path)

    wheel = ProjectBuilder(source).build("wheel", tmp_path)

    assert Path(wheel).name == "demo-1.0-py3-none-any.whl"


def test_build_heeds_the_platform_it_is_told(tmp_path: Path) -> None:
    build = Build(wheels=(("linux-aarch64", NATIVE), ("*", Wheel(metadata=METADATA))))
    source = unpack(Sdist(metadata=METADATA, build=build), tmp_path)

    def runner(
        cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        told = {"_PYTHON_HOST_PLATFORM": "linux-aarch64"}
        environment = {**os.environ, **(extra_environ or {}), **told}
        subprocess.run(cmd, cwd=cwd, env=environment, check=True)

    wheel = ProjectBuilder(source, runner=runner).build("wheel", tmp_path)

    assert Path(wheel).name == NATIVE.filename


def test_metadata_hook_answers_for_dynamic_metadata(tmp_path: Path) -> None:
    source = unpack(Sdist(metadata=METADATA, kind=SdistMetadata.DYNAMIC), tmp_path)

    folder = ProjectBuilder(source).metadata_path(tmp_path)

    assert "Requires-Dist: a" in (Path(folder) / "METADATA").read_text()


@pytest.mark.parametrize("tool", ["pip", "uv"])
def test_failing_build_says_its_last_words(tmp_path: Path, tool: str) -> None:
    build = Build(log=("cc: not found",), fails="error: no compiler")
    path = tmp_path / "demo-1.0.tar.gz"
    path.write_bytes(write_sdist(Sdist(metadata=METADATA, build=build)))
    command = {
        "pip": ["pip", "wheel", "--no-deps", "--no-index", "-w", str(tmp_path), str(path)],
        "uv": ["uv", "build", "--wheel", "--offline", "--no-cache", str(path)],
    }[tool]

    run = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert run.returncode != 0
    assert "error: no compiler" in run.stdout + run.stderr
