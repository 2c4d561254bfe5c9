import socket
import threading
from collections.abc import Callable

import pytest

from archpip.index import addresses

Answer = list[tuple[int, int, int, str, tuple[str, int]]]
NameServer = Callable[[Callable[[], Answer]], list[str]]
"""Makes look-ups answer so; returns the names that were asked for, as they are asked."""


def answer(*addresses: str) -> Answer:
    return [(2, 1, 6, "", (address, 443)) for address in addresses]


@pytest.fixture
def name_server(monkeypatch: pytest.MonkeyPatch) -> NameServer:
    def serve(look_up: Callable[[], Answer]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, _port: int, **_: object) -> Answer:
            asked.append(host)
            return look_up()

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return serve


def test_addresses_keep_their_order_and_do_not_repeat(name_server: NameServer) -> None:
    name_server(lambda: answer("::1", "127.0.0.1", "::1"))
    assert addresses._resolve("h", 443) == ["::1", "127.0.0.1"]


def test_lost_question_is_asked_again(
    name_server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_PATIENCE_SECONDS", (0.01, 0.01))
    lost = threading.Event()
    turn = iter([True, False])

    def look_up() -> Answer:
        if next(turn):
            lost.wait(10)
        return answer("127.0.0.1")

    asked = name_server(look_up)
    assert addresses._resolve("h", 443) == ["127.0.0.1"]
    assert asked == ["h", "h"]
    lost.set()


def test_unknown_name_is_said_at_once(name_server: NameServer) -> None:
    def look_up() -> Answer:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    asked = name_server(look_up)
    with pytest.raises(OSError, match="not known"):
        addresses._resolve("h", 443)
    assert asked == ["h"]
