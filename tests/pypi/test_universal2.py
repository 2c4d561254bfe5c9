"""numpy and pandas have thin macOS wheels alone: for both machines at once they are fused."""

import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from archpip.architecture import Architecture
from archpip.locking import read_lockfile
from archpip.targets import detect_host, parse_python, parse_target
from archpip.verdicts import Status, judge
from archpip.wheels import inspect_wheel, open_wheel
from tests.conftest import ArchpipCommand
from tests.pypi.network import INDEX_ERROR, skip_on_network_fault

pytestmark = pytest.mark.pypi

ASKED = ("numpy==2.1.3", "pandas==2.2.3")
FOR_BOTH = ("--target-platform", "macos-universal2", "--python-version", "3.12")
BOTH = {Architecture.ARM64, Architecture.X86_64}


def run(archpip_cli: ArchpipCommand, *arguments: str) -> None:
    finished = archpip_cli(*arguments)
    if finished.returncode == INDEX_ERROR:
        finished = archpip_cli(*arguments)
    skip_on_network_fault(finished)
    assert finished.returncode == 0, finished.stderr


def test_both_thin_wheels_are_locked_with_hashes_and_the_recipe(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run(archpip_cli, "lock", *ASKED, *FOR_BOTH, "-o", "pylock.toml")

    read_lockfile(tmp_path / "pylock.toml")
    document = tomllib.loads((tmp_path / "pylock.toml").read_text())
    packages = {package["name"]: package for package in document["packages"]}
    for name in ("numpy", "pandas"):
        wheels = packages[name]["wheels"]
        machines = [wheel["name"].removesuffix(".whl").split("_", 3)[-1] for wheel in wheels]
        assert machines == ["arm64", "x86_64"]
        assert all(wheel["hashes"]["sha256"] for wheel in wheels)
        evidence = packages[name]["tool"]["archpip"]
        assert (evidence["verdict"], evidence["fuse-recipe"]) == ("ok", 1)


def test_each_module_of_the_downloaded_wheels_has_both_slices(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run(archpip_cli, "download", *ASKED, *FOR_BOTH, "-d", "wheels")

    for name in ("numpy", "pandas"):
        (path,) = (tmp_path / "wheels").glob(f"{name}-*.whl")
        assert path.name.endswith("_universal2.whl")
        with closing(open_wheel(path)) as wheel:
            inspection = inspect_wheel(wheel, sha256=None)[0]
        modules = [member for member in inspection.binaries if member.path.endswith(".so")]
        assert modules
        assert all(member.binary.architectures == BOTH for member in modules)
        for machine in ("macos-arm64", "macos-x86_64", "macos-universal2"):
            target = parse_target(machine, host=detect_host(), python=parse_python("3.12"))
            assert judge(inspection, target).status is Status.OK
