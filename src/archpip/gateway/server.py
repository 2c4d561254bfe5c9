"""The app on sockets, by uvicorn."""

import asyncio
import os
import socket
from contextlib import suppress

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


def make_server(app: Starlette) -> "PromptServer":
    """Return what serves an app on a socket that listens, in a thread; see `LoopbackServer`."""
    return PromptServer(_configure(app))


class PromptServer(uvicorn.Server):
    """Ends the moment that it is told to, where nobody is connected.

    uvicorn looks ten times a second whether it is to end, and then waits a tenth of a second more
    for who is connected: a quarter of what a short command takes behind a gateway.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def stop(self) -> None:
        """End, also before it runs. May be called from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """Do what must be done now and then, until told to end."""
        # From here on it can be woken; whoever told it before has been heard otherwise.
        self._loop = asyncio.get_running_loop()
        endings = [asyncio.ensure_future(each) for each in (super().main_loop(), self._told.wait())]
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        for ending in endings:
            ending.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let who is connected have their answers."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        for server in self.servers:
            server.close()


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
