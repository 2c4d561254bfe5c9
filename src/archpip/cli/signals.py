"""Handle the signals that end a process from outside as Ctrl-C is handled.

`docker stop`, a CI server that cancels a job and a closed terminal send SIGTERM or SIGHUP, at which
Python would end at once, and leave temporary folders and builds behind.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


class EndedFromOutside(KeyboardInterrupt):
    """A signal other than Ctrl-C's is to end the process."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
        """The signal's number."""


def raise_ended(number: int, _frame: FrameType | None) -> None:
    """Raise `EndedFromOutside`; a handler for a signal."""
    raise EndedFromOutside(number)


@contextmanager
def raising_signals() -> Iterator[None]:
    """Raise `EndedFromOutside` for SIGTERM and SIGHUP, unless something else is done at them."""
    changed: list[signal.Signals] = []
    for number in find_signals("SIGTERM", "SIGHUP"):
        if signal.getsignal(number) is not signal.SIG_DFL:
            continue  # `nohup` has them ignored
        with suppress(ValueError):  # only the main thread may set handlers
            signal.signal(number, raise_ended)
            changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def find_signals(*names: str) -> list[signal.Signals]:
    """Return those of the named signals that this system has: Windows has no SIGHUP."""
    return [getattr(signal, name) for name in names if hasattr(signal, name)]
