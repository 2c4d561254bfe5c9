"""What a command loads, which is most of what a small one costs."""

import os
import subprocess
import sys
from pathlib import Path

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
