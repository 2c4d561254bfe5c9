"""Responses that are ready are sent without a task, large ones from files: by real connections."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from archpip.gateway import FileCopies, LoopbackServer, make_server
from archpip.gateway.answering import WholeResponse

LARGE = bytes(range(256)) * 8192
"""2 MB, and no two thousand bytes of it the same."""


class App:
    """Has its response ready for /ready/, and for nothing else; keeps what it answered at once."""

    def __init__(self, body: bytes, copies: FileCopies | None = None) -> None:
        self.body = body
        self.copies = copies
        self.at_once: list[WholeResponse] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = self.body if scope["path"] == "/ready/" else b"by a task"
        await Response(body)(scope, receive, send)

    def answer_at_once(self, scope: Scope) -> WholeResponse | None:
        if scope["path"] != "/ready/":
            return None
        body = b"" if scope["method"] == "HEAD" else self.body
        headers = [(b"content-length", str(len(self.body)).encode())]
        response = WholeResponse(200, headers, "tag", body)
        if self.copies is not None:
            response = response._replace(file=self.copies.find(response))
        self.at_once.append(response)
        return response


@contextmanager
def connect(app: App) -> Iterator[socket.socket]:
    """Connect to a server of an app."""
    with LoopbackServer(lambda: make_server(app)) as server:
        parts = urlsplit(server.url)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=20) as client:
            yield client


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[FileCopies]:
    copies = FileCopies(tmp_path / "copies")
    yield copies
    copies.close()


def request(path: str = "/ready/", *headers: str, method: str = "GET") -> bytes:
    """Return the bytes of a request."""
    lines = (f"{method} {path} HTTP/1.1", "Host: gateway", *headers, "", "")
    return "\r\n".join(lines).encode()


def receive(client: socket.socket, size: int) -> bytes:
    """Return the body of one response, which must be of this size."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += client.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nserver: uvicorn" in head
    while len(body) < size:
        piece = client.recv(65536)
        assert piece
        body += piece
    return body


def receive_some(client: socket.socket) -> bytes:
    """Return what comes next, and nothing where nothing comes for a second."""
    client.settimeout(1)
    try:
        return client.recv(1 << 20)
    except TimeoutError:
        return b""


def test_response_is_the_same_from_memory_and_from_a_file(copies: FileCopies) -> None:
    app = App(LARGE, copies)
    with connect(app) as client:
        for _ in range(4):
            client.sendall(request())

            assert receive(client, len(LARGE)) == LARGE

    assert [response.file is None for response in app.at_once] == [True, False, False, False]


def test_response_larger_than_the_socket_takes_at_once_arrives_whole(copies: FileCopies) -> None:
    body = LARGE * 4  # beyond what Linux buffers for one connection
    with connect(App(body, copies)) as client:
        client.sendall(request() * 4)  # nobody reads while they are answered

        received = b"".join(iter(lambda: receive_some(client), b""))

    assert received.count(b"HTTP/1.1 200 OK") == 4
    assert received.count(body) == 4


def test_responses_come_in_the_order_of_the_requests() -> None:
    with connect(App(b"at once")) as client:
        client.sendall(request("/ready/") + request("/other/") + request("/ready/"))

        received = b"".join(iter(lambda: receive_some(client), b""))

    bodies = [each.partition(b"\r\n\r\n")[2] for each in received.split(b"HTTP/1.1 200 OK")[1:]]
    assert bodies == [b"at once", b"by a task", b"at once"]


def test_response_to_head_has_no_body(copies: FileCopies) -> None:
    with connect(App(LARGE, copies)) as client:
        client.sendall(request(method="HEAD"))
        assert receive(client, 0) == b""
        client.sendall(request())
        assert receive(client, len(LARGE)) == LARGE


@pytest.mark.parametrize(
    "asked",
    [
        request("/ready/", "Connection: close"),
        request("/ready/", "X-Forwarded-For: 192.0.2.1"),
        request("/ready/", "Content-Length: 2") + b"{}",
        request("/ready/", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
        request("/ready/", "Connection: Upgrade", "Upgrade: h2c"),
        request("/ready/?query"),
        request("/r%65ady/"),
        request("http://gateway/ready/"),
        request().replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
    ids=["close", "proxy", "body", "chunks", "upgrade", "query", "escape", "url", "old"],
)
def test_what_is_not_plain_is_left_to_uvicorn(asked: bytes) -> None:
    app = App(b"as ever")
    with connect(app) as client:
        client.sendall(asked)

        assert receive(client, len(app.body)) == app.body

    assert not app.at_once


def test_full_or_closed_folder_only_costs_speed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    app = App(LARGE, FileCopies(tmp_path / "file"))  # no folder can be made there
    with connect(app) as client:
        for _ in range(3):
            client.sendall(request())

            assert receive(client, len(LARGE)) == LARGE

    assert [response.file for response in app.at_once] == [None, None, None]


def test_client_that_leaves_early_disturbs_no_other(copies: FileCopies) -> None:
    app = App(LARGE * 4, copies)
    with LoopbackServer(lambda: make_server(app)) as server:
        parts = urlsplit(server.url)
        address = (str(parts.hostname), parts.port or 0)
        for _ in range(5):
            with socket.create_connection(address, timeout=20) as client:
                client.sendall(request())
                client.recv(1000)
        with socket.create_connection(address, timeout=20) as client:
            client.sendall(request())

            assert receive(client, len(app.body)) == app.body
