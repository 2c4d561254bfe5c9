"""Connections that ask the name server once.

Dozens of connections to one host are opened in the same moment, and each would resolve its name
anew. Name servers answer such a burst late or not at all: 32 at once made a run five seconds
slower, which is a resolver's patience before it asks again.
"""

import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress
from queue import Empty, SimpleQueue

import httpcore2
import httpx2

from archpip.index.once import OncePerKey

_PATIENCE_SECONDS = (0.3, 1.0)
"""How long the first and the second look-up are waited for before another one is started."""

_SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class DirectTransport(httpx2.HTTPTransport):
    """Requests without a proxy: those through one leave names to the proxy."""

    def __init__(self, *, verify: ssl.SSLContext, limits: httpx2.Limits) -> None:
        super().__init__(verify=verify, limits=limits)
        # HTTPTransport makes its pool itself and offers no other way to give it a backend.
        self._pool = httpcore2.ConnectionPool(
            ssl_context=verify,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_ResolvingOnce(),
        )


class _ResolvingOnce(httpcore2.SyncBackend):
    def __init__(self) -> None:
        self._addresses: OncePerKey[tuple[str, int], list[str]] = OncePerKey()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        try:
            addresses = self._addresses.get((host, port), lambda: _resolve(host, port))
        except OSError as error:
            raise httpcore2.ConnectError(f"{host} is not known: {error.strerror}") from error
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue  # a host with an IPv6 address need not be reachable by it
        return super().connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


def _resolve(host: str, port: int) -> list[str]:
    """Return the host's addresses, best first; at least one.

    A question or an answer that is lost on the way (DNS goes by UDP) costs the system's resolver
    five seconds before it asks again; we ask again sooner, and take the first answer of all.
    """
    answers: SimpleQueue[list[str] | OSError] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(address[4][0]) for address in found)))

    answer: list[str] | OSError | None = None
    for patience_seconds in (*_PATIENCE_SECONDS, None):
        # A daemon, so that a look-up which nobody waits for any more does not keep us from ending.
        threading.Thread(target=ask, daemon=True, name="archpip-resolve").start()
        with suppress(Empty):
            answer = answers.get(timeout=patience_seconds)
            break
    if not isinstance(answer, list):
        raise answer or OSError(f"{host} was not resolved")
    return answer
