"""Serve the app on sockets with uvicorn."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from archpip.gateway.answering import WholeResponse
from archpip.gateway.errors import AddressUnusableError
from archpip.gateway.http_protocol import GatewayProtocol, PromptApp

_LAST_PORT = 65535
_SECONDS_TO_STOP = 5
_SECONDS_KEPT_ALIVE = 75
"""Longer than clients and proxies keep a connection open, so that they close it first."""


class ReplaceableApp:
    """An app that passes each request on to another, which may change meanwhile."""

    def __init__(self, app: PromptApp) -> None:
        """Store the first app."""
        self.app = app
        """Set it from any thread; requests that have begun end where they began."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        await self.app(scope, receive, send)

    def answer_at_once(self, scope: Scope) -> WholeResponse | None:
        """Pass a request on."""
        return self.app.answer_at_once(scope)


def check_address(host: str, port: int) -> None:
    """Check that an address can be listened on, before anything is prepared.

    Raises:
        AddressUnusableError: It is taken, not of this machine, or forbidden.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        if not 0 <= port <= _LAST_PORT:  # some systems reduce it modulo 65536
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


def serve(app: ASGIApp, *, host: str, port: int) -> None:
    """Serve an app until the process is told to stop (SIGINT, SIGTERM, SIGHUP)."""
    server = uvicorn.Server(_configure(app, host=host, port=port))
    with _stopped_at_hangup(server):
        server.run()


@contextmanager
def _stopped_at_hangup(server: uvicorn.Server) -> Iterator[None]:
    """Stop a server at SIGHUP as at SIGTERM, unless that is ignored (`nohup`).

    uvicorn leaves this signal alone, and answers under way would break off.
    """
    number = getattr(signal, "SIGHUP", None)  # Windows has none
    if number is None or signal.getsignal(number) is signal.SIG_IGN:
        yield
        return
    before = signal.signal(number, server.handle_exit)
    try:
        yield
    finally:
        signal.signal(number, before)


def make_server(app: ASGIApp) -> "PromptServer":
    """Return a server for a listening socket, to run in a thread; see `LoopbackServer`."""
    return PromptServer(_configure(app))


class PromptServer(uvicorn.Server):
    """A uvicorn server that stops at once when no client is connected.

    uvicorn polls ten times a second whether to stop, and then waits another tenth of a second for
    connected clients: together a quarter of the time that a short command takes.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Stop, even if called before it runs. May be called from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has stopped by itself
                self._loop.call_soon_threadsafe(self._told.set)

    async def main_loop(self) -> None:
        """Run uvicorn's periodic work until told to stop."""
        # From here on `stop` can wake the loop; an earlier call was recorded in `should_exit`.
        self._loop = asyncio.get_running_loop()
        endings = [asyncio.ensure_future(each) for each in (super().main_loop(), self._told.wait())]
        await asyncio.wait(endings, return_when=asyncio.FIRST_COMPLETED)
        for ending in endings:
            ending.cancel()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish the responses of connected clients."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
        for server in self.servers:
            server.close()


def _configure(app: ASGIApp, *, host: str = "", port: int = 0) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=GatewayProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=_SECONDS_KEPT_ALIVE,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
        host=host,
        port=port,
    )
