"""The app on a socket, by uvicorn: in a thread for as long as a command runs, or in front."""

import gc
import os
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

from archpip.gateway.errors import AddressUnusableError

_LOOPBACK = "127.0.0.1"
_LAST_PORT = 65535
_SECONDS_TO_START = 10.0
_SECONDS_TO_STOP = 5
_SECONDS_KEPT_ALIVE = 75
"""Longer than clients and proxies keep a connection, so that it is they who close it."""

_YOUNG_OBJECTS = 50_000
"""How many new ones let the collector look for cycles among them; Python's own number is 700."""


def collect_less() -> None:
    """Have this process look for garbage in cycles less often: for one that serves to its end.

    Decoding pages makes millions of objects, none in a cycle, and looking at them again and again
    took a third of the time.
    """
    gc.set_threshold(_YOUNG_OBJECTS, 20, 50)


class LoopbackServer:
    """Serves an app on 127.0.0.1 while it is entered as a context."""

    def __init__(self, app: Starlette, *, preferred_port: int = 0) -> None:
        """Take an app; the port is another one where the preferred one is taken."""
        self._socket = _bind(preferred_port)
        self.url = f"http://{_LOOPBACK}:{self._socket.getsockname()[1]}"
        """Scheme, host and port, without a slash at the end."""
        self._started = threading.Event()
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_keep_alive=_SECONDS_KEPT_ALIVE,
            timeout_graceful_shutdown=_SECONDS_TO_STOP,
        )
        self._server = _Announcing(config, self._started)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="archpip-gateway", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait(_SECONDS_TO_START)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def check_address(host: str, port: int) -> None:
    """Look whether an address can be listened at, before anything is prepared for it.

    Raises:
        AddressUnusableError: It is taken, none of this machine, or forbidden.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        if not 0 <= port <= _LAST_PORT:  # some systems take it modulo
            raise AddressUnusableError(host=host, port=port, reason=f"ports end at {_LAST_PORT}")
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as probe:
                # As asyncio does: on Windows it would let two servers share a port.
                if os.name == "posix":
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AddressUnusableError(host=host, port=port, reason=reason) from error


def serve(app: Starlette, *, host: str, port: int) -> None:
    """Serve an app until the process is told to stop (SIGINT, SIGTERM)."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=_SECONDS_KEPT_ALIVE,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
    )


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._announced = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._announced.set()


def _bind(preferred_port: int) -> socket.socket:
    for port in (preferred_port, 0):
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
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
