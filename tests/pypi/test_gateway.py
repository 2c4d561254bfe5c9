"""pip and uv behind the gateway, on the real index."""

import sys
from pathlib import Path

import pytest

from archpip.binaries import BytesSource, read_binary
from tests.conftest import ArchpipCommand

pytestmark = pytest.mark.pypi

PIP = (sys.executable, "-m", "pip")
# The system's certificates: what a company puts between is not in those that uv carries.
UV = (sys.executable, "-m", "uv", "--system-certs")
FOR_ARM_MAC = ("exec", "--target-platform", "macos-arm64", "--")


def test_pip_finds_no_hollow_uamqp(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli(
        *(*FOR_ARM_MAC, *PIP, "download", "--only-binary", ":all:", "--no-deps"),
        *("--platform", "macosx_11_0_arm64", "--python-version", "3.10", "uamqp==1.6.1"),
    )

    assert run.returncode == 1
    assert "AP201" in run.stderr
    assert "No matching distribution found for uamqp==1.6.1" in run.stderr


def test_uv_takes_uamqps_sdist(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    (tmp_path / "requirements.in").write_text("azure-eventhub==5.10.1\nuamqp==1.6.1\n")

    run = archpip_cli(
        *(*FOR_ARM_MAC, *UV, "pip", "compile", "-v", "requirements.in"),
        *("--python-platform", "aarch64-apple-darwin", "--python-version", "3.10"),
    )

    assert run.returncode == 0, run.stderr
    assert "(uamqp-1.6.1.tar.gz)" in run.stderr


def test_uv_installs_only_aarch64_code_beside_debugpys_helper(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    run = archpip_cli(
        *("exec", "--target-platform", "linux-aarch64", "--"),
        *(*UV, "pip", "install", "--python-platform", "aarch64-unknown-linux-gnu"),
        *("--python-version", "3.11", "--target", "installed", "jupyterlab==4.4.10"),
    )

    assert run.returncode == 0, run.stderr
    foreign = set()
    modules = sorted((tmp_path / "installed").rglob("*.so"))
    for path in modules:
        binary = read_binary(BytesSource(path.read_bytes()))
        assert binary is not None
        if {str(each.architecture) for each in binary.slices} != {"arm64"}:
            foreign.add(path.name)
    assert len(modules) > 5
    # debugpy attaches to foreign processes by helpers of their own, which no import loads.
    assert foreign <= {"attach_linux_amd64.so", "attach_linux_x86.so"}


def test_uv_lock_is_what_uv_alone_would_write(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "0"\nrequires-python = ">=3.11"\n'
        'dependencies = ["requests==2.32.5", "psutil==7.1.3"]\n'
    )

    through = archpip_cli("exec", "--", *UV, "lock")
    checked = archpip_cli("exec", "--", *UV, "sync", "--locked", "--no-install-project")

    assert through.returncode == 0, through.stderr
    assert checked.returncode == 0, checked.stderr
    assert '"https://pypi.org/simple"' in (tmp_path / "uv.lock").read_text()
    assert "127.0.0.1" not in (tmp_path / "uv.lock").read_text()
