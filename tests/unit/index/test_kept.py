"""What is kept of pages answers without a request for as long as all of it is believed."""

import json

import pytest
from packaging.utils import NormalizedName

from archpip.index import IndexLocations, IndexPin, KeptPages
from archpip.index.kept import ASKED, DIGEST
from archpip.index.locations import find_locations

A, B = NormalizedName("a"), NormalizedName("b")
ONE, TWO = "https://me:secret@one.example/simple", "https://two.example/simple/"
LOCATIONS = IndexLocations(index_urls=(ONE, TWO))


class States:
    """Keeps the states of a's pages on both indexes."""

    def __init__(self, **changes: str) -> None:
        first = {ASKED: "1000", DIGEST: "1", **changes}
        self.states = {
            "https://one.example/simple/a/": json.dumps(first),
            "https://two.example/simple/a/": json.dumps({ASKED: "1030", DIGEST: "2"}),
        }

    def get_page_state(self, url: str) -> str | None:
        return self.states.get(url)


def kept(states: States, *, now: float, max_age_seconds: float = 60) -> KeptPages:
    return KeptPages(states, max_age_seconds=max_age_seconds, now=lambda: now)


def test_all_locations_together_are_one_answer() -> None:
    assert kept(States(), now=1050).digest(A, LOCATIONS) == "1 2"


@pytest.mark.parametrize("now", [1060, 1029], ids=["one-is-stale", "clock-set-back"])
def test_one_that_is_not_believed_leaves_no_answer(now: float) -> None:
    assert kept(States(), now=now).digest(A, LOCATIONS) is None


def test_nobody_answers_for_what_is_not_kept_or_never_believed() -> None:
    assert kept(States(), now=1050).digest(B, LOCATIONS) is None
    assert kept(States(), now=1050, max_age_seconds=0).digest(A, LOCATIONS) is None


def test_find_links_come_and_go() -> None:
    locations = IndexLocations(index_urls=(ONE,), find_links=("wheels",))
    assert kept(States(), now=1050).digest(A, locations) is None


def test_what_an_older_archpip_kept_is_none() -> None:
    states = States()
    states.states["https://one.example/simple/a/"] = json.dumps({ASKED: "1000"})
    assert kept(states, now=1050).digest(A, LOCATIONS) is None


def test_a_pinned_project_is_looked_for_in_one_place() -> None:
    locations = IndexLocations(
        index_urls=(ONE,), find_links=("wheels",), pins=(IndexPin(url=TWO, projects=("a*",)),)
    )
    assert find_locations(A, locations) == ((), (TWO,))
    assert find_locations(B, locations) == (("wheels",), (ONE,))


def test_without_an_index_there_are_find_links_alone() -> None:
    locations = IndexLocations(
        find_links=("wheels",), no_index=True, pins=(IndexPin(url=TWO, projects=("a",)),)
    )
    assert find_locations(A, locations) == (("wheels",), ())
