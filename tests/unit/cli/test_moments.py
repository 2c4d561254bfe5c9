import argparse
from datetime import UTC, datetime, timedelta

import pytest

from archpip.cli.moments import (
    parse_exclude_newer,
    parse_exclude_newer_package,
    parse_seconds,
    parse_uploaded_prior_to,
)


def test_a_date_is_its_beginning_to_pip_and_its_end_to_uv() -> None:
    beginning = datetime(2026, 1, 31).astimezone()  # of this machine's day
    assert parse_uploaded_prior_to("2026-01-31") == beginning
    assert parse_exclude_newer("2026-01-31") == datetime(2026, 2, 1).astimezone()


@pytest.mark.parametrize("text", ["2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00"])
def test_a_time_is_itself(text: str) -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert parse_uploaded_prior_to(text) == parse_exclude_newer(text) == noon


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P7D", timedelta(days=7)),
        ("P2W", timedelta(weeks=2)),
        ("PT36H", timedelta(hours=36)),
        ("30 days", timedelta(days=30)),
        ("1 week", timedelta(weeks=1)),
        ("24 hours ago", timedelta(hours=24)),
        ("90m", timedelta(minutes=90)),
        ("1 d", timedelta(days=1)),
        ("1 week 2 days", timedelta(days=9)),
        ("1w2d", timedelta(days=9)),
        ("1 day, 3 hrs ago", timedelta(hours=27)),
        ("90 mins 30 secs", timedelta(seconds=5430)),
    ],
)
def test_a_duration_goes_back_from_now(text: str, duration: timedelta) -> None:
    before = datetime.now(UTC) - duration
    found = parse_exclude_newer(text)
    assert found
    assert before <= found <= datetime.now(UTC) - duration


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "yesterday", "2026-02-30", "7", "1 month", "2 days 1 month", "1 dx", ", 1 day"],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="ISO 8601"):
        parse_exclude_newer(text)


def test_a_projects_own_moment_is_a_pair() -> None:
    name, moment = parse_exclude_newer_package("Foo_Bar=2026-01-30T12:00:00Z")
    assert (name, moment) == ("foo-bar", datetime(2026, 1, 30, 12, tzinfo=UTC))


def test_nothing_is_too_new_where_uv_says_false() -> None:
    assert parse_exclude_newer("false") is False
    assert parse_exclude_newer_package("foo=false") == ("foo", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("foo", "'foo' is not NAME=WHEN"),
        ("=2026-01-30", "'' is no project's name"),
        ("foo=soon", "'soon' is no ISO 8601 date"),
    ],
)
def test_what_is_no_such_pair_is_said(text: str, said: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=said):
        parse_exclude_newer_package(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("1.5", 1.5), ("3600", 3600), ("1h", 3600), ("10 minutes", 600), ("PT1M", 60)],
)
def test_seconds_are_a_number_or_a_duration(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "inf", "nan", "1 month"])
def test_other_seconds_are_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"^'{text}' is n"):
        parse_seconds(text)
