"""Ctrl-C while archpip starts and ends, when there is nothing to undo.

Python would print a traceback of whatever module was being imported, and some imports lose an
interrupt, so that the command goes on. This module imports next to nothing, to be in force first.
"""

import os
import signal
from types import FrameType

INTERRUPTED = "Interrupted; nothing half-done was left behind"
"""What an interrupted command says."""

ENDED_BY = 128
"""Shells report an end by a signal as this plus the signal's number: 130 for Ctrl-C."""

_STDERR = 2


def end_at_interrupts() -> None:
    """End the process at Ctrl-C from now on, unless it is ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_interrupts() -> None:
    """Raise `KeyboardInterrupt` at Ctrl-C again: from now on there may be something to undo."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore_interrupts() -> None:
    """Ignore Ctrl-C from now on: the command is done, and its temporary folders are being removed.

    SIGTERM still ends the process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(number: int, _frame: FrameType | None) -> None:
    try:
        os.write(_STDERR, f"error: {INTERRUPTED}\n".encode())
    finally:
        os._exit(ENDED_BY + number)
