"""azure-eventhub for aarch64 from an x86_64 machine: uamqp is built from its sdist, and runs.

Needs Debian's packages and the public index, and a Linux x86_64 host; off by default.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from archpip.targets import detect_host
from tests.conftest import ArchpipCommand

pytestmark = [
    pytest.mark.cross,
    pytest.mark.skipif(
        detect_host().name != "linux-x86_64" or shutil.which("apt-get") is None,
        reason="the toolchain is made of Debian's packages for x86_64",
    ),
]

FOR_AARCH64 = ("--target-platform", "linux-aarch64", "--python-version", "3.11")

# azure-eventhub 5.10.1 imports six without asking for it: azure-core brought it along until 1.35.
REQUIREMENTS = ("azure-eventhub==5.10.1", "uamqp==1.6.11", "six==1.17.0")

ENCODE = """
import platform
import azure.eventhub, uamqp
print(platform.machine(), uamqp.__version__, len(uamqp.Message(b"hello").encode_message()))
"""


@pytest.fixture(scope="module")
def toolchain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a toolchain once, in a data folder of its own, and return that folder."""
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "archpip", "toolchain", "add", "linux-aarch64"]
    finished = subprocess.run(
        [*command, "--python-version", "3.11", "--package", "libssl-dev"],
        env={**os.environ, "XDG_DATA_HOME": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return data


def test_uamqp_is_cross_built_and_encodes_a_message(
    archpip_cli: ArchpipCommand, toolchain: Path, tmp_path: Path
) -> None:
    finished = archpip_cli(
        *("install", *REQUIREMENTS, *FOR_AARCH64, "--target", tmp_path / "out"),
        XDG_DATA_HOME=str(toolchain),
    )
    assert finished.returncode == 0, finished.stderr
    assert "source   uamqp 1.6.11" in finished.stderr

    (folder,) = (toolchain / "archpip" / "toolchains").iterdir()
    emulator, python = folder / "bin" / "qemu-aarch64", folder / "sysroot/usr/bin/python3.11"
    ran = subprocess.run(
        [emulator, "-E", f"PYTHONPATH={tmp_path / 'out'}", python, "-c", ENCODE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["aarch64", "1.6.11", "10"]
