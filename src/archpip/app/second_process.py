"""A second process that opens wheels, as one interpreter keeps one core busy and no more.

It is started once several wheels have been requested, opens every wheel requested after it is
ready, and stops after a while without requests, until there are new ones. It is optional: if it
cannot be started, stops or declines, the caller opens the wheel in this process, and raises the
error that is meant for the user.
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from urllib.parse import urlsplit

from msgspec import Struct

from archpip.app.wheel_service import IDLE, READY, Answer, Task, Terms
from archpip.codec import decode, encode
from archpip.index import IndexLocations, Link, SessionOptions
from archpip.resolution import WheelFacts

_PROGRAM = """
from archpip.on_demand import load_msgspec
load_msgspec()
from archpip.app.wheel_service import serve
serve()
"""
_WORTH_IT = 4
"""Wheels requested before the process is started, which takes 0.2 s of CPU time."""
_MOST_AT_ONCE = 32
"""Wheels given to it at once; further ones are opened in this process at the same time."""


class _Waiting(Struct, eq=False):
    """A caller that waits for a wheel."""

    link: Link
    on_metadata: Callable[[bytes], None]
    facts: "Future[WheelFacts | None]"
    metadata: bytes = b""


class SecondProcess:
    """Opens wheels, or declines. Safe to use from several threads. The caller closes it."""

    def __init__(
        self,
        locations: IndexLocations,
        session: SessionOptions,
        *,
        begin_at: int = _WORTH_IT,
    ) -> None:
        """Start no process yet.

        Args:
            locations: The indexes, with their credentials.
            session: The HTTP settings.
            begin_at: How many wheels must be requested before the process is started.
        """
        self._terms = Terms(locations=locations, session=session)
        self._begin_at = begin_at
        self._lock = threading.Lock()
        self._asked = 0
        self._waiting: dict[int, _Waiting] = {}
        self._unable: set[str] = set()
        """Hosts whose wheels it declined, such as for credentials: this process opens those."""
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: threading.Thread | None = None
        self._is_begun = False
        self._is_ready = False

    def begin(self) -> None:
        """Start the process now, unless it runs: many wheels will be requested."""
        with self._lock:
            self._begin_once()

    @property
    def pid(self) -> int | None:
        """The process's ID; `None` if none was started."""
        return self._process.pid if self._process else None

    @property
    def is_ready(self) -> bool:
        """Whether it accepts wheels now."""
        return self._is_ready

    def open(self, link: Link, on_metadata: Callable[[bytes], None]) -> WheelFacts | None:
        """Return a wheel's content; `None` if the caller has to open it.

        Args:
            link: The wheel, with a hash.
            on_metadata: Called with the METADATA before the call returns, from another thread.
        """
        facts = self._ask(link, on_metadata)
        return facts.result() if facts is not None else None

    def close(self) -> None:
        """End the process; pending calls of `open` return `None`."""
        with self._lock:
            self._is_ready = False
            self._is_begun = True  # so that it is not started again
            process, self._process = self._process, None
        if process is None:
            return
        _end(process)
        if self._listener is not None:
            self._listener.join()

    def _ask(
        self, link: Link, on_metadata: Callable[[bytes], None]
    ) -> "Future[WheelFacts | None] | None":
        address = urlsplit(link.url)
        with self._lock:
            self._asked += 1
            if self._asked == self._begin_at:
                self._begin_once()
            if not self._is_ready or len(self._waiting) >= _MOST_AT_ONCE:
                return None
            if address.netloc in self._unable or address.scheme == "file":
                return None
            waiting = _Waiting(link=link, on_metadata=on_metadata, facts=Future())
            self._waiting[self._asked] = waiting
            if self._send(Task(number=self._asked, link=link)):
                return waiting.facts
            del self._waiting[self._asked]
            return None

    def _begin_once(self) -> None:
        if self._is_begun:
            return
        self._is_begun = True
        if not sys.executable or getattr(sys, "frozen", False):
            return  # there is no interpreter, or it is another program
        try:
            self._process = subprocess.Popen(
                # It imports nothing from the current folder, nor what this process does not.
                [sys.executable, "-I" if sys.flags.isolated else "-P", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return
        if self._send(self._terms):
            process = self._process
            self._listener = threading.Thread(
                target=self._listen, args=(process,), name="archpip-second", daemon=True
            )
            self._listener.start()

    def _send(self, message: Struct) -> bool:
        """Write a line, and return whether it could be written."""
        pipe = self._process.stdin if self._process else None
        try:
            if pipe is None:
                return False
            pipe.write(encode(message) + b"\n")
            pipe.flush()
        except OSError:
            return False
        return True

    def _listen(self, process: "subprocess.Popen[bytes]") -> None:
        """Pass answers to waiting callers until the process ends."""
        try:
            for line in process.stdout or ():
                answer = decode(line, Answer)
                if answer.number != IDLE:
                    self._take(answer)
                elif self._dismiss():
                    _end(process)
                    return
        except ValueError:  # malformed output, or the pipe is being closed
            pass
        finally:
            self._give_up(process)

    def _give_up(self, process: "subprocess.Popen[bytes]") -> None:
        """Return `None` to the callers of a process that has ended."""
        with self._lock:
            if self._process not in (process, None):
                return  # it was dismissed, and another one was started since
            self._is_ready = False
            left = list(self._waiting.values())
            self._waiting.clear()
        for waiting in left:
            waiting.facts.set_result(None)

    def _dismiss(self) -> bool:
        """Release an idle process, so that another is started when needed; not with wheels pending.

        Returns:
            Whether the process may be ended.
        """
        with self._lock:
            if self._waiting or self._process is None:
                return False
            self._process = None
            self._is_ready = self._is_begun = False
            self._asked = 0
            return True

    def _take(self, answer: Answer) -> None:
        if answer.number == READY:
            self._is_ready = True
            return
        waiting = self._waiting.get(answer.number)
        if waiting is None:  # it was given up
            return
        if answer.metadata is not None:
            waiting.metadata = answer.metadata
            try:
                waiting.on_metadata(answer.metadata)
            except Exception as error:  # noqa: BLE001  # re-raised in the waiting caller
                with self._lock:
                    del self._waiting[answer.number]
                waiting.facts.set_exception(error)
            return
        with self._lock:
            del self._waiting[answer.number]
            if answer.host_refuses:
                self._unable.add(urlsplit(waiting.link.url).netloc)
        waiting.facts.set_result(
            WheelFacts(
                metadata=waiting.metadata,
                inspection=answer.inspection,
                sha256=waiting.link.sha256,
                cost=answer.cost,
            )
            if answer.inspection
            else None
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()  # it keeps nothing that could be lost
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # something was left to be written
                pipe.close()
