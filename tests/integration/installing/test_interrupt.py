"""An installer that has begun to unpack is finished when the user interrupts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

_SCRIPT = """
import os, signal, sys
from archpip.installing.running import finish_installer
from archpip.cli.signals import raising_signals
# Whoever runs the tests may ignore signals, as nohup does.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
with raising_signals():
    tell = lambda text: print(text, flush=True)
    finish_installer([sys.executable, "-c", sys.argv[1]], os.environ, tell=tell)
"""

# An installer that is half done for a while, and says so.
_INSTALLER = """
import pathlib, time
here = pathlib.Path({folder!r})
(here / "half-done").touch()
time.sleep({seconds})
print("said to whoever listens", flush=True)
(here / "done").touch()
"""


def start(folder: Path, *, seconds: float) -> "subprocess.Popen[str]":
    """Start an installation in a process group of its own, and wait until it is half done."""
    installer = _INSTALLER.format(folder=str(folder), seconds=seconds)
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, installer],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    while not (folder / "half-done").exists():
        assert process.poll() is None
        time.sleep(0.01)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_installer_is_finished(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, seconds=1)
    # As a terminal does: to every process of the group.
    os.killpg(process.pid, number)
    said, error = process.communicate(timeout=20)
    assert (tmp_path / "done").exists()
    assert "is finished first" in said
    assert error.splitlines()[-1].startswith(
        "KeyboardInterrupt" if number is signal.SIGINT else "archpip.cli.signals.EndedFromOutside"
    )


def test_a_second_interrupt_stops_it(tmp_path: Path) -> None:
    process = start(tmp_path, seconds=60)
    os.killpg(process.pid, signal.SIGINT)
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert "may hold half of a project" in error
    assert not (tmp_path / "done").exists()


def test_the_installer_goes_on_when_archpip_is_killed(tmp_path: Path) -> None:
    process = start(tmp_path, seconds=1)
    process.kill()
    process.communicate(timeout=20)
    for _ in range(200):
        if (tmp_path / "done").exists():
            return
        time.sleep(0.05)
    raise AssertionError("the installer ended with archpip")
