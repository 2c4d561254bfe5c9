"""What one connection can cost, however much is sent on it, or little; what is sent at once."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from archpip.gateway import LoopbackServer, make_server

APP = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])
REQUEST = b"GET / HTTP/1.1\r\nHost: gateway\r\n"


@pytest.fixture
def connection() -> Iterator[socket.socket]:
    """Connect to a server of the gateway's."""
    with LoopbackServer(lambda: make_server(APP)) as server:
        parts = urlsplit(server.url)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=20) as client:
            yield client


def receive_all(client: socket.socket) -> bytes:
    """Return what comes until the server closes the connection."""
    received = b""
    with suppress(ConnectionResetError):
        while piece := client.recv(65536):
            received += piece
    return received


def send_often(client: socket.socket, piece: bytes) -> None:
    """Send a piece a thousand times; raises when the server has closed the connection."""
    for _ in range(1000):
        client.sendall(piece)


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (REQUEST + b"X-Long: ", b"y" * 65536),
        (REQUEST, b"X-Many: y\r\n" * 6000),
        (b"GET /", b"y" * 65536),
        (REQUEST + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"y" * 65536 + b"\r\n"),
        (REQUEST + b"Content-Length: 99999999999\r\n\r\n", b"y" * 65536),
        (REQUEST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Late: y\r\n" * 6000),
    ],
    ids=["header", "headers", "path", "chunks", "body", "trailers"],
)
def test_request_without_end_is_cut_off(
    connection: socket.socket, head: bytes, more: bytes
) -> None:
    connection.sendall(head)

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        send_often(connection, more)


def test_long_request_is_told_so(connection: socket.socket) -> None:
    for piece in (REQUEST + b"X-Long: ", b"y" * 65536):
        connection.sendall(piece)

    assert b"400 Bad Request" in receive_all(connection)


def test_requests_sent_ahead_are_answered(connection: socket.socket) -> None:
    last = REQUEST + b"Connection: close\r\n\r\n"
    connection.sendall((REQUEST + b"\r\n") * 50 + last)

    assert receive_all(connection).count(b"here") == 51


def test_requests_sent_ahead_without_end_are_cut_off(connection: socket.socket) -> None:
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        send_often(connection, (REQUEST + b"\r\n") * 1000)


@pytest.mark.parametrize("sent", [b"", REQUEST, REQUEST + b"Content-Length: 5\r\n\r\n"])
def test_connection_that_waits_within_a_request_is_closed(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr("archpip.gateway.server._SECONDS_KEPT_ALIVE", 1)
    with LoopbackServer(lambda: make_server(APP)) as server:
        parts = urlsplit(server.url)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=20) as client:
            begun = time.monotonic()
            client.sendall(sent)

            receive_all(client)

            assert time.monotonic() - begun < 10


def test_answer_may_take_longer_than_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(_request: Request) -> PlainTextResponse:
        time.sleep(1.5)
        return PlainTextResponse("here")

    monkeypatch.setattr("archpip.gateway.server._SECONDS_KEPT_ALIVE", 1)
    app = Starlette(routes=[Route("/", answer)])
    with LoopbackServer(lambda: make_server(app)) as server:
        parts = urlsplit(server.url)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=20) as client:
            client.sendall(REQUEST + b"Connection: close\r\n\r\n")

            assert receive_all(client).endswith(b"here")


def test_answers_on_one_connection_do_not_wait_for_each_other(connection: socket.socket) -> None:
    begun = time.monotonic()
    for _ in range(250):
        connection.sendall(REQUEST + b"\r\n")
        while not connection.recv(65536).endswith(b"here"):
            pass

    assert time.monotonic() - begun < 8  # each that waits for an acknowledgement takes 40 ms
