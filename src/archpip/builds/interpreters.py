"""The Pythons of this machine that builds can run on."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from archpip.builds.plan import Interpreter
from archpip.errors import UsageError
from archpip.targets import Target, probe_interpreter

_SCRIPT = "import sysconfig; print(sysconfig.get_path('include'))"
_PATIENCE_SECONDS = 30


def describe_build_python(executable: Path, target: Target) -> Interpreter:
    """Complete what is known of an interpreter: where its headers should lie."""
    answer = subprocess.run(
        [str(executable), "-Ic", _SCRIPT],
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    folder = Path(answer.stdout.strip() or executable.parent)
    return Interpreter(target=target, executable=executable, include_folder=folder)


def find_build_pythons(
    versions: Sequence[tuple[int, int]], *, search_path: str
) -> tuple[Interpreter, ...]:
    """Look on PATH for `pythonX.Y` of each version; those that do not run are left out."""
    found = []
    for major, minor in versions:
        name = shutil.which(f"python{major}.{minor}", path=search_path)
        if name is None:
            continue
        try:
            target = probe_interpreter(Path(name))
        except UsageError:
            continue
        found.append(describe_build_python(Path(name), target))
    return tuple(found)
