"""Addresses of hosts: the name server is asked once for each.

Dozens of connections to one host are opened in the same moment, and each would resolve its name
anew. Name servers answer such a burst late or not at all: 32 at once made a run five seconds
slower, which is a resolver's patience before it asks again.
"""

import socket
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

from archpip.index.once import OncePerKey

_PATIENCE_SECONDS = (0.3, 1.0)
"""How long the first and the second look-up are waited for before another one is started."""


class AddressBook:
    """Remembers where hosts are. Safe to use from several threads."""

    def __init__(self) -> None:
        self._addresses: OncePerKey[tuple[str, int], list[str]] = OncePerKey()

    def connect(self, host: str, port: int, *, timeout_seconds: float | None) -> socket.socket:
        """Open a connection to the first of the host's addresses that answers.

        Raises:
            OSError: None does, or nobody knows the host.
        """
        try:
            *others, last = self._addresses.get((host, port), lambda: _resolve(host, port))
        except OSError as error:
            raise OSError(f"{host} is not known: {error.strerror}") from error
        for address in others:
            # A host with an IPv6 address need not be reachable by it.
            with suppress(OSError):
                return socket.create_connection((address, port), timeout_seconds)
        return socket.create_connection((last, port), timeout_seconds)


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
