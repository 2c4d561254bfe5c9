"""What a command loads, which is most of what a small one costs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_AUDIT = """
import sys
from archpip import __main__, cli
from archpip.cli.main import main
main(["audit", sys.argv[1], "--format", "json"])
print(*sorted(sys.modules), file=sys.stderr)
"""
_NEEDLESS = {
    "configparser",
    "csv",
    "difflib",
    "inspect",
    "packaging",
    "plistlib",
    "rich",
    "subprocess",
    "tomllib",
    "typing_extensions",
}
_INTERRUPTED = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "datetime":
            sys.meta_path.remove(self)
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
from archpip.on_demand import load_msgspec
load_msgspec()
"""


def test_an_interrupt_of_the_first_imports_is_not_lost(tmp_path: Path) -> None:
    # It was in msgspec, which then went on with half of what it needs, and crashed.
    command = [sys.executable, "-S", "-c", _INTERRUPTED]
    environ = {"PYTHONPATH": ":".join(sys.path), "HOME": str(tmp_path)}
    process = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert process.stderr.endswith("KeyboardInterrupt\n")


_AT_AN_IMPORT = """
import os, signal, sys
module = sys.argv[1]
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(10_000):
                pass  # until Python has called its handler
            print("went on")
sys.meta_path.insert(0, Finder())
from archpip.__main__ import run
sys.argv = ["archpip", "target", "linux-x86_64"]
run()
"""
_AT_THE_END = """
import atexit, os, signal, sys
from archpip.__main__ import run
atexit.register(os.kill, os.getpid(), signal.SIGINT)
sys.argv = ["archpip", "--version"]
run()
"""


@pytest.mark.parametrize("module", ["argparse", "archpip.cli.main", "archpip.cli.commands.target"])
def test_an_interrupt_while_it_starts_ends_it_without_a_traceback(module: str) -> None:
    command = [sys.executable, "-c", _AT_AN_IMPORT, module]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    said = "error: Interrupted; nothing half-done was left behind\n"
    assert (process.returncode, process.stdout, process.stderr) == (130, "", said)


def test_an_interrupt_while_it_ends_changes_nothing() -> None:
    command = [sys.executable, "-c", _AT_THE_END]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (0, "")


def test_an_audit_of_a_clean_environment_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    dist_info = tmp_path / "lib" / "python3.11" / "site-packages" / "a-1.dist-info"
    dist_info.mkdir(parents=True)
    (dist_info / "METADATA").write_text("Name: a\nVersion: 1\n")
    (dist_info / "WHEEL").write_text("Tag: py3-none-any\n")
    (dist_info / "RECORD").write_text("a-1.dist-info/METADATA,,\n")
    (tmp_path / "pyvenv.cfg").write_text("version = 3.11.0\n")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    command = [sys.executable, "-S", "-c", _AUDIT, str(tmp_path)]
    # Without `site` nothing is loaded by a `.pth` file; where things lie, it is told.
    environ = {
        "PYTHONPATH": ":".join(sys.path),
        "HOME": str(tmp_path),
        "PIP_CONFIG_FILE": os.devnull,
    }

    process = subprocess.run(
        command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )

    assert process.returncode == 0, process.stderr
    loaded = set(process.stderr.split())
    assert "archpip.environments.auditing" in loaded
    assert loaded & _NEEDLESS == set()
