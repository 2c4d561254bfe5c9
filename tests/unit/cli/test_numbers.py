import argparse

import pytest

from archpip.cli.numbers import parse_count, parse_gigabytes, parse_time_limit


def test_numbers_are_read() -> None:
    assert (parse_count("12"), parse_time_limit("0.5"), parse_gigabytes("2")) == (12, 0.5, 2)


@pytest.mark.parametrize("text", ["-1", "x", "", "1.5", "9" * 5000])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no count"):
        parse_count(text)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "1e300", "1e400", "x"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no number of gigabytes above 0"):
        parse_gigabytes(text)
