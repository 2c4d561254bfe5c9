"""What the second process does (`second_process.py`): it opens wheels for the first.

It reads a line of JSON for each wheel, after one that says how to talk to indexes, and writes two
for each: METADATA, and what the binaries say. It ends with its input.
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
"""The number of the first answer, which is no task's."""
IDLE = -1
"""The number of an answer that says that there has been nothing to do for a while."""
_THREADS = 48
_IDLE_SECONDS = 30.0


class Terms(Struct, frozen=True, kw_only=True):
    """How to talk to indexes."""

    locations: IndexLocations
    session: SessionOptions


class Task(Struct, frozen=True, kw_only=True):
    """A wheel to open."""

    number: int
    link: Link


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of a task: METADATA, or an inspection after it; with neither, the wheel was not opened."""

    number: int
    host_refuses: bool = False
    """Other wheels of this one's host would not be opened here either."""
    metadata: bytes | None = None
    inspection: Inspection | None = None
    cost: ReadingCost | None = None


def serve() -> NoReturn:
    """Answer on standard output until standard input ends, and end the process."""
    from archpip.index.client import IndexClient
    from archpip.resolution import Opener

    # Ctrl-C is for the process that asks, which then has this one end.
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
        # Whoever asked opens it again, and says what is wrong.
        except Exception as error:  # noqa: BLE001
            is_its_own = isinstance(error, WheelError) and not isinstance(
                error, RangesUnsupportedError
            )
            say(Answer(number=task.number, host_refuses=not is_its_own))
        else:
            say(Answer(number=task.number, inspection=facts.inspection, cost=facts.cost))

    # What asks a keyring may ask the user, and would read the tasks for an answer.
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
    os._exit(0)  # nobody waits for what is under way
