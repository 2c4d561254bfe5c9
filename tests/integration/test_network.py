"""The network against a server of sockets that answers as it is told, also wrongly."""

import contextlib
import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from archpip.index import SessionOptions
from archpip.index.errors import InvalidProxyError
from archpip.index.network import Network
from archpip.index.transport import OpenAnswer, TransportError

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"
SHORT_CHUNK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nX-Name: Andr\xe9\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
PACKED = gzip.compress(b"hello", mtime=0)
COMPRESSED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (
    len(PACKED),
    PACKED,
)
NONSENSE = b"SSH-2.0-OpenSSH_9.6\r\n"


class Server:
    """Each connection gets its list of answers, and is then closed."""

    def __init__(self, *connections: list[bytes], tls: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections = connections
        self._tls = tls
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.accepted = 0
        self.requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        for answers in self._connections:
            with contextlib.suppress(OSError):
                connection, _ = self._listener.accept()
                self.accepted += 1
                if self._tls:
                    connection = self._tls.wrap_socket(connection, server_side=True)
                with connection:
                    for answer in answers:
                        self.requests.append(connection.recv(65536))
                        connection.sendall(answer)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextlib.contextmanager
def serving(*connections: list[bytes], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(*connections, tls=tls)
    try:
        yield server
    finally:
        server.close()


Open = Callable[..., Network]


@pytest.fixture
def open_network() -> Iterator[Open]:
    opened = []

    def make(**options: object) -> Network:
        opened.append(Network(SessionOptions(**{"timeout_seconds": 10.0, **options})))  # type: ignore[arg-type]  # by name
        return opened[-1]

    yield make
    for network in opened:
        network.close()


@pytest.fixture
def network(open_network: Open) -> Network:
    return open_network()


def opened(network: Network, url: str) -> closing[OpenAnswer]:
    return closing(network.send(url, {}))


def read(network: Network, url: str, **headers: str) -> bytes:
    with closing(network.send(url, headers)) as answer:
        return answer.read(1000)


@pytest.mark.parametrize("answer", [GOOD, CHUNKED])
def test_connection_is_used_again(network: Network, answer: bytes) -> None:
    with serving([answer, GOOD]) as server:
        assert [read(network, server.url) for _ in range(2)] == [b"hello", b"hello"]
        assert server.accepted == 1


def test_path_and_headers_are_sent_as_they_stand(network: Network) -> None:
    with serving([GOOD]) as server:
        read(network, f"{server.url}a%2Bb/a+cpu[1].whl?q=1%2F&r=a+b#c", Range="bytes=-5")
    head = server.requests[0].decode().split("\r\n")
    assert head[0] == "GET /a%2Bb/a+cpu[1].whl?q=1%2F&r=a+b HTTP/1.1"
    assert "Range: bytes=-5" in head
    assert "User-Agent: archpip" in head
    assert sum(line.lower().startswith("host:") for line in head) == 1


def test_connection_that_the_server_closed_is_replaced(network: Network) -> None:
    with serving([GOOD], [GOOD]) as server:
        assert [read(network, server.url) for _ in range(2)] == [b"hello", b"hello"]
        assert server.accepted == 2


def test_connection_that_the_server_closes_at_the_next_request_is_replaced(
    network: Network,
) -> None:
    # What a server does whose time for idle connections ends at that moment.
    with serving([GOOD, b""], [GOOD]) as server:
        assert [read(network, server.url) for _ in range(2)] == [b"hello", b"hello"]
        assert server.accepted == 2


def test_body_without_a_length_ends_with_the_connection(network: Network) -> None:
    with serving([CLOSING], [GOOD]) as server:
        assert [read(network, server.url) for _ in range(2)] == [b"hello", b"hello"]


def test_header_that_is_no_text_is_as_good_as_none(network: Network) -> None:
    with serving([UNCHANGED]) as server, opened(network, server.url) as answer:
        assert (answer.status, answer.header("x-name"), answer.read(9)) == (304, None, b"")


def test_body_comes_in_pieces_as_long_as_are_asked_for(network: Network) -> None:
    with (
        serving([CHUNKED]) as server,
        opened(network, server.url) as answer,
    ):
        assert [answer.read(2) for _ in range(4)] == [b"he", b"ll", b"o", b""]


def test_redirect_is_an_answer(network: Network) -> None:
    with serving([MOVED]) as server, opened(network, server.url) as answer:
        assert (answer.status, answer.header("location")) == (302, "/b")


def test_body_comes_as_it_was_packed(network: Network) -> None:
    with serving([COMPRESSED]) as server:
        assert read(network, server.url, **{"Accept-Encoding": "gzip"}) == PACKED
    sent = [line for line in server.requests[0].split(b"\r\n") if b"ccept-" in line]
    assert sent == [b"Accept-Encoding: gzip"]


def test_answer_that_is_not_read_does_no_harm(network: Network) -> None:
    with serving([GOOD], [GOOD]) as server:
        network.send(server.url, {}).close()
        assert read(network, server.url) == b"hello"


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [(SHORT, True), (SHORT_CHUNK, True), (NONSENSE, False), (b"", False)],
    ids=["body", "chunk", "nonsense", "none"],
)
def test_answer_that_is_cut_or_none_is_an_error(
    network: Network, answer: bytes, *, is_cut: bool
) -> None:
    # A server that closes a connection without any answer is asked twice.
    with serving([answer], [answer]) as server, pytest.raises(TransportError) as caught:
        read(network, server.url)
    assert (caught.value.may_pass, caught.value.is_cut) == (True, is_cut)


def test_silence_is_a_timeout(open_network: Open) -> None:
    network = open_network(timeout_seconds=0.5)
    with serving([b"", b""]) as server, pytest.raises(TransportError, match="answer in time"):
        read(network, server.url)


def test_server_that_trickles_is_given_up(open_network: Open) -> None:
    network = open_network()
    with (
        serving([SHORT, b""]) as server,
        pytest.raises(TransportError) as caught,
        closing(network.send(server.url, {}, longest_seconds=0.25)) as answer,
    ):
        answer.read(1000)
    assert caught.value.reason == "its answer did not end within 0.25 s"
    assert not caught.value.may_pass


def test_closed_port_is_said(network: Network) -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(TransportError, match=r"(?i)refused"):
        read(network, url)


@pytest.mark.parametrize("url", ["http://[::1/", "http://a b/", "gopher://127.0.0.1/"])
def test_address_that_cannot_be_asked_is_hopeless(network: Network, url: str) -> None:
    with pytest.raises(TransportError) as caught:
        read(network, url)
    assert not caught.value.may_pass


def test_header_that_cannot_be_sent_is_hopeless(network: Network) -> None:
    with pytest.raises(TransportError) as caught:
        read(network, "http://127.0.0.1/", Range="a\nb")
    assert not caught.value.may_pass


def test_proxy_is_asked_in_the_servers_place(open_network: Open) -> None:
    with serving([GOOD]) as server:
        network = open_network(proxy=server.url.removeprefix("http://").rstrip("/"))
        assert read(network, "http://index.example/simple/a/") == b"hello"
    assert server.requests[0].startswith(b"GET http://index.example/simple/a/ HTTP/1.1\r\n")


def test_proxy_serves_trusted_hosts_and_others(open_network: Open) -> None:
    with serving([GOOD], [GOOD]) as server:
        network = open_network(proxy=server.url, trusted_hosts=("trusted.example",))
        assert read(network, "http://trusted.example/") == b"hello"
        assert read(network, "http://index.example/") == b"hello"


@pytest.mark.parametrize(
    "proxy", ["htp://proxy.example:1", "http://", "http://me:secret@proxy.example:port"]
)
def test_proxy_that_is_none_is_refused_and_not_gone_round(open_network: Open, proxy: str) -> None:
    with pytest.raises(InvalidProxyError, match=r"^The proxy ht") as caught:
        open_network(proxy=proxy)
    assert "secret" not in str(caught.value)


def test_proxy_that_is_not_there_is_told_from_the_server(open_network: Open) -> None:
    with serving() as server:
        url = server.url
    with pytest.raises(TransportError, match=r"(?i)^the proxy cannot be reached: .*refused"):
        read(open_network(proxy=url), "https://index.example/")


def test_proxy_that_refuses_is_told_from_the_server(open_network: Open) -> None:
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with (
        serving([refusal]) as server,
        pytest.raises(TransportError, match=r"^the proxy refuses: .*authorization required$") as e,
    ):
        read(open_network(proxy=server.url), "https://index.example/")
    assert not e.value.may_pass  # another try with the same credentials is of no use


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ([("HTTPS_PROXY", "htp://me:secret@proxy.example:1")], "https://index.example/"),
        ([("https_proxy", "htp://me:secret@proxy.example:1")], "https://index.example/"),
        ([("ALL_PROXY", "http://me:secret@proxy.example:port")], "http://index.example/"),
        ([("HTTP_PROXY", "htp://p:1"), ("NO_PROXY", "other.example")], "http://index.example/"),
    ],
    ids=str,
)
def test_proxy_of_a_variable_that_is_none_is_refused_as_well(
    open_network: Open, variables: list[tuple[str, str]], url: str
) -> None:
    network = open_network(proxy_variables=tuple(variables))
    with pytest.raises(InvalidProxyError, match=r"^The proxy h.* of ") as caught:
        read(network, url)
    assert variables[0][0] in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "variables",
    [
        [("HTTPS_PROXY", "htp://p:1")],
        [("HTTP_PROXY", "htp://p:1"), ("NO_PROXY", "127.0.0.1")],
        [("HTTP_PROXY", "htp://p:1"), ("NO_PROXY", "*")],
        [("HTTP_PROXY", ""), ("ALL_PROXY", "")],
    ],
    ids=str,
)
def test_proxy_of_a_variable_that_nobody_asks_may_be_none(
    open_network: Open, variables: list[tuple[str, str]]
) -> None:
    with serving([GOOD]) as server:
        assert read(open_network(proxy_variables=tuple(variables)), server.url) == b"hello"


