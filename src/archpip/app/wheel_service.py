"""The program of the second process (`second_process.py`): it opens wheels for the first.

It reads one line of JSON with the index settings, then one per wheel, and writes two lines for each
wheel: its METADATA, and its inspection. It exits at the end of its input.
"""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

from msgspec import Struct
from msgspec.structs import replace

from archpip.codec import decode, encode
from archpip.errors import WheelError
from archpip.index import IndexLocations, KeyringProvider, Link, SessionOptions
from archpip.wheels import Inspection, RangesUnsupportedError, ReadingCost

READY = 0
"""The number of the first answer, which belongs to no task."""
IDLE = -1
"""The number of an answer that reports a while without tasks."""
_THREADS = 48
_IDLE_SECONDS = 30.0


class Terms(Struct, frozen=True, kw_only=True):
    """The index and HTTP settings."""

    locations: IndexLocations
    session: SessionOptions


class Task(Struct, frozen=True, kw_only=True):
    """A wheel to open."""

    number: int
    link: Link


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer to a task: METADATA, or the inspection after it; neither if it was not opened."""

    number: int
    host_refuses: bool = False
    """Whether other wheels from the same host would not be opened here either."""
    metadata: bytes | None = None
    inspection: Inspection | None = None
    cost: ReadingCost | None = None


def serve() -> NoReturn:
    """Answer on standard output until standard input ends, then exit."""
    from archpip.index.client import IndexClient
    from archpip.resolution import Opener

    # Ctrl-C is handled by the parent process, which then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tasks, answers = sys.stdin.buffer, sys.stdout.buffer
    terms = decode(tasks.readline(), Terms)
    speaking = threading.Lock()

    def say(answer: Answer) -> None:
        line = encode(answer) + b"\n"
        with speaking:
            answers.write(line)
            answers.flush()

    def open_wheel(task: Task) -> None:
        try:
            facts = opener.open(
                task.link,
                inspect=True,
                on_metadata=lambda metadata: say(Answer(number=task.number, metadata=metadata)),
            )
        # The parent opens it again, and reports the error.
        except Exception as error:  # noqa: BLE001
            is_its_own = isinstance(error, WheelError) and not isinstance(
                error, RangesUnsupportedError
            )
            say(Answer(number=task.number, host_refuses=not is_its_own))
        else:
            say(Answer(number=task.number, inspection=facts.inspection, cost=facts.cost))

    # A keyring backend may prompt the user, and would read the tasks as the reply.
    session = replace(terms.session, keyring_provider=KeyringProvider.DISABLED)
    client = IndexClient(terms.locations, session)
    opener = Opener(client.ranges)
    pool = ThreadPoolExecutor(_THREADS)
    say(Answer(number=READY))
    begun = 0

    def watch() -> None:
        seen = -1
        while True:
            time.sleep(_IDLE_SECONDS)
            if begun == seen:
                say(Answer(number=IDLE))
            seen = begun

    threading.Thread(target=watch, daemon=True).start()
    for line in tasks:
        begun += 1
        pool.submit(open_wheel, decode(line, Task))
    os._exit(0)  # the parent waits for nothing that is still running
