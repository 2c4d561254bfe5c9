"""Numbers on the command line: counts, time limits and sizes."""

import argparse
import math

_MOST_DIGITS = 9
"""A limit above any sensible count, yet small enough for every API that takes a count."""


def parse_count(text: str) -> int:
    """Parse a count: 0, 1, 2, ….

    Raises:
        argparse.ArgumentTypeError: It is no count.
    """
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise argparse.ArgumentTypeError(f"'{text}' is no count: 0, 1, 2, …")
    return int(text)


def parse_time_limit(text: str) -> float:
    """Parse a timeout in seconds.

    Raises:
        argparse.ArgumentTypeError: It is no number, or not positive.
    """
    return _parse_positive(text, "seconds")


def parse_gigabytes(text: str) -> float:
    """Parse a size limit in gigabytes.

    Raises:
        argparse.ArgumentTypeError: It is no number, or not positive.
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
