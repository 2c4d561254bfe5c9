import gzip

import pytest

from archpip.index import IndexUnavailableError
from archpip.index.bounds import MOST_BYTES, read_whole, unpack
from archpip.index.transport import TransportError
from tests.unit.index.fake_web import FakeWeb, MakeSession, OpenReply, Reply

URL = "https://index.example/simple/a/"


@pytest.mark.parametrize("length", [0, 1999, 2000])
def test_answer_within_the_bounds_is_whole(length: int) -> None:
    answer = OpenReply(URL, Reply(200, bytes(length)))
    assert read_whole(answer, most_bytes=2000) == bytes(length)


def test_no_more_is_asked_for_than_shows_that_it_is_too_much() -> None:
    answer = OpenReply(URL, Reply(200, bytes(3 * 1024**2)))
    with pytest.raises(TransportError, match="more than 2 MB"):
        read_whole(answer, most_bytes=2 * 1024**2)
    assert len(answer.read(MOST_BYTES)) == 1024**2 - 1


def test_session_tries_such_a_server_once(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, Reply(200, bytes(MOST_BYTES + 1)))

    with pytest.raises(IndexUnavailableError, match="more than 64 MB"):
        session().get(URL)
    assert len(web.requests) == 1


PACKED = gzip.compress(b"page" * 100)


def test_body_is_unpacked_and_can_be_kept_as_it_came() -> None:
    assert unpack(PACKED) == (b"page" * 100, PACKED)


@pytest.mark.parametrize(
    ("packed", "content"),
    [(b"", b""), (PACKED + gzip.compress(b"2"), b"page" * 100 + b"2")],
    ids=["none", "two"],
)
def test_members_that_follow_one_another_are_one_body(packed: bytes, content: bytes) -> None:
    assert unpack(packed) == (content, None)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (gzip.compress(bytes(2001)), "more than"),
        (gzip.compress(bytes(1500)) * 2, "more than"),
        (PACKED[:-1], "ends early"),
        (PACKED[:-8] + bytes(8), "cannot be unpacked"),
        (PACKED + b"<html>", "cannot be unpacked"),
        (b"<html>", "cannot be unpacked"),
    ],
    ids=["bomb", "two", "cut", "checksum", "more", "plain"],
)
def test_body_that_is_not_what_it_says_is_an_error(packed: bytes, reason: str) -> None:
    with pytest.raises(TransportError, match=reason):
        unpack(packed, most_bytes=2000)
