"""Numbers on the command line: counts, time limits and sizes."""

import argparse

from archpip import settings


def parse_count(text: str) -> int:
    """Parse a count: 0, 1, 2, ….

    Raises:
        argparse.ArgumentTypeError: It is no count.
    """
    try:
        return settings.parse_count(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def parse_time_limit(text: str) -> float:
    """Parse a timeout in seconds.

    Raises:
        argparse.ArgumentTypeError: It is no number, or not positive.
    """
    return _parse_amount(text, "seconds")


def parse_gigabytes(text: str) -> float:
    """Parse a size limit in gigabytes.

    Raises:
        argparse.ArgumentTypeError: It is no number, or not positive.
    """
    return _parse_amount(text, "gigabytes")


def _parse_amount(text: str, unit: str) -> float:
    try:
        return settings.parse_amount(text, unit)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
