import pytest

from archpip.settings import parse_amount, parse_count


@pytest.mark.parametrize("text", ["-1", "x", "", "1.5", "9" * 10])
def test_what_is_no_count(text: str) -> None:
    with pytest.raises(ValueError, match="is no count"):
        parse_count(text)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e9", "1e300", "x"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is no number of seconds above 0"):
        parse_amount(text, "seconds")


def test_numbers_are_read() -> None:
    assert (parse_count("999999999"), parse_amount("0.5", "seconds")) == (999_999_999, 0.5)
