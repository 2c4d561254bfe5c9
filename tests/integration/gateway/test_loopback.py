import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from archpip.gateway import LoopbackServer, Server, make_server

APP = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("here"))])


def ask(url: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse().read()
    connection.close()
    return answer


def test_who_connects_before_the_server_is_loaded_is_answered_when_it_is() -> None:
    connected = threading.Event()

    def load() -> Server:
        assert connected.wait(10)
        return make_server(APP)

    with LoopbackServer(load) as server:
        parts = urlsplit(server.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
        connection.request("GET", "/")
        connected.set()
        assert connection.getresponse().read() == b"here"
        connection.close()


def test_taken_port_gives_way_to_another() -> None:
    with LoopbackServer(lambda: make_server(APP)) as first:
        port = urlsplit(first.url).port or 0
        with LoopbackServer(lambda: make_server(APP), preferred_port=port) as second:
            assert first.url != second.url
            assert ask(first.url) == ask(second.url) == b"here"


def test_server_that_cannot_be_loaded_leaves_nobody_waiting() -> None:
    loading = threading.Event()

    def load() -> Server:
        assert loading.wait(10)
        raise RuntimeError("there is none")

    server = LoopbackServer(load)
    parts = urlsplit(server.url)
    server.__enter__()
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as waiting:
        loading.set()
        with pytest.raises(ConnectionResetError):
            waiting.recv(1)
    with pytest.raises(RuntimeError, match="there is none"):
        server.__exit__(None, None, None)


def test_end_before_the_server_is_loaded_is_an_end() -> None:
    begun, ended = threading.Event(), threading.Event()

    def load() -> Server:
        begun.set()
        ended.wait(10)
        return make_server(APP)

    with LoopbackServer(load):
        assert begun.wait(10)
        threading.Timer(0.1, ended.set).start()


def test_who_is_connected_at_the_end_has_an_answer() -> None:
    begun, may_answer = threading.Event(), threading.Event()

    def answer(_request: Request) -> PlainTextResponse:
        begun.set()
        assert may_answer.wait(10)
        return PlainTextResponse("late")

    app = Starlette(routes=[Route("/", answer)])
    with ThreadPoolExecutor() as threads:
        with LoopbackServer(lambda: make_server(app)) as server:
            asked = threads.submit(ask, server.url)
            assert begun.wait(10)
            threading.Timer(0.2, may_answer.set).start()
        assert asked.result(10) == b"late"
