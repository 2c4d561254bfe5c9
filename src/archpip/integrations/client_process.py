"""Run the user's command, which shares our terminal and signals."""

import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from archpip.integrations.errors import CommandNotFoundError, ScriptWithoutInterpreterError

_KILLED_BY = 128
"""Shells report an exit by signal as this plus the signal's number."""
_BYTES_TO_TELL = 256


def run_command(
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    pass_output: Callable[[str], None] | None = None,
) -> int:
    """Run a command to its end and return its exit status, as a shell reports it.

    The signals that are to end this process are passed on to the command, which handles them. Call
    from the main thread.

    Args:
        command: The program and its arguments.
        environ: Its environment variables.
        pass_output: Called with its whole stdout; `None` lets it write to ours.

    Raises:
        CommandNotFoundError: There is no such program.
    """
    stdout = subprocess.PIPE if pass_output else None
    relay = _Relay()
    with _handled_by(relay):
        try:
            process = subprocess.Popen(list(command), env=dict(environ), stdout=stdout)
        except OSError as error:
            raise _explain(error, command[0], environ) from error
        relay.begin(process)
        printed, _ = process.communicate()
    status = process.returncode
    if pass_output and printed:
        pass_output(printed.decode("utf-8", "surrogateescape"))
    return _KILLED_BY - status if status < 0 else status


def _explain(error: OSError, program: str, environ: Mapping[str, str]) -> CommandNotFoundError:
    if error.errno == errno.ENOEXEC:
        path = shutil.which(program, path=environ.get("PATH"))
        if path is not None and _is_text(path):
            return ScriptWithoutInterpreterError(program=program)
        return CommandNotFoundError(
            program=program, reason="it is a program for another processor or system"
        )
    return CommandNotFoundError(program=program, reason=error.strerror or str(error))


def _is_text(path: str) -> bool:
    """Return whether a file is text, as far as shells look."""
    try:
        with Path(path).open("rb") as file:
            return b"\0" not in file.read(_BYTES_TO_TELL)
    except OSError:
        return False


class _Relay:
    """Passes signals on to a command, also those that arrive while it is being started."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []

    def begin(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        for number in self._early:
            process.send_signal(number)

    def pass_on(self, number: int, _frame: object) -> None:
        if self._process is None:
            self._early.append(number)
        else:
            self._process.send_signal(number)


@contextmanager
def _handled_by(relay: _Relay) -> Iterator[None]:
    """Let a relay handle signals meanwhile, unless they are ignored already (`nohup`)."""
    # A terminal's interrupt reaches the command as well, which is not to get it twice. It is not
    # ignored here, for the command would inherit that.
    on_interrupt = _do_nothing if _is_in_foreground() else relay.pass_on
    handlers = {"SIGTERM": relay.pass_on, "SIGHUP": relay.pass_on, "SIGINT": on_interrupt}
    before = {}
    for name, handler in handlers.items():
        number = getattr(signal, name, None)  # Windows has not all of them
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def _do_nothing(_number: int, _frame: object) -> None:
    pass


def _is_in_foreground() -> bool:
    """Return whether interrupts from a terminal reach this process, and with it the command."""
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        # Windows has none, and sends interrupts to all processes of a console.
        return os.name == "nt"
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    finally:
        os.close(terminal)
