"""Connections without a proxy: the standard library's HTTP/1.1, kept open and used again.

A lock asks some seven hundred small questions and reads 40 MB of pages. `http.client` spends a
third of the CPU time on them that httpx's own connections do, and CPU time is what threads of one
interpreter wait for.
"""

import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead

import httpx2

from archpip.index.addresses import AddressBook

_CHUNK_BYTES = 256 * 1024
_PORTS = {"http": 80, "https": 443}

_Failures = tuple[type[httpx2.TimeoutException], type[httpx2.NetworkError]]
_WHILE_CONNECTING: _Failures = (httpx2.ConnectTimeout, httpx2.ConnectError)
_WHILE_READING: _Failures = (httpx2.ReadTimeout, httpx2.ReadError)

_Origin = tuple[str, str, int]
"""Scheme, host and port: what a connection leads to."""


class DirectTransport(httpx2.BaseTransport):
    """Requests without a proxy: those through one leave names to the proxy.

    Safe to use from several threads. Requests are repeated where a server closed the connection
    that they were sent on, so all must be safe to repeat; ours are.
    """

    def __init__(self, *, context: ssl.SSLContext, limits: httpx2.Limits) -> None:
        """Open nothing yet.

        Args:
            context: What certificates are believed.
            limits: How many requests may be under way, and for how long connections are kept.
        """
        self._context = context
        self._keep_seconds = limits.keepalive_expiry or 0.0
        self._turns = threading.BoundedSemaphore(limits.max_connections or 1)
        self._addresses = AddressBook()
        self._lock = threading.Lock()
        self._idle: defaultdict[_Origin, list[_Connection]] = defaultdict(list)
        self._closed = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and read the answer's head; its body is read by whoever wants it."""
        self._turns.acquire()
        try:
            connection, answer = self._ask(request)
        except BaseException:
            self._turns.release()
            raise
        return httpx2.Response(
            answer.status,
            headers=[(_raw(name), _raw(value)) for name, value in answer.getheaders()],
            stream=_Body(self, connection, answer),
            extensions={"reason_phrase": _raw(answer.reason)},
        )

    def close(self) -> None:
        """Close what nobody uses; what is in use is closed when it is given back."""
        with self._lock:
            self._closed = True
            idle = [connection for kept in self._idle.values() for connection in kept]
            self._idle.clear()
        for connection in idle:
            connection.close()

    def give_back(self, connection: "_Connection", *, usable: bool) -> None:
        """Keep a connection whose answer was read, or close it."""
        self._turns.release()
        with self._lock:
            if usable and not self._closed:
                connection.idle_since = time.monotonic()
                self._idle[connection.origin].append(connection)
                return
        connection.close()

    def _ask(self, request: httpx2.Request) -> tuple["_Connection", HTTPResponse]:
        origin = _origin_of(request.url)
        while (connection := self._take_idle(origin)) is not None:
            # A server may close a connection while nobody asks; then the next one is tried.
            with suppress(httpx2.ReadError), _translated(connection, *_WHILE_READING):
                return connection, connection.ask(request)
        connection = _Connection(origin, self._addresses, self._context)
        with _translated(connection, *_WHILE_CONNECTING):
            connection.open(timeout_seconds=request.extensions["timeout"]["connect"])
        with _translated(connection, *_WHILE_READING):
            return connection, connection.ask(request)

    def _take_idle(self, origin: _Origin) -> "_Connection | None":
        """Return the connection used last, for it is the least likely to be closed by now."""
        earliest = time.monotonic() - self._keep_seconds
        with self._lock:
            kept = self._idle[origin]
            if kept and kept[-1].idle_since >= earliest:
                return kept.pop()
            expired, self._idle[origin] = kept, []
        for connection in expired:
            connection.close()
        return None


class _Connection(HTTPConnection):
    """One connection to one origin."""

    def __init__(self, origin: _Origin, addresses: AddressBook, context: ssl.SSLContext) -> None:
        super().__init__(origin[1], origin[2])
        self.origin = origin
        self.idle_since = 0.0
        self._addresses = addresses
        self._context = context
        # It is opened by `open` alone: what was closed must not come back, least without TLS.
        self.auto_open = 0

    def open(self, *, timeout_seconds: float | None) -> None:
        """Connect, and greet by TLS where the scheme says so."""
        scheme, host, port = self.origin
        self.sock = self._addresses.connect(host, port, timeout_seconds=timeout_seconds)
        # A request goes out in one piece and is answered: there is nothing to gather.
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if scheme == "https":
            self.sock = self._context.wrap_socket(self.sock, server_hostname=host)

    def ask(self, request: httpx2.Request) -> HTTPResponse:
        """Send a request and read the answer's head."""
        self.sock.settimeout(request.extensions["timeout"]["read"])
        self.putrequest(
            request.method,
            request.url.raw_path.decode("ascii"),
            skip_host=True,
            skip_accept_encoding=True,
        )
        for name, value in request.headers.raw:
            self.putheader(name.decode("ascii"), value)
        self.endheaders(request.read() or None)
        return self.getresponse()


class _Body(httpx2.SyncByteStream):
    """An answer's body, and the connection that it comes by."""

    def __init__(
        self, transport: DirectTransport, connection: _Connection, answer: HTTPResponse
    ) -> None:
        self._transport = transport
        self._connection = connection
        self._answer = answer
        self._given_back = False

    def __iter__(self) -> Iterator[bytes]:
        with _translated(self._connection, *_WHILE_READING):
            while chunk := self._answer.read(_CHUNK_BYTES):
                yield chunk
            if self._answer.length:
                # Read in pieces, a body that ends early is silently shorter.
                raise IncompleteRead(b"", self._answer.length)

    def close(self) -> None:
        if not self._given_back:
            self._given_back = True
            # A failure closes both; an answer that was read to its end leaves the connection open.
            read = self._answer.isclosed() and self._connection.sock is not None
            # Where the server closes, the socket is the answer's alone; unread, it would stay open.
            self._answer.close()
            self._transport.give_back(self._connection, usable=read and not self._answer.will_close)


def _origin_of(url: httpx2.URL) -> _Origin:
    return url.scheme, url.raw_host.decode("ascii"), url.port or _PORTS[url.scheme]


def _raw(text: str) -> bytes:
    """Undo how `http.client` decodes an answer's head."""
    return text.encode("latin-1")


@contextmanager
def _translated(
    connection: _Connection,
    timeout: type[httpx2.TimeoutException],
    failure: type[httpx2.NetworkError],
) -> Iterator[None]:
    """Close the connection on any failure, and speak of it as httpx does."""
    try:
        yield
    except TimeoutError as error:
        connection.close()
        raise timeout(str(error)) from error
    except OSError as error:
        connection.close()
        raise failure(str(error)) from error
    except HTTPException as error:
        connection.close()
        raise httpx2.RemoteProtocolError(str(error) or type(error).__name__) from error
    except BaseException:
        connection.close()
        raise
