import gzip

import pytest

from archpip.gateway.projects import Reading
from archpip.gateway.renditions import Basis, RenditionShelf, Tally, make_rendition

BODY = b"<a href=x>" * 400
BASIS = Basis(reading=Reading(1.0, 11), tally=Tally(refused=1, approved=1))


@pytest.mark.parametrize(
    ("reading", "tally", "holds"),
    [
        pytest.param(Reading(1.0, 11), Tally(refused=1, approved=1), True, id="nothing-new"),
        pytest.param(Reading(9.0, 11), Tally(refused=1, approved=1), True, id="read-again"),
        pytest.param(Reading(9.0, 12), Tally(refused=1, approved=1), False, id="index-changed"),
        pytest.param(Reading(1.0, 11), Tally(refused=2, approved=1), False, id="refusal"),
        pytest.param(Reading(1.0, 11), Tally(refused=1, approved=2), True, id="approval"),
        pytest.param(Reading(9.0, 11), Tally(refused=1, approved=2), False, id="approval-read"),
    ],
)
def test_page_holds_until_something_that_clients_care_for_changes(
    reading: Reading, tally: Tally, *, holds: bool
) -> None:
    assert BASIS.holds(reading, tally) is holds


def test_rendition_serves_what_it_has() -> None:
    plain = make_rendition(BODY, "text/html")
    both = plain.with_compressed()

    assert plain.serves(compressed=False)
    assert not plain.serves(compressed=True)
    assert both.serves(compressed=True)
    assert gzip.decompress(both.compressed or b"") == BODY


def test_small_page_is_not_compressed() -> None:
    small = make_rendition(b"x", "text/html")

    assert small.with_compressed() is small
    assert small.serves(compressed=True)


def test_shelf_keeps_what_was_not_asked_for_lately_compressed() -> None:
    shelf = RenditionShelf(most_bytes=2 * len(BODY) + 200)
    for key in "abc":
        shelf.put(key, make_rendition(BODY, "text/html"))

    kept = [shelf.get(key) for key in "abc"]

    assert [rendition.plain is None for rendition in kept if rendition] == [True, False, False]
    assert kept[0] is not None
    assert kept[0].with_plain().plain == BODY


def test_shelf_drops_the_oldest_where_all_are_compressed() -> None:
    shelf = RenditionShelf(most_bytes=len(BODY))
    for number in range(100):
        shelf.put(number, make_rendition(BODY, "text/html"))

    kept = [number for number in range(100) if shelf.get(number)]

    assert 99 in kept
    assert 0 not in kept
    assert sum(r.size_bytes for n in kept if (r := shelf.get(n)) and n != 99) <= len(BODY)
