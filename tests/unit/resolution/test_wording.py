"""How messages write lists and moments."""

from datetime import UTC, datetime

from archpip.resolution.wording import list_briefly, write_moment


def test_lists_are_cut_short() -> None:
    assert list_briefly("abc") == "a, b, c"
    assert list_briefly("abcdefgh", limit=2) == "a, b and 6 more"


def test_moments_are_written_to_the_second() -> None:
    assert write_moment(datetime(2026, 1, 3, 10, 0, 0, 5, UTC)) == "2026-01-03T10:00:00Z"
