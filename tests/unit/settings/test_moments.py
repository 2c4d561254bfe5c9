from datetime import UTC, datetime, timedelta

import pytest

from archpip.settings import parse_duration, parse_moment, parse_uv_moment


@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00Z"])
def test_a_moment_can_be_compared(text: str) -> None:
    # A time without a zone is this machine's: less than a day away from that of UTC.
    moment = parse_moment(text, end_of_day=False)
    assert abs(moment - datetime(2026, 1, 31, 12, tzinfo=UTC)) < timedelta(days=2)


@pytest.mark.parametrize("value", ["", "false", 0, True, {}, {"span": "P7D"}])
def test_nothing_but_false_turns_uvs_cutoff_off(value: object) -> None:
    with pytest.raises(ValueError, match="no ISO 8601"):
        parse_uv_moment(value)


def test_uvs_cutoff_is_a_moment_or_off() -> None:
    moment = datetime(2026, 1, 31, tzinfo=UTC)
    assert parse_uv_moment(False) is None  # noqa: FBT003  # as TOML has it
    assert parse_uv_moment(moment) == moment
    assert parse_uv_moment({"timestamp": "2026-01-31T00:00:00Z"}) == moment


@pytest.mark.parametrize("text", ["9" * 5000 + " days", "99999999999 days"])
def test_a_duration_beyond_all_time_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="too long a time"):
        parse_duration(text)
