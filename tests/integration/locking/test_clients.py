"""The real pip and uv take what we write on its own machine, and refuse it on another."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.architecture import Architecture, OperatingSystem
from archpip.locking import lockfile_name, render_lockfile, to_pylock, write_lockfile
from archpip.targets import PythonTarget, Target, detect_host
from fake_index.scenario import load_scenario
from tests.conftest import FakeWorldFactory
from tests.integration.resolution.asking import ask

PIP = (sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed")
UV = (
    str(Path(sysconfig.get_path("scripts")) / "uv"),
    *("pip", "install", "--dry-run", "--reinstall", "--preview-features", "pylock", "--no-cache"),
    *("--python", sys.executable),
)
HOST = detect_host()
MACOS = Target(
    operating_system=OperatingSystem.MACOS,
    architectures=(Architecture.ARM64,),
    floor=(13, 0),
    python=HOST.python,
)
OTHER_PYTHON = replace(HOST, python=PythonTarget(version=(3, 9, 0)))


def try_lockfile(
    client: tuple[str, ...], target: Target, serve: FakeWorldFactory, folder: Path
) -> subprocess.CompletedProcess[str]:
    """Lock the `extras` scenario for a target and hand the lockfile to a client."""
    scenario = load_scenario("extras")
    resolution = ask(scenario, serve(scenario), target=target)
    path = folder / lockfile_name(target)
    write_lockfile(render_lockfile(to_pylock(resolution, folder=folder)), path)
    return subprocess.run(
        [*client, "-r", str(path)], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("client", [PIP, UV], ids=["pip", "uv"])
def test_the_host_s_lockfile_is_taken(
    client: tuple[str, ...], fake_world: FakeWorldFactory, tmp_path: Path
) -> None:
    done = try_lockfile(client, HOST, fake_world, tmp_path)

    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    assert all(name in said for name in ("app", "base"))


@pytest.mark.parametrize("client", [PIP, UV], ids=["pip", "uv"])
@pytest.mark.parametrize("target", [MACOS, OTHER_PYTHON], ids=["macos-arm64", "python3.9"])
def test_another_machine_s_lockfile_is_refused(
    client: tuple[str, ...], target: Target, fake_world: FakeWorldFactory, tmp_path: Path
) -> None:
    if target == HOST:
        pytest.skip("this machine is the other machine")

    done = try_lockfile(client, target, fake_world, tmp_path)

    assert done.returncode != 0
    said = " ".join(done.stderr.split()).lower()
    assert any(word in said for word in ("environment", "python_full_version", "python"))
