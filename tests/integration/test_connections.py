"""Our connections against a server of sockets that answers as it is told, also wrongly."""

import contextlib
import gc
import socket
import ssl
import threading
from collections.abc import Iterator

import httpx2
import pytest

from archpip.index.connections import DirectTransport

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"
SHORT_CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nX-Name: Andr\xe9\r\n\r\n"
NONSENSE = b"SSH-2.0-OpenSSH_9.6\r\n"


class Server:
    """Each connection gets its list of answers, and is then closed."""

    def __init__(self, *connections: list[bytes]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections = connections
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.accepted = 0
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        for answers in self._connections:
            with contextlib.suppress(OSError):
                connection, _ = self._listener.accept()
                self.accepted += 1
                with connection:
                    for answer in answers:
                        self.requests.append(connection.recv(65536))
                        connection.sendall(answer)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    transport = DirectTransport(
        context=ssl.create_default_context(),
        limits=httpx2.Limits(max_connections=2, keepalive_expiry=30),
    )
    with httpx2.Client(transport=transport, timeout=httpx2.Timeout(0.5)) as opened:
        yield opened


@contextlib.contextmanager
def serving(*connections: list[bytes]) -> Iterator[Server]:
    server = Server(*connections)
    try:
        yield server
    finally:
        server.close()


@pytest.mark.parametrize("answer", [GOOD, CHUNKED])
def test_connection_is_used_again(client: httpx2.Client, answer: bytes) -> None:
    with serving([answer, GOOD]) as server:
        assert [client.get(server.url).text for _ in range(2)] == ["hello", "hello"]
        assert server.accepted == 1


def test_path_and_headers_are_sent_as_they_stand(client: httpx2.Client) -> None:
    with serving([GOOD]) as server:
        client.get(f"{server.url}a%2Bb/?q=1", headers={"Range": "bytes=-5"})
    head = server.requests[0].decode().split("\r\n")
    assert head[0] == "GET /a%2Bb/?q=1 HTTP/1.1"
    assert "Range: bytes=-5" in head
    assert sum(line.lower().startswith("host:") for line in head) == 1


def test_connection_that_the_server_closed_is_replaced(client: httpx2.Client) -> None:
    with serving([GOOD], [GOOD]) as server:
        assert [client.get(server.url).text for _ in range(2)] == ["hello", "hello"]
        assert server.accepted == 2


def test_body_without_a_length_ends_with_the_connection(client: httpx2.Client) -> None:
    with serving([CLOSING], [GOOD]) as server:
        assert [client.get(server.url).text for _ in range(2)] == ["hello", "hello"]


def test_answer_without_a_body_keeps_the_connection(client: httpx2.Client) -> None:
    with serving([UNCHANGED, GOOD]) as server:
        assert client.get(server.url).headers["x-name"] == "André"
        assert client.get(server.url).text == "hello"
        assert server.accepted == 1


def test_answer_that_is_not_read_ends_its_connection(client: httpx2.Client) -> None:
    with serving([GOOD], [GOOD]) as server:
        with client.stream("GET", server.url):
            pass
        assert client.get(server.url).text == "hello"
        assert server.accepted == 2


def test_unread_answer_of_a_closing_server_leaves_no_socket_open(client: httpx2.Client) -> None:
    with serving([CLOSING]) as server, client.stream("GET", server.url) as response:
        response.extensions["response"] = response  # As an error's traceback holds it: in a cycle.
    del response
    gc.collect()  # An open socket warns when it is collected, and here warnings are errors.


@pytest.mark.parametrize("answer", [SHORT, SHORT_CHUNK, NONSENSE], ids=["body", "chunk", "head"])
def test_answer_that_is_cut_or_none_is_an_error(client: httpx2.Client, answer: bytes) -> None:
    with serving([answer]) as server, pytest.raises(httpx2.RemoteProtocolError):
        client.get(server.url)


def test_failures_give_their_turn_back(client: httpx2.Client) -> None:
    with serving(*([SHORT] for _ in range(3)), [GOOD]) as server:
        for _ in range(3):
            with pytest.raises(httpx2.RemoteProtocolError):
                client.get(server.url)
        assert client.get(server.url).text == "hello"


def test_silence_is_a_timeout(client: httpx2.Client) -> None:
    with serving([b"", b""]) as server, pytest.raises(httpx2.ReadTimeout):
        client.get(server.url)


def test_closed_port_is_a_connection_error(client: httpx2.Client) -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(httpx2.ConnectError):
        client.get(url)


def test_plain_server_is_no_tls_server(client: httpx2.Client) -> None:
    with serving([NONSENSE]) as server, pytest.raises(httpx2.ConnectError):
        client.get(server.url.replace("http:", "https:"))
