"""Stop the builds of all threads on Ctrl-C.

They run in process groups of their own, which the terminal's signal does not reach, and in threads
that the command joins: without this it would wait until the builds finish.
"""

import signal
import threading
from types import FrameType

from archpip.app.parts import Parts


def end_on_interrupt(parts: Parts) -> None:
    """Stop an application's builds when the user interrupts, until it is closed."""
    if threading.current_thread() is not threading.main_thread():
        return  # only the main thread may set handlers; its owner decides
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
