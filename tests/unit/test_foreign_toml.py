"""Hostile TOML is one error, and soon."""

import time
import tomllib

import pytest

from archpip.foreign_toml import parse_toml


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = " + "[" * 100_000, "nested too deeply"),
        ("a = " + "1" * 5000, "digits"),
        ("a = 'b>=" + "1" * 5000 + "'", "digits"),
        ("a." * 100_000 + "a = 1", "parts"),
        ("x = {" + "'a' . " * 100_000 + "a = 1}", "parts"),
        ("a = [", "Invalid value"),
    ],
    ids=["nested", "digits", "digits in a text", "key", "key in a table", "not TOML"],
)
def test_what_cannot_be_parsed_is_one_error(text: str, reason: str) -> None:
    begun = time.monotonic()
    with pytest.raises(tomllib.TOMLDecodeError, match=reason):
        parse_toml(text)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "text",
    ["a" * 500_000 + " = 1", "a = '" + "." * 500_000 + "'", "a = '" + "-.-" * 30 + "'"],
    ids=["long name", "dots", "dotted leader"],
)
def test_long_texts_are_parsed(text: str) -> None:
    begun = time.monotonic()
    assert parse_toml(text) == tomllib.loads(text)
    assert time.monotonic() - begun < 5
