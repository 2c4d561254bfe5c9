"""The app on sockets, by uvicorn."""

import os
import socket

import uvicorn
from starlette.applications import Starlette

from archpip.gateway.errors import AddressUnusableError

_LAST_PORT = 65535
_SECONDS_TO_STOP = 5
_SECONDS_KEPT_ALIVE = 75
"""Longer than clients and proxies keep a connection, so that it is they who close it."""


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
    uvicorn.Server(_configure(app, host=host, port=port)).run()


def make_server(app: Starlette) -> uvicorn.Server:
    """Return what serves an app on a socket that listens, in a thread; see `LoopbackServer`."""
    return uvicorn.Server(_configure(app))


def _configure(app: Starlette, *, host: str = "", port: int = 0) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=_SECONDS_KEPT_ALIVE,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
        host=host,
        port=port,
    )
