"""Moments as pip and uv write them: dates, times, and durations back from now.

Source: https://pip.pypa.io/en/stable/user_guide/#filtering-by-upload-time and
https://docs.astral.sh/uv/concepts/resolution/#reproducible-resolutions
"""

import re
from datetime import UTC, date, datetime, timedelta

_ISO_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.IGNORECASE,
)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
"""By the first letter of each spelling; months and years have no fixed length."""
_COUNT = re.compile(
    r"(\d+)\s*(w|wks?|weeks?|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?)(?![a-z])"
)
_WORDS_DURATION = re.compile(rf"(?:{_COUNT.pattern}(?:\s*,)?\s*)+(?:ago)?")


def parse_moment(text: str, *, end_of_day: bool) -> datetime:
    """Parse what pip and uv take for a moment; the result has a zone.

    Args:
        text: A date, a time, or a duration that ends now.
        end_of_day: A date means its end, as in uv, not its beginning, as in pip.

    Raises:
        ValueError: It is none of these; the message says what would be.
    """
    duration = parse_duration(text.strip())
    if duration is not None:
        try:
            return datetime.now(UTC) - duration
        except OverflowError as error:
            raise ValueError(f"'{text}' goes back beyond all dates") from error
    try:
        # Before the time, for `datetime` reads a date as well.
        day = date.fromisoformat(text.strip()) + timedelta(days=1 if end_of_day else 0)
        return datetime(day.year, day.month, day.day).astimezone()  # local, as in pip and uv
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        message = f"'{text}' is no ISO 8601 date, time or duration (2026-01-31, P7D, '30 days')"
        raise ValueError(message) from error
    # Like pip and uv, take a time without a zone for this machine's.
    return moment if moment.tzinfo else moment.astimezone()


def parse_uv_moment(value: object) -> datetime | None:
    """Parse what uv's files have for `exclude-newer`; `None` for `false`: nothing is too new.

    It may be a table, as in uv.lock, of which one key is the moment.

    Raises:
        ValueError: As `parse_moment` does.
    """
    if isinstance(value, dict):
        value = value.get("timestamp")
    # TOML has dates and times of its own.
    return None if value is False else parse_moment(str(value), end_of_day=True)


def parse_duration(text: str) -> timedelta | None:
    """Parse a duration in words or as ISO 8601 has it; `None` where it is none.

    Words are as uv has them: `30 days`, `1 week 2 days`, `36h`, `1 day, 3 hours`.

    Raises:
        ValueError: It is longer than any that can be reckoned with.
    """
    words, iso = _WORDS_DURATION.fullmatch(text.lower()), _ISO_DURATION.fullmatch(text)
    if words:
        counts = {_UNITS[unit[0]]: count for count, unit in _COUNT.findall(text.lower())}
    elif iso and any(iso.groupdict().values()):
        counts = iso.groupdict(default="0")
    else:
        return None
    try:
        return timedelta(**{unit: int(count) for unit, count in counts.items()})
    except (OverflowError, ValueError) as error:  # the latter for thousands of digits
        raise ValueError(f"'{text}' is too long a time") from error
