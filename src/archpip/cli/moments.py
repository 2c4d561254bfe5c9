"""Moments and durations on the command line; their formats are defined in `archpip.settings`."""

import argparse
import math
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from archpip.settings import parse_duration, parse_moment

if TYPE_CHECKING:
    from packaging.utils import NormalizedName


def parse_uploaded_prior_to(text: str) -> datetime:
    """Parse pip's `--uploaded-prior-to`: a date means its beginning.

    Raises:
        argparse.ArgumentTypeError: It is neither a moment nor a duration.
    """
    return _parse(text, end_of_day=False)


def parse_exclude_newer(text: str) -> datetime | Literal[False]:
    """Parse uv's `--exclude-newer`: a date means its end, since only newer files are left out.

    `false` puts the cutoffs of all settings out of force.

    Raises:
        argparse.ArgumentTypeError: It is neither a moment nor a duration.
    """
    return False if text == "false" else _parse(text, end_of_day=True)


def parse_exclude_newer_package(text: str) -> "tuple[NormalizedName, datetime | None]":
    """Parse `NAME=WHEN` of uv's `--exclude-newer-package`; for `false`, no file is too new.

    Raises:
        argparse.ArgumentTypeError: It is no such pair.
    """
    from packaging.utils import InvalidName, canonicalize_name  # 10 ms, and rarely needed

    name, equals, moment = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=WHEN, such as numpy=2026-01-31")
    try:
        return canonicalize_name(name.strip(), validate=True), parse_exclude_newer(moment) or None
    except InvalidName as error:
        raise argparse.ArgumentTypeError(f"'{name}' is no project's name") from error


def parse_seconds(text: str) -> float:
    """Parse a duration into seconds: a number, or a format that the functions above accept.

    Raises:
        argparse.ArgumentTypeError: It is neither, or negative.
    """
    try:
        duration = parse_duration(text.strip())
        seconds = float(text) if duration is None else duration.total_seconds()
    except ValueError as error:
        message = f"'{text}' is neither a number of seconds nor a duration ('10 minutes', 1h, PT1H)"
        raise argparse.ArgumentTypeError(message) from error
    if not 0 <= seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no time that passes")
    return seconds


def _parse(text: str, *, end_of_day: bool) -> datetime:
    try:
        return parse_moment(text, end_of_day=end_of_day)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
