"""Stop the builds of all threads when a signal is to end the process.

They run in process groups of their own, which a terminal's Ctrl-C does not reach, and in threads
that the command joins: without this it would wait until the builds finish.
"""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeAlias

from archpip.app.parts import Parts
from archpip.cli.signals import find_signals, raise_ended

_Handler: TypeAlias = Callable[[int, FrameType | None], object]


def end_on_interrupt(parts: Parts) -> None:
    """Stop an application's builds when one of the signals arrives, until it is closed."""
    if threading.current_thread() is not threading.main_thread():
        return  # only the main thread may set handlers; its owner decides
    for number in find_signals("SIGINT", "SIGTERM", "SIGHUP"):
        previous = signal.getsignal(number)
        # Otherwise a parent had it ignored, or an outer application does this already.
        if previous is signal.default_int_handler or previous is raise_ended:
            _cancel_before(previous, number, parts)


def _cancel_before(previous: _Handler, number: int, parts: Parts) -> None:
    def cancel(number: int, frame: FrameType | None) -> None:
        parts.cancel()
        previous(number, frame)

    def restore() -> None:
        if signal.getsignal(number) is cancel:
            signal.signal(number, previous)

    signal.signal(number, cancel)
    parts.call_at_end(restore)
