"""Run the user's command, which shares our terminal and signals."""

import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence

from archpip.integrations.errors import CommandNotFoundError

_KILLED_BY = 128
"""Shells report an exit by signal as this plus the signal's number."""


def run_command(
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    pass_output: Callable[[str], None] | None = None,
) -> int:
    """Run a command to its end and return its exit status, as a shell reports it.

    An interrupt from the keyboard reaches the command itself, which handles it; a SIGTERM is passed
    on to it. Call from the main thread.

    Args:
        command: The program and its arguments.
        environ: Its environment variables.
        pass_output: Called with its whole stdout; `None` lets it write to ours.

    Raises:
        CommandNotFoundError: There is no such program.
    """
    stdout = subprocess.PIPE if pass_output else None
    try:
        process = subprocess.Popen(list(command), env=dict(environ), stdout=stdout)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CommandNotFoundError(program=command[0], reason=reason) from error

    def pass_on(number: int, _frame: object) -> None:
        process.send_signal(number)

    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
    terminate = signal.signal(signal.SIGTERM, pass_on)
    try:
        printed, _ = process.communicate()
        status = process.returncode
    finally:
        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, terminate)
    if pass_output and printed:
        pass_output(printed.decode("utf-8", "surrogateescape"))
    return _KILLED_BY - status if status < 0 else status
