"""The oldest systems to serve."""

import pytest

from archpip.targets import InvalidFloorError, parse_floor


@pytest.mark.parametrize(
    ("text", "floor"),
    [("11.0", (11, 0)), ("2.28", (2, 28)), ("14", (14, 0)), (" 10.9.5 ", (10, 9))],
)
def test_floor(text: str, floor: tuple[int, int]) -> None:
    assert parse_floor(text, subject="macOS") == floor


@pytest.mark.parametrize("text", ["", "ten", "2.x", "-1", "2,28", "9999", "2.9999"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InvalidFloorError, match="is not a version of glibc"):
        parse_floor(text, subject="glibc")
