"""Find the Pythons on this machine that can run builds."""

import contextlib
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from archpip.builds.plan import Interpreter
from archpip.builds.strategies.native import is_same_python
from archpip.errors import UsageError
from archpip.targets import InterpreterUnusableError, Target, probe_interpreter

_SCRIPT = "import sysconfig; print(sysconfig.get_path('include'))"
_PATIENCE_SECONDS = 30


def describe_build_python(executable: Path, target: Target) -> Interpreter:
    """Describe an interpreter, with the folder where its headers should be.

    Raises:
        InterpreterUnusableError: It does not run.
    """
    folder = Path(_ask_for_headers(executable) or executable.parent)
    return Interpreter(target=target, executable=executable, include_folder=folder)


def _ask_for_headers(executable: Path) -> str:
    try:
        answer = subprocess.run(
            [str(executable), "-Ic", _SCRIPT],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        reason = f"it did not answer within {_PATIENCE_SECONDS} seconds"
        raise InterpreterUnusableError(path=executable, reason=reason) from error
    except OSError as error:
        reason = f"it cannot be run ({error.strerror})"
        raise InterpreterUnusableError(path=executable, reason=reason) from error
    return answer.stdout.strip()


def find_build_pythons(
    target: Target, *, named: Sequence[Path], search_path: str
) -> tuple[Interpreter, ...]:
    """Find Pythons on this machine that have a target's version.

    Args:
        target: The target whose Python version is needed.
        named: Interpreters that the user named; those of other versions are left out.
        search_path: Where to search for `pythonX.Y`, as in PATH; what does not run is left out.

    Raises:
        InterpreterUnusableError: An interpreter that the user named does not run.
    """
    found = [(path, probe_interpreter(path)) for path in named]
    on_path = shutil.which(f"python{target.python.short_version}", path=search_path)
    if on_path is not None:
        with contextlib.suppress(UsageError):
            found.append((Path(on_path), probe_interpreter(Path(on_path))))
    return tuple(
        describe_build_python(path, each) for path, each in found if is_same_python(target, each)
    )
