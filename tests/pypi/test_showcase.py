"""The promises of the README on the real index. Versions are pinned: its growth breaks nothing."""

import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from tests.conftest import ArchpipCommand
from tests.pypi.network import INDEX_ERROR, skip_on_network_fault

pytestmark = pytest.mark.pypi

FOR_ARM_MAC = ("--target-platform", "macos-arm64", "--python-version", "3.10")
DATA_STACK = (
    *("pandas==2.3.3", "scikit-learn==1.7.2", "matplotlib==3.10.7", "jupyterlab==4.4.10"),
    *("fastapi==0.121.0", "sqlalchemy==2.0.44", "boto3==1.40.64", "pyarrow==21.0.0"),
)

Finished = subprocess.CompletedProcess[str]


def run(archpip_cli: ArchpipCommand, *arguments: str | Path, status: int = 0) -> Finished:
    """Run a command, skip on a network's fault, and hold it to its status."""
    finished = archpip_cli(*arguments)
    if finished.returncode == INDEX_ERROR:
        finished = archpip_cli(*arguments)
    skip_on_network_fault(finished)
    assert finished.returncode == status, finished.stderr
    return finished


def locked(path: Path) -> dict[str, dict[str, object]]:
    """Return a lockfile's packages by name."""
    return {package["name"]: package for package in tomllib.loads(path.read_text())["packages"]}


def test_uamqp_is_locked_as_its_sdist_for_an_arm64_mac(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    finished = run(archpip_cli, "lock", "azure-eventhub==5.10.1", *FOR_ARM_MAC)
    uamqp = locked(tmp_path / "pylock.macos-arm64.toml")["uamqp"]
    assert "sdist" in uamqp
    assert "wheels" not in uamqp
    assert "source   uamqp" in finished.stderr


def test_hollow_wheel_is_refused_by_slice_and_symbols(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    finished = run(archpip_cli, "lock", "azure-eventhub==5.10.1", "uamqp==1.6.1", *FOR_ARM_MAC)
    assert "AP201" in finished.stderr
    assert "the arm64 slice leaves 315 symbols unbound" in " ".join(finished.stderr.split())
    uamqp = locked(tmp_path / "pylock.macos-arm64.toml")["uamqp"]
    assert uamqp["version"] == "1.6.1"
    assert "sdist" in uamqp


def test_only_binary_leaves_no_solution(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    finished = run(
        *(archpip_cli, "lock", "azure-eventhub==5.10.1", "uamqp==1.6.1", *FOR_ARM_MAC),
        *("--only-binary", ":all:"),
        status=3,
    )
    assert "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl is refused" in finished.stderr
    assert not list(tmp_path.glob("*pylock*"))


def test_the_same_wheel_is_right_on_intel(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    run(
        *(archpip_cli, "lock", "azure-eventhub==5.10.1", "uamqp==1.6.1"),
        *("--target-platform", "macos-x86_64", "--python-version", "3.10"),
    )
    uamqp = locked(tmp_path / "pylock.macos-x86_64.toml")["uamqp"]
    assert "sdist" not in uamqp
    wheels = uamqp["wheels"]
    assert isinstance(wheels, list)
    assert wheels[0]["name"] == "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"


def test_any_wheel_with_foreign_libraries_is_refused(archpip_cli: ArchpipCommand) -> None:
    finished = run(
        *(archpip_cli, "lock", "bitsandbytes==0.42.0", "--no-deps"),
        *("--target-platform", "linux-aarch64", "--python-version", "3.11"),
    )
    assert "refused bitsandbytes-0.42.0-py3-none-any.whl" in finished.stderr


def test_foreign_optional_helpers_are_no_reason_to_refuse(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run(
        *(archpip_cli, "lock", "debugpy==1.8.17", "jupyterlab==4.4.10"),
        *("--target-platform", "linux-aarch64", "--python-version", "3.11"),
    )
    packages = locked(tmp_path / "pylock.linux-aarch64.toml")
    assert "wheels" in packages["debugpy"]
    assert "jupyterlab" in packages


def test_folder_for_another_machine_holds_its_code_only(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run(
        *(archpip_cli, "install", "azure-eventhub==5.15.0", "--python-version", "3.11"),
        *("--target-platform", "linux-aarch64", "--target", tmp_path / "build" / "arm64"),
    )
    modules = list((tmp_path / "build" / "arm64").rglob("*.so"))
    assert modules
    # e_machine of ELF: 183 is EM_AARCH64.
    assert {int.from_bytes(module.read_bytes()[18:20], "little") for module in modules} == {183}


@pytest.mark.skipif(sys.platform != "linux", reason="uamqp 1.6 has wheels for Linux x86_64")
def test_install_into_an_environment_of_the_host(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    # 5.10.1 imports six without asking for it: azure-core brought it along until 1.35.
    run(archpip_cli, "install", "azure-eventhub==5.10.1", "six==1.17.0", "--python", python)
    script = "import azure.eventhub, uamqp; print(uamqp.__version__)"
    finished = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr


def test_pip_and_uv_install_the_lock_and_refuse_the_foreign_one(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run(archpip_cli, "lock", "markupsafe==3.0.2", "-o", tmp_path / "pylock.host.toml")
    run(
        *(archpip_cli, "lock", "markupsafe==3.0.2", "--target-platform", "windows-arm64"),
        *("-o", tmp_path / "pylock.foreign.toml"),
    )
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    commands = {
        "pip": [sys.executable, "-m", "pip", "--python", str(python), "install", "-r"],
        "uv": [sys.executable, "-m", "uv", "pip", "install", "--python", str(python), "-r"],
    }
    for command in commands.values():
        for name, accepted in (("pylock.host.toml", True), ("pylock.foreign.toml", False)):
            finished = subprocess.run(
                [*command, str(tmp_path / name)],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
            )
            assert (finished.returncode == 0) is accepted, finished.stderr


@pytest.mark.parametrize(
    ("target", "project"), [("macos-arm64", "appnope"), ("windows-amd64", "colorama")]
)
def test_markers_are_the_targets(
    archpip_cli: ArchpipCommand, tmp_path: Path, target: str, project: str
) -> None:
    run(
        *(archpip_cli, "lock", *DATA_STACK),
        *("--target-platform", target, "--python-version", "3.11"),
        *("--uploaded-prior-to", "2026-10-01"),
    )
    assert project in locked(tmp_path / f"pylock.{target}.toml")
