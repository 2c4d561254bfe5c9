import pytest

from archpip.binaries.leb128 import read_uleb128


@pytest.mark.parametrize(
    ("content", "position", "expected"),
    [
        (b"\x02", 0, (2, 1)),
        (b"\x7f", 0, (127, 1)),
        (b"\x80\x01", 0, (128, 2)),
        (b"\xb9\x64rest", 0, (12857, 2)),
        (b"..\xe5\x8e\x26", 2, (624485, 5)),
        (b"\x80\x80\x00", 0, (0, 3)),
        (b"\xff", 0, (127, 1)),
        (b"", 0, (0, 0)),
        (b"ab", 9, (0, 9)),
    ],
)
def test_numbers(content: bytes, position: int, expected: tuple[int, int]) -> None:
    assert read_uleb128(content, position) == expected


def test_an_endless_number_stays_small() -> None:
    value, position = read_uleb128(b"\xff" * 1_000_000, 0)
    assert value < 1 << 70
    assert position == 1_000_000
