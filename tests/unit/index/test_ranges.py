from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archpip.index import AuthenticationRequiredError, IndexUnavailableError
from archpip.index.ranges import HttpRangeReader
from archpip.index.session import Session
from archpip.index.transport import TransportError
from archpip.wheels import RangesUnsupportedError, Tail
from tests.unit.index.fake_web import FakeWeb, Reply, Request

URL = "https://files.example/a.whl?sig=a%2Fb"
CONTENT = bytes(range(200))


def serve(request: Request) -> Reply:
    start_text, _, stop_text = request.headers["range"].removeprefix("bytes=").partition("-")
    size = len(CONTENT)
    if start_text:
        start, stop = int(start_text), min(int(stop_text) + 1, size)
    else:
        start, stop = max(0, size - int(stop_text)), size
    return partial(CONTENT[start:stop], f"bytes {start}-{stop - 1}/{size}")


def partial(content: bytes, content_range: str) -> Reply:
    return Reply(206, content, {"content-range": content_range})


@pytest.fixture
def reader(session: Callable[..., Session]) -> Iterator[HttpRangeReader]:
    made = HttpRangeReader(session(), workers=4)
    yield made
    made.close()


def test_tail_and_size_come_in_one_request(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, serve)
    assert reader.read_tail(URL, 50) == Tail(content=CONTENT[150:], file_size=200)
    assert (web.asked, web.requests[0].headers["range"]) == ([URL], "bytes=-50")
    assert web.requests[0].headers["accept-encoding"] == "identity"


def test_tail_of_a_smaller_file_is_all_of_it(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, serve)
    assert reader.read_tail(URL, 1000) == Tail(content=CONTENT, file_size=200)


def test_many_ranges_come_in_the_order_asked_for(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, serve)
    ranges = [(10, 20), (0, 5), (7, 7), (199, 200)]
    assert reader.read_many(URL, ranges) == tuple(CONTENT[a:b] for a, b in ranges)


@pytest.mark.parametrize("code", [200, 501])
def test_server_that_ignores_ranges_is_asked_once(
    web: FakeWeb, reader: HttpRangeReader, code: int
) -> None:
    web.answer(URL, Reply(code, CONTENT))
    for url in (URL, "https://files.example/other.whl"):
        with pytest.raises(RangesUnsupportedError, match="ignores ranges"):
            reader.read_tail(url, 50)
    assert len(web.requests) == 1


@pytest.mark.parametrize("code", [403, 405, 416])
def test_refused_range_speaks_for_one_file_only(
    web: FakeWeb, reader: HttpRangeReader, code: int
) -> None:
    web.answer(URL, Reply(code))
    web.answer("https://files.example/other.whl", serve)
    with pytest.raises(RangesUnsupportedError, match=str(code)):
        reader.read_tail(URL, 50)
    assert reader.read_tail("https://files.example/other.whl", 1).file_size == 200


@pytest.mark.parametrize(
    ("content", "content_range"),
    [
        (CONTENT[:10], "bytes 0-9/*"),
        (CONTENT[:10], ""),
        (CONTENT[:10], "bytes 0-8/200"),
        (CONTENT[:10], "bytes 5-14/200"),
        (CONTENT[:9], "bytes 0-8/200"),
        (CONTENT[:10], "bytes 0-9/5"),
        (CONTENT, "bytes 0-199/200"),
        (CONTENT[:10], "items 0-9/200"),
    ],
    ids=["no-size", "none", "long", "shifted", "short", "beyond", "whole", "unit"],
)
def test_numbers_that_do_not_add_up_are_not_believed(
    web: FakeWeb, reader: HttpRangeReader, content: bytes, content_range: str
) -> None:
    web.answer(URL, partial(content, content_range))
    with pytest.raises(RangesUnsupportedError):
        reader.read_many(URL, [(0, 10)])


def test_tail_that_is_no_tail_is_not_believed(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, partial(CONTENT[:50], "bytes 0-49/200"))
    with pytest.raises(RangesUnsupportedError):
        reader.read_tail(URL, 50)


def test_no_more_is_read_than_was_asked_for(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, partial(CONTENT, "bytes 0-199/200"))
    with pytest.raises(RangesUnsupportedError):
        reader.read_many(URL, [(0, 10)])
    with pytest.raises(RangesUnsupportedError):
        reader.read_tail(URL, 50)
    assert [answer.bytes_read for answer in web.opened] == [0, 0]


def test_passing_failures_are_tried_again(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, Reply(503), TransportError("cut"), serve)
    assert reader.read_many(URL, [(0, 3)]) == (CONTENT[:3],)


def serve_cut(request: Request) -> Reply:
    return replace(serve(request), content=CONTENT[:2], cut=TransportError("cut", is_cut=True))


def test_answer_that_ended_early_once_is_asked_for_again(
    web: FakeWeb, reader: HttpRangeReader
) -> None:
    web.answer(URL, serve_cut, serve)
    assert reader.read_many(URL, [(0, 3)]) == (CONTENT[:3],)


def test_answers_that_always_end_early_are_no_way_to_read_a_file(
    web: FakeWeb, reader: HttpRangeReader
) -> None:
    web.answer(URL, serve_cut)
    with pytest.raises(RangesUnsupportedError, match="end early"):
        reader.read_many(URL, [(0, 3)])
    assert (len(web.requests), len(web.pauses)) == (2, 1)


def test_answer_that_ends_early_falls_back_though_nothing_is_tried_again(
    web: FakeWeb, session: Callable[..., Session]
) -> None:
    reader = HttpRangeReader(session(retries=0), workers=1)
    web.answer(URL, serve_cut)
    with pytest.raises(RangesUnsupportedError, match="end early"):
        reader.read_tail(URL, 3)
    reader.close()


@pytest.mark.parametrize(
    ("code", "error"), [(404, IndexUnavailableError), (401, AuthenticationRequiredError)]
)
def test_absent_or_closed_file_is_not_a_matter_of_ranges(
    web: FakeWeb, reader: HttpRangeReader, code: int, error: type[Exception]
) -> None:
    web.answer(URL, Reply(code))
    with pytest.raises(error):
        reader.read_tail(URL, 50)


def test_signed_urls_are_followed_unchanged(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer("https://files.example/a.whl", Reply(302, headers={"location": URL}))
    web.answer(URL, serve)
    assert reader.read_tail("https://files.example/a.whl", 1).content == CONTENT[-1:]
    assert web.requests[1].headers["range"] == "bytes=-1"


def test_message_hides_credentials(web: FakeWeb, reader: HttpRangeReader) -> None:
    web.answer(URL, Reply(200))
    with pytest.raises(RangesUnsupportedError) as caught:
        reader.read_tail(URL.replace("//", "//me:secret@"), 1)
    assert "secret" not in str(caught.value)


def test_local_file_is_read_in_parts(tmp_path: Path, reader: HttpRangeReader) -> None:
    path = tmp_path / "a.whl"
    path.write_bytes(CONTENT)
    assert reader.read_tail(path.as_uri(), 5) == Tail(content=CONTENT[-5:], file_size=200)
    assert reader.read_tail(path.as_uri(), 500) == Tail(content=CONTENT, file_size=200)
    assert reader.read_many(path.as_uri(), [(3, 4), (0, 2)]) == (CONTENT[3:4], CONTENT[:2])
    with pytest.raises(IndexUnavailableError):
        reader.read_tail((tmp_path / "none").as_uri(), 5)
