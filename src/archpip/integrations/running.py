"""Running somebody else's command, whose terminal and signals are ours."""

import signal
import subprocess
from collections.abc import Mapping, Sequence

from archpip.integrations.errors import CommandNotFoundError

_KILLED_BY = 128
"""What shells add to a signal's number."""


def run_command(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command to its end and return its exit status, as a shell reports it.

    An interrupt from the keyboard reaches the command itself, which decides what becomes of it.

    Raises:
        CommandNotFoundError: There is no such program.
    """
    try:
        process = subprocess.Popen(list(command), env=dict(environ))
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandNotFoundError(program=command[0], reason=reason) from error
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        status = process.wait()
    finally:
        signal.signal(signal.SIGINT, previous)
    return _KILLED_BY - status if status < 0 else status
