"""An interrupted installer is given the time to put back what it had removed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

_SCRIPT = """
import os, sys
from archpip.installing.into_environment import InstallerOptions, run_installer
options = InstallerOptions(pip=(), variables=dict(os.environ))
print("ready", flush=True)
run_installer([sys.executable, "-c", sys.argv[1]], options)
"""

# An installer that takes a second to roll back when it is interrupted.
_INSTALLER = """
import pathlib, time
here = pathlib.Path({folder!r})
try:
    (here / "started").touch()
    time.sleep(30)
except KeyboardInterrupt:
    time.sleep(1)
    (here / "rolled-back").touch()
"""


def test_the_installer_may_finish_rolling_back(tmp_path: Path) -> None:
    installer = _INSTALLER.format(folder=str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, installer],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    while not (tmp_path / "started").exists():
        assert process.poll() is None
    # As a terminal does: to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert (tmp_path / "rolled-back").exists()
    assert "KeyboardInterrupt" in error
