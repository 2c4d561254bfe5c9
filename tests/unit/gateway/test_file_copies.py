import os
from pathlib import Path

from archpip.gateway import FileCopies
from archpip.gateway.answering import WholeResponse


def respond(number: int, size: int = 300_000) -> WholeResponse:
    return WholeResponse(200, [], f"{number}", str(number % 10).encode() * size)


def test_copy_is_made_when_a_body_is_sent_for_the_second_time(tmp_path: Path) -> None:
    copies = FileCopies(tmp_path)

    assert copies.find(respond(1)) is None
    file = copies.find(respond(1))

    assert file is not None
    assert os.pread(file, 400_000, 0) == respond(1).body
    assert copies.find(respond(1)) == file
    copies.close()


def test_small_and_enormous_bodies_have_none(tmp_path: Path) -> None:
    copies = FileCopies(tmp_path)

    for size in (0, 1000, 9 * 1024 * 1024):
        assert [copies.find(respond(1, size)) for _ in range(3)] == [None] * 3


def test_copies_sent_least_recently_go_first(tmp_path: Path) -> None:
    copies = FileCopies(tmp_path)
    for number in (*range(32), *range(32)):
        copies.find(respond(number))
    first = copies.find(respond(0))

    copies.find(respond(40))

    assert copies.find(respond(0)) == first
    assert copies.find(respond(1)) is None  # it went, and is sent as if for the first time
    copies.close()


def test_copies_have_no_name_and_go_when_closed(tmp_path: Path) -> None:
    copies = FileCopies(tmp_path)
    copies.find(respond(1))
    copies.find(respond(1))

    assert list(tmp_path.iterdir()) == []
    copies.close()
    assert copies.find(respond(1)) is None
