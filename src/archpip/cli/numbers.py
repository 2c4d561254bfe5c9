"""Numbers of the command line: counts, and limits in time."""

import argparse
import math


def parse_count(text: str) -> int:
    """Parse a number of things: 0, 1, 2, ….

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no count: 0, 1, 2, …")
    return int(text)


def parse_time_limit(text: str) -> float:
    """Parse a number of seconds after which something is given up.

    Raises:
        argparse.ArgumentTypeError: It is none, or leaves no time.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0")
    return seconds
