"""A server on 127.0.0.1 for as long as a command runs; its URL is known before it is loaded.

The socket listens at once, and clients that connect wait in its backlog. So the command can start
while a thread imports the server: each takes a tenth of a second.
"""

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

_LOOPBACK = "127.0.0.1"
_MOST_WAITING = 128
"""Backlog of connections not yet accepted; uv opens 50 at once."""


class Server(Protocol):
    """Serves on sockets; `archpip.gateway.server.PromptServer` does."""

    def stop(self) -> None:
        """Stop, even if called before `run`. May be called from any thread."""
        ...

    def run(self, sockets: list[socket.socket]) -> None:
        """Serve until `stop` is called."""
        ...


class LoopbackServer:
    """Serves on 127.0.0.1 while it is entered as a context."""

    def __init__(self, load: Callable[[], Server], *, preferred_port: int = 0) -> None:
        """Listen on the preferred port, or on a free one if that is taken.

        Args:
            load: Returns the server. Called in a thread when the context is entered.
            preferred_port: 0 for any.
        """
        self._load = load
        self._socket = _bind(preferred_port)
        self._socket.listen(_MOST_WAITING)
        self.url = f"http://{_LOOPBACK}:{self._socket.getsockname()[1]}"
        """Scheme, host and port, without a slash at the end."""
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._ended = False
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._serve, name="archpip-gateway", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._ended = True
            if self._server is not None:
                self._server.stop()
        self._thread.join()
        self._socket.close()
        if self._failure is not None and error is None:
            raise self._failure

    def _serve(self) -> None:
        try:
            server = self._load()
            with self._lock:
                self._server = server
                if self._ended:
                    return
            server.run([self._socket])
        except Exception as error:  # noqa: BLE001  # raised again where the context ends
            self._failure = error
            # Clients in the backlog must not wait for ever.
            self._socket.close()


def _bind(preferred_port: int) -> socket.socket:
    for port in (preferred_port, 0):
        # asyncio sends without delay (TCP_NODELAY) only where the protocol is named: otherwise each
        # body waits 40 ms for the client to confirm the headers.
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        # Connections of the last run may linger on the preferred port.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((_LOOPBACK, port))
        except OSError:
            bound.close()
            if port == 0:
                raise
        else:
            return bound
    raise AssertionError  # pragma: no cover  # port 0 is bound or raises
