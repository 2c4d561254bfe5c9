"""Counts and amounts as users write them."""

import math

_MOST_DIGITS = 9
"""A limit above any sensible count, yet small enough for every API that takes a count."""


def parse_count(text: str) -> int:
    """Parse a count: 0, 1, 2, ….

    Raises:
        ValueError: It is no count.
    """
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise ValueError(f"'{text}' is no count: 0, 1, 2, …")
    return int(text)


def parse_amount(text: str, unit: str) -> float:
    """Parse a number above 0, which may have a fraction.

    Raises:
        ValueError: It is no number, not positive, or too large to be meant.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < 10**_MOST_DIGITS:
        raise ValueError(f"'{text}' is no number of {unit} above 0")
    return number
