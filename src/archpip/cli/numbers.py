"""Numbers of the command line: counts, and limits in time."""

import argparse
import math

_MOST_DIGITS = 9
"""More than anybody counts, and few enough for every place that a count is handed to."""


def parse_count(text: str) -> int:
    """Parse a number of things: 0, 1, 2, ….

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"'{text}' is no count: 0, 1, 2, …")
    return int(text)


def parse_time_limit(text: str) -> float:
    """Parse a number of seconds after which something is given up.

    Raises:
        argparse.ArgumentTypeError: It is none, or leaves no time.
    """
    return _parse_positive(text, "seconds")


def parse_gigabytes(text: str) -> float:
    """Parse how much may be kept.

    Raises:
        argparse.ArgumentTypeError: It is no number, or leaves no room.
    """
    return _parse_positive(text, "gigabytes")


def _parse_positive(text: str, unit: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of {unit} above 0")
    return number
