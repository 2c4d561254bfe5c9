import gzip
from collections.abc import Iterator

import httpx2
import pytest

from archpip.index import IndexUnavailableError
from archpip.index.bounds import MOST_BYTES, read_whole
from tests.unit.index.fake_web import FakeWeb, MakeSession

URL = "https://index.example/simple/a/"


def answer(*chunks: bytes, **headers: str) -> httpx2.Response:
    return httpx2.Response(
        200, headers=headers, content=iter(chunks), request=httpx2.Request("GET", URL)
    )


def test_answer_within_the_bounds_is_as_it_was() -> None:
    packed = gzip.compress(b"<p>caf\xc3\xa9")
    response = answer(packed, **{"Content-Encoding": "gzip", "ETag": "x"})

    found = read_whole(response)

    assert (found.status_code, found.text, found.headers["etag"]) == (200, "<p>café", "x")
    assert str(found.url) == URL


def test_too_much_is_given_up_as_soon_as_it_is_too_much() -> None:
    came: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            came.append(1)
            yield bytes(1024**2)

    response = httpx2.Response(200, content=endless(), request=httpx2.Request("GET", URL))
    with pytest.raises(IndexUnavailableError, match="more than 2 MB"):
        read_whole(response, most_bytes=2 * 1024**2)
    assert len(came) == 3


def test_what_counts_is_what_comes_out_of_the_packing() -> None:
    packed = gzip.compress(bytes(4 * 1024**2))

    with pytest.raises(IndexUnavailableError, match="more than 2 MB"):
        read_whole(answer(packed, **{"Content-Encoding": "gzip"}), most_bytes=2 * 1024**2)


def test_server_that_trickles_is_given_up() -> None:
    moments = iter(range(0, 1000, 20))

    with pytest.raises(IndexUnavailableError, match="did not end within 30 s"):
        read_whole(answer(*[b"."] * 9), longest_seconds=30, clock=lambda: next(moments))


def test_session_tries_such_a_server_once(web: FakeWeb, session: MakeSession) -> None:
    def huge(_request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=iter([bytes(MOST_BYTES), b"."]))

    web.answer(URL, huge)

    with pytest.raises(IndexUnavailableError, match="more than 64 MB"):
        session().get(URL)
    assert len(web.requests) == 1
