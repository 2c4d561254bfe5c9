"""Run pip or uv.

Neither undoes anything when it is interrupted: pip leaves the environment without the project that
it was replacing, and both leave half of the new one. So an installer that only unpacks wheels is
let finish; that takes seconds.
"""

import os
import subprocess
from collections.abc import Callable, Mapping
from tempfile import TemporaryFile
from typing import IO

from archpip.installing.errors import InstallationStoppedError, InstallFailedError

_PATIENCE_SECONDS = 60
"""Time for an interrupted installer to end."""


def run_installer(
    command: list[str], variables: Mapping[str, str], *, more: Mapping[str, str] | None = None
) -> None:
    """Run an installer that may take minutes; an interrupt ends it.

    Args:
        command: The program and its arguments.
        variables: The environment variables; those that configure pip and uv are removed.
        more: Additional variables.

    Raises:
        InstallFailedError: It failed.
    """
    with TemporaryFile() as output:
        process = _start(command, {**_clean(variables), **(more or {})}, output)
        try:
            process.wait()
        except KeyboardInterrupt:
            _end(process)  # the terminal has interrupted it as well
            raise
        _check(process, command, output)


def finish_installer(
    command: list[str], variables: Mapping[str, str], *, tell: Callable[[str], None]
) -> None:
    """Run an installer that takes seconds; at an interrupt it is finished first.

    Args:
        command: The program and its arguments.
        variables: The environment variables; those that configure pip and uv are removed.
        tell: Called with a sentence for the user when an interrupt has to wait.

    Raises:
        InstallFailedError: It failed.
        InstallationStoppedError: It was interrupted twice, and is stopped.
        KeyboardInterrupt: It was interrupted, and has finished.
    """
    # A file: when this process is killed, the installer goes on, and a pipe would break.
    with TemporaryFile() as output:
        process = _start(command, _clean(variables), output, out_of_reach=True)
        try:
            process.wait()
        except KeyboardInterrupt:
            _finish(process, tell)
            _check(process, command, output)
            raise
        _check(process, command, output)


def _finish(process: "subprocess.Popen[bytes]", tell: Callable[[str], None]) -> None:
    try:
        tell("The installer has begun, and is finished first; interrupt again to stop it")
        process.wait()
    except KeyboardInterrupt as interrupt:
        process.terminate()
        _end(process)
        raise InstallationStoppedError from interrupt


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that was told to end."""
    try:
        process.wait(timeout=_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start(
    command: list[str],
    variables: Mapping[str, str],
    output: IO[bytes],
    *,
    out_of_reach: bool = False,
) -> "subprocess.Popen[bytes]":
    """Start an installer; one out of reach is not sent the terminal's Ctrl-C."""
    group = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(variables),
        start_new_session=out_of_reach,  # POSIX
        creationflags=group if out_of_reach else 0,  # Windows
    )


def _check(process: "subprocess.Popen[bytes]", command: list[str], output: IO[bytes]) -> None:
    """Raise what a process that has ended said, if it failed."""
    if process.returncode == 0:
        return
    output.seek(0)
    text = output.read().decode(errors="replace")
    name = "pip install" if command[1] == "-m" else "uv pip install"
    raise InstallFailedError(command=name, exit_status=process.returncode, output=text)


def _clean(variables: Mapping[str, str]) -> dict[str, str]:
    """Drop the variables that could change what an installer does."""
    kept = {k: v for k, v in variables.items() if not k.upper().startswith(("PIP_", "UV_"))}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}