def test_named_proxy_holds_over_variables(open_network: Open) -> None:
    with serving([GOOD]) as server:
        network = open_network(proxy=server.url, proxy_variables=(("HTTP_PROXY", "htp://p:1"),))
        assert read(network, "http://index.example/") == b"hello"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_unknown_authority_is_not_trusted(network: Network, tls: ssl.SSLContext) -> None:
    untrusted = pytest.raises(TransportError, match=r"certificate is not trusted \(UnknownIssuer")
    with serving([GOOD], tls=tls) as server, untrusted:
        read(network, server.url)


@pytest.mark.parametrize("is_folder", [False, True], ids=["bundle", "folder"])
def test_named_authority_is_trusted(
    open_network: Open,
    authority: trustme.CA,
    tls: ssl.SSLContext,
    tmp_path: Path,
    *,
    is_folder: bool,
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificates = tmp_path if is_folder else tmp_path / "ca.pem"
    with serving([GOOD], tls=tls) as server:
        assert read(open_network(certificates=certificates), server.url) == b"hello"


def test_trusted_host_needs_no_known_certificate(open_network: Open, tls: ssl.SSLContext) -> None:
    with serving([GOOD], tls=tls) as server:
        assert read(open_network(trusted_hosts=("127.0.0.1",)), server.url) == b"hello"


def test_client_shows_its_certificate(
    open_network: Open, authority: trustme.CA, tmp_path: Path
) -> None:
    strict = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    strict.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("127.0.0.1").configure_cert(strict)
    authority.configure_trust(strict)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    authority.issue_cert("me@index.example").private_key_and_cert_chain_pem.write_to_path(
        tmp_path / "me.pem"
    )
    certificates = {"certificates": tmp_path / "ca.pem"}
    with serving([GOOD], tls=strict) as server:
        network = open_network(**certificates, client_certificate=tmp_path / "me.pem")
        assert read(network, server.url) == b"hello"


def test_plain_server_is_no_tls_server(network: Network) -> None:
    with serving([NONSENSE]) as server, pytest.raises(TransportError):
        read(network, server.url.replace("http:", "https:"))
