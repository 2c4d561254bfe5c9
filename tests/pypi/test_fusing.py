"""Real thin wheels fused: numpy and pandas serve both machines, and LLVM's tools agree."""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from archpip.architecture import Architecture
from archpip.binaries import BinaryFormat
from archpip.fusing import fuse_wheels, thin_wheel
from archpip.targets import detect_host, parse_python, parse_target
from archpip.verdicts import Policy, Status, judge
from archpip.wheels import Inspection, inspect_wheel, open_wheel

pytestmark = pytest.mark.pypi

BOTH = {Architecture.ARM64, Architecture.X86_64}


@pytest.fixture(params=["numpy==2.1.3", "pandas==2.2.3", "scipy==1.14.1"], scope="module")
def halves(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("halves")
    for machine in ("arm64", "x86_64"):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder)]
        command += ["--only-binary=:all:", f"--platform=macosx_13_0_{machine}"]
        command += ["--python-version=3.11", request.param]
        subprocess.run(command, check=True)
    first, second = sorted(folder.iterdir())
    return first, second


def _inspect(path: Path) -> Inspection:
    with closing(open_wheel(path)) as wheel:
        return inspect_wheel(wheel, sha256=None)[0]


def test_the_fused_wheel_serves_both_machines(halves: tuple[Path, Path], tmp_path: Path) -> None:
    fused = fuse_wheels(*halves, tmp_path)
    inspection = _inspect(fused)
    target = parse_target("macos-universal2", host=detect_host(), python=parse_python("3.11"))
    assert judge(inspection, target, Policy()).status is Status.OK
    modules = [member for member in inspection.binaries if member.path.endswith(".so")]
    assert modules
    assert all(member.binary.architectures == BOTH for member in modules)


def test_every_slice_is_the_thin_wheels_own(halves: tuple[Path, Path], tmp_path: Path) -> None:
    fused = fuse_wheels(*halves, tmp_path)
    for half, architecture in zip(halves, _architectures(halves), strict=True):
        (tmp_path / architecture).mkdir()
        thin = thin_wheel(fused, architecture, tmp_path / architecture)
        with ZipFile(half) as original, ZipFile(thin) as back:
            for name in original.namelist():
                if name.endswith(".so"):
                    assert back.read(name) == original.read(name), name


def _architectures(halves: tuple[Path, Path]) -> list[Architecture]:
    return [Architecture.ARM64 if "arm64" in path.name else Architecture.X86_64 for path in halves]


def test_fat_files_are_lipos_byte_for_byte(halves: tuple[Path, Path], tmp_path: Path) -> None:
    lipo = next(filter(None, map(shutil.which, ("llvm-lipo", "llvm-lipo-14", "lipo"))), None)
    if lipo is None:
        pytest.skip("no lipo here")
    fused = fuse_wheels(*halves, tmp_path)
    thin = [tmp_path / "one", tmp_path / "two"]
    made = tmp_path / "made"
    compared = 0
    with ZipFile(fused) as both, ZipFile(halves[0]) as first, ZipFile(halves[1]) as second:
        shared = {*first.namelist()} & {*second.namelist()}
        formats = {member.path: member.binary.format for member in _inspect(fused).binaries}
        for name, binary_format in formats.items():
            content = [archive.read(name) for archive in (first, second) if name in shared]
            is_fat = any(each.startswith(b"\xca\xfe\xba\xbe") for each in content)
            if binary_format is not BinaryFormat.MACHO or len(content) < len(thin) or is_fat:
                continue
            for path, each in zip(thin, content, strict=True):
                path.write_bytes(each)
            subprocess.run([lipo, "-create", *map(str, thin), "-output", str(made)], check=True)
            assert made.read_bytes() == both.read(name), name
            compared += 1
    assert compared > 10
