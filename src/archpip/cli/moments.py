"""Moments as pip and uv write them: dates, times, and durations back from now.

Source: https://pip.pypa.io/en/stable/user_guide/#filtering-by-upload-time and
https://docs.astral.sh/uv/concepts/resolution/#reproducible-resolutions
"""

import argparse
import math
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.utils import NormalizedName

_ISO_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.IGNORECASE,
)
_WORDS_DURATION = re.compile(
    r"(?P<count>\d+)\s*(?:(?P<weeks>w|weeks?)|(?P<days>d|days?)|(?P<hours>h|hours?)"
    r"|(?P<minutes>m|minutes?)|(?P<seconds>s|seconds?))(?:\s+ago)?"
)


def parse_uploaded_prior_to(text: str) -> datetime:
    """Parse pip's `--uploaded-prior-to`: a date means its beginning.

    Raises:
        argparse.ArgumentTypeError: It is neither a moment nor a duration.
    """
    return _parse(text, end_of_day=False)


def parse_exclude_newer(text: str) -> datetime:
    """Parse uv's `--exclude-newer`: a date means its end, for what is newer is left out.

    Raises:
        argparse.ArgumentTypeError: It is neither a moment nor a duration.
    """
    return _parse(text, end_of_day=True)


def parse_exclude_newer_package(text: str) -> "tuple[NormalizedName, datetime]":
    """Parse `NAME=WHEN` of uv's `--exclude-newer-package`.

    Raises:
        argparse.ArgumentTypeError: It is no such pair.
    """
    from packaging.utils import InvalidName, canonicalize_name  # 10 ms, and seldom asked

    name, equals, moment = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=WHEN, such as numpy=2026-01-31")
    try:
        return canonicalize_name(name.strip(), validate=True), parse_exclude_newer(moment)
    except InvalidName as error:
        raise argparse.ArgumentTypeError(f"'{name}' is no project's name") from error


def parse_seconds(text: str) -> float:
    """Parse a duration as seconds: their number, or what the functions above take.

    Raises:
        argparse.ArgumentTypeError: It is neither, or less than nothing.
    """
    duration = _parse_duration(text.strip())
    try:
        seconds = float(text) if duration is None else duration.total_seconds()
    except ValueError as error:
        message = f"'{text}' is neither a number of seconds nor a duration ('10 minutes', 1h, PT1H)"
        raise argparse.ArgumentTypeError(message) from error
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no time that passes")
    return seconds


def _parse(text: str, *, end_of_day: bool) -> datetime:
    duration = _parse_duration(text.strip())
    if duration is not None:
        return datetime.now(UTC) - duration
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
        raise argparse.ArgumentTypeError(message) from error
    # Like pip and uv, take a time without a zone for this machine's.
    return moment if moment.tzinfo else moment.astimezone()


def _parse_duration(text: str) -> timedelta | None:
    words = _WORDS_DURATION.fullmatch(text.lower())
    if words:
        return timedelta(**{str(words.lastgroup): int(words["count"])})
    iso = _ISO_DURATION.fullmatch(text)
    if iso is None or not any(iso.groupdict().values()):
        return None
    return timedelta(**{unit: int(count or 0) for unit, count in iso.groupdict().items()})
