"""The only reader of this machine: detects the host, and probes a named interpreter.

Both use one small script that runs inside the interpreter in question, so that the result is about
the *live* process: a translated x86_64 Python on an arm64 Mac returns x86_64, as does one under
`arch -x86_64`. The script (`probe.py`) is a file of its own, as it must run under Python 2.7 and
3.6 too.
"""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import TypedDict, cast

from archpip.architecture import Architecture, Libc, OperatingSystem, find_architecture
from archpip.targets.errors import InterpreterUnusableError
from archpip.targets.model import PythonTarget, Target
from archpip.targets.probe import describe_interpreter

_PROBE_TIMEOUT_SECONDS = 30
# Equivalent to -I, which Python 2 lacks: ignore variables and modules of the user and the folder.
_ISOLATED = ("-E", "-s", "-S")
_RUN_FROM_STDIN = "import sys; sys.path = [p for p in sys.path if p]; exec(sys.stdin.read())"
_SYSTEMS = {
    "darwin": OperatingSystem.MACOS,
    "linux": OperatingSystem.LINUX,
    "linux2": OperatingSystem.LINUX,
    "win32": OperatingSystem.WINDOWS,
    "cygwin": OperatingSystem.WINDOWS,
    "android": OperatingSystem.ANDROID,
    "ios": OperatingSystem.IOS,
}
_NARROW = 32
_NARROWED = {
    Architecture.X86_64: Architecture.I686,
    Architecture.ARM64: Architecture.ARMV7L,
}
"""The architecture of a process with 32-bit pointers on a 64-bit kernel."""
_OLDEST = (2, 7, 0)
_FIRST_PYTHON_3 = (3, 0, 0)
_OLDEST_PYTHON_3 = (3, 6, 0)


class _Description(TypedDict):
    """What `probe.describe_interpreter` returns."""

    implementation: str
    implementation_version: list[int]
    version: list[int]
    prerelease: str
    free_threaded: bool
    sys_platform: str
    machine: str
    pointer_bits: int
    libc: str
    system_version: str
    release: str
    kernel: str
    simulator: bool


def count_cores() -> int:
    """Return how many cores this process may use; the machine's if the system has no limit."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@lru_cache(maxsize=1)
def detect_host() -> Target:
    """Return the running interpreter and its machine as a target whose floor is its own version.

    Raises:
        InterpreterUnusableError: archpip knows no wheels for this system or implementation.
    """
    return _to_target(cast("_Description", describe_interpreter()), Path(sys.executable))


def probe_interpreter(path: Path, *, launcher: tuple[str, ...] = ()) -> Target:
    """Probe a Python executable.

    Runs it without its environment variables and site-packages, for at most 30 seconds; it is not
    run if it is the file that runs archpip itself, as for most environments beside archpip's.

    Args:
        path: The executable.
        launcher: The words of a command that runs it: `arch -x86_64`, `qemu-aarch64 -L /sysroot`.

    Raises:
        InterpreterUnusableError: It does not exist, is not a Python, or is one too old or foreign.
    """
    if not launcher and _is_our_own(path):
        return detect_host()
    import json  # these two take longer to import than a probe of our own interpreter
    import subprocess

    script = Path(__file__).with_name("probe.py").read_text(encoding="utf-8")
    command = [*launcher, str(path), *_ISOLATED, "-c", _RUN_FROM_STDIN]
    try:
        answer = subprocess.run(
            command,
            input=script.encode(),
            capture_output=True,
            timeout=_PROBE_TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        reason = (
            f"there is no command {launcher[0]} to start it with"
            if launcher
            else "it does not exist"
        )
        raise InterpreterUnusableError(path=path, reason=reason) from error
    except subprocess.TimeoutExpired as error:
        reason = f"it did not answer within {_PROBE_TIMEOUT_SECONDS} seconds"
        raise InterpreterUnusableError(path=path, reason=reason) from error
    except OSError as error:
        reason = f"it cannot be run ({error.strerror})"
        raise InterpreterUnusableError(path=path, reason=reason) from error
    lines = answer.stdout.decode("utf-8", errors="replace").splitlines()
    marked = [line for line in lines if line.startswith("{")]
    try:
        description: _Description = json.loads(marked[-1])
    except (IndexError, ValueError) as error:
        said = answer.stderr.decode("utf-8", errors="replace").strip().splitlines()
        reason = f"it is not a Python ({said[-1]})" if said else "it is not a Python"
        raise InterpreterUnusableError(path=path, reason=reason) from error
    return _to_target(description, path)


def _is_our_own(path: Path) -> bool:
    """Return whether an executable, with links resolved, is the one that runs archpip."""
    try:
        return path.samefile(sys.executable)
    except OSError:
        return False


def _to_target(description: _Description, path: Path) -> Target:
    operating_system = _SYSTEMS.get(description["sys_platform"])
    if operating_system is None:
        reason = f"no wheels exist for {description['sys_platform']}"
        raise InterpreterUnusableError(path=path, reason=reason)
    libc = Libc(description["libc"]) if operating_system is OperatingSystem.LINUX else None
    return Target(
        operating_system=operating_system,
        architectures=(_architecture(description, path),),
        libc=libc,
        floor=_floor(description),
        simulator=description["simulator"],
        python=_python(description, path),
        platform_release=description["release"],
        platform_version=description["kernel"],
    )


def _python(description: _Description, path: Path) -> PythonTarget:
    major, minor, micro = description["version"]
    implementation = description["implementation"]
    if implementation not in {"cpython", "pypy"}:
        raise InterpreterUnusableError(path=path, reason=f"{implementation} is not supported")
    version = (major, minor, micro)
    if version < _OLDEST or _FIRST_PYTHON_3 <= version < _OLDEST_PYTHON_3:
        raise InterpreterUnusableError(path=path, reason=f"Python {major}.{minor} is too old")
    own = description["implementation_version"]
    return PythonTarget(
        implementation=implementation,
        version=version,
        free_threaded=description["free_threaded"],
        implementation_version=(own[0], own[1], own[2]) if implementation == "pypy" else None,
        prerelease=description["prerelease"],
    )


def _architecture(description: _Description, path: Path) -> Architecture:
    """Return the architecture of the live process, which may be smaller than the kernel's."""
    architecture = find_architecture(description["machine"])
    if architecture is None:
        reason = f"no wheels exist for the machine {description['machine']!r}"
        raise InterpreterUnusableError(path=path, reason=reason)
    if description["pointer_bits"] == _NARROW:
        return _NARROWED.get(architecture, architecture)
    return architecture


def _floor(description: _Description) -> tuple[int, int]:
    parts = [int(part) for part in description["system_version"].split(".")[:2] if part.isdigit()]
    major, minor = [*parts, 0, 0][:2]
    return major, minor
