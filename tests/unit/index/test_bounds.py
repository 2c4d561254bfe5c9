import pytest

from archpip.index import IndexUnavailableError
from archpip.index.bounds import MOST_BYTES, read_whole
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
