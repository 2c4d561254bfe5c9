"""pip and uv behind the gateway, on the real index."""

import os
import ssl
import subprocess
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


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(
            (*UV, "pip", "install", "--python-platform", "aarch64-unknown-linux-gnu"), id="uv"
        ),
        pytest.param(
            (
                *(*PIP, "install", "--only-binary", ":all:", "--no-compile"),
                *("--platform", "manylinux_2_28_aarch64", "--platform", "manylinux2014_aarch64"),
            ),
            id="pip",
        ),
    ],
)
def test_clients_install_only_aarch64_code_beside_debugpys_helper(
    archpip_cli: ArchpipCommand, tmp_path: Path, client: tuple[str, ...]
) -> None:
    run = archpip_cli(
        *("exec", "--target-platform", "linux-aarch64", "--", *client),
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


def test_project_keeps_its_own_index_whatever_uv_adds(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project]\nname = "demo"\nversion = "0"\nrequires-python = ">=3.11"\n')

    run = archpip_cli("exec", "--", *UV, "add", "--no-sync", "idna==3.10")

    assert run.returncode == 0, run.stderr
    assert "idna==3.10" in project.read_text()
    assert "127.0.0.1" not in project.read_text() + (tmp_path / "uv.lock").read_text()


def test_pip_lock_names_the_files_of_the_index(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    run = archpip_cli("exec", "--", *PIP, "lock", "-o", "pylock.toml", "idna==3.10")

    assert run.returncode == 0, run.stderr
    locked = (tmp_path / "pylock.toml").read_text()
    assert "127.0.0.1" not in locked
    assert 'url = "https://' in locked


@pytest.fixture
def pdm(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Install pdm apart, as a user has it."""
    folder = tmp_path_factory.mktemp("tools")
    places = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
    command = [*UV, "tool", "install", "--quiet", "--python", sys.executable, "pdm==2.29.4"]
    command += ["--with", "hishel<2"]  # which it does not know yet
    subprocess.run(command, env={**os.environ, **places}, check=True)
    return str(folder / "bin" / "pdm")


def test_pdm_locks_through_the_gateway(
    archpip_cli: ArchpipCommand, tmp_path: Path, pdm: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "demo"\nversion = "0"\nrequires-python = ">=3.11"\n'
        'dependencies = ["idna==3.10"]\n'
    )

    run = archpip_cli("exec", "-v", "--", pdm, "lock", "--static-urls")

    assert run.returncode == 0, run.stderr
    locked = (tmp_path / "pdm.lock").read_text()
    assert "127.0.0.1" not in locked
    assert 'url = "https://' in locked


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


@pytest.mark.parametrize("version", ["22.3.1", "23.0.1"])
def test_pip_that_misreads_the_older_name_of_metadata_installs(
    archpip_cli: ArchpipCommand, tmp_path: Path, version: str
) -> None:
    old = tmp_path / "old"
    subprocess.run([*PIP, "install", "-q", "--target", old, f"pip=={version}"], check=True)

    run = archpip_cli(
        *("exec", "--", sys.executable, old / "pip", "download", "--no-deps"),
        *("--dest", tmp_path / "files", "six==1.17.0"),
        # Newer ones use the system's by themselves.
        PIP_CERT=ssl.get_default_verify_paths().cafile or "",
    )

    assert run.returncode == 0, run.stderr
    assert [path.name for path in (tmp_path / "files").iterdir()] == [
        "six-1.17.0-py2.py3-none-any.whl"
    ]
