"""Ctrl-C ends the builds of all threads.

They run in process groups of their own, which the terminal's signal does not reach, and in threads
that a command waits for: without this it would wait for as long as a build takes.
"""

import signal
import threading
from types import FrameType

from archpip.app.parts import Parts


def end_on_interrupt(parts: Parts) -> None:
    """End the builds of an application where the user interrupts, until it is closed."""
    if threading.current_thread() is not threading.main_thread():
        return  # handlers belong to the main thread; whoever owns it decides
    previous = signal.getsignal(signal.SIGINT)
    if previous is not signal.default_int_handler:
        return  # a parent had signals ignored, or an outer application does this already

    def interrupt(number: int, frame: FrameType | None) -> None:
        parts.cancel()
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    parts.call_at_end(lambda: _restore(interrupt))


def _restore(handler: object) -> None:
    if signal.getsignal(signal.SIGINT) is handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
