"""azure-eventhub for aarch64 from an x86_64 machine: uamqp is built from its sdist, and runs.

Needs Debian's packages and the public index, and a Linux x86_64 host; off by default.
"""

import shutil
from pathlib import Path
from typing import Protocol

import pytest

from archpip.binaries import Depth, FileSource, read_binary
from archpip.targets import detect_host
from tests.conftest import ArchpipCommand
from tests.cross.needs import glibc_needs

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


class TargetPython(Protocol):
    """The target's Python under the emulator; `conftest.py` has it."""

    @property
    def folder(self) -> Path: ...

    def run(self, script: str) -> str: ...


ENCODE = """
import platform
import azure.eventhub, uamqp
print(platform.machine(), uamqp.__version__, len(uamqp.Message(b"hello").encode_message()))
"""


def test_uamqp_is_cross_built_and_encodes_a_message(
    archpip_cli: ArchpipCommand, target_python: TargetPython, data_folder: Path
) -> None:
    out = target_python.folder
    finished = archpip_cli(
        *("install", *REQUIREMENTS, *FOR_AARCH64, "--target", out), XDG_DATA_HOME=str(data_folder)
    )
    assert finished.returncode == 0, finished.stderr
    assert "source   uamqp 1.6.11" in finished.stderr

    (module,) = (out / "uamqp").glob("c_uamqp.*.so")
    with FileSource(module) as source:
        binary = read_binary(source, depth=Depth.LINKS)
    assert binary is not None
    # It uses threads and OpenSSL, which bind symbols of glibc 2.34 on Debian 12.
    assert (2, 17) <= max(glibc_needs(binary.slices[0])) <= (2, 28)

    assert target_python.run(ENCODE).split() == ["aarch64", "1.6.11", "10"]
