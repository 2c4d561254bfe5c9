from struct import Struct

import pytest

from archpip.binaries import BytesSource, MalformedBinaryError, TruncatedBinaryError
from archpip.binaries.window import Window
from tests.unit.binaries.reads import WatchedSource


def test_offsets_count_from_the_window_and_messages_from_the_file() -> None:
    window = Window(BytesSource(b"....abcdef"), start=4, size=4)
    assert window.read(1, 2, "letters") == b"bc"
    with pytest.raises(TruncatedBinaryError, match=r"letters at \+0x6 is 3 bytes long, but only 2"):
        window.read(2, 3, "letters")


def test_a_window_ends_with_its_source() -> None:
    window = Window(BytesSource(b"abc"), start=1, size=100)
    assert window.size == 2
    assert Window(BytesSource(b"abc"), start=9).size == 0


def test_a_source_that_gives_less_than_its_size_is_cut_short() -> None:
    class Shrunk(WatchedSource):
        @property
        def size(self) -> int:
            return 100

    with pytest.raises(TruncatedBinaryError, match="only 3 are left"):
        Window(Shrunk(b"abc")).read(0, 10, "header")


def test_what_was_read_ahead_is_not_read_again() -> None:
    source = WatchedSource(bytes(range(64)))
    window = Window(source)
    window.keep_head(32)
    assert window.unpack(Struct("<I"), 4, "field") == (0x07060504,)
    assert window.sub(8, 8).read(0, 8, "part") == bytes(range(8, 16))
    window.keep_head(16)
    assert source.reads == [(0, 32)]
    assert window.read(30, 4, "beyond") == bytes(range(30, 34))
    assert source.reads == [(0, 32), (30, 4)]


def test_a_part_of_a_window_cannot_leave_it() -> None:
    part = Window(BytesSource(b"0123456789"), start=2, size=6).sub(4, 100)
    assert (part.start, part.size) == (6, 2)
    assert part.read(0, 2, "rest") == b"67"
    assert Window(BytesSource(b"01")).sub(7, 1).size == 0


def test_a_string_ends_at_its_zero_byte_and_keeps_odd_bytes_readable() -> None:
    window = Window(BytesSource(b"first\0sec\xffond\0"))
    assert window.string(0, "name") == "first"
    assert window.string(6, "name") == "sec\\xffond"
    assert window.string(5, "name") == ""


def test_a_string_may_be_longer_than_one_step() -> None:
    window = Window(BytesSource(b"x" * 1000 + b"\0"))
    assert window.string(0, "name") == "x" * 1000


def test_a_string_without_an_end_is_malformed_and_one_outside_truncated() -> None:
    window = Window(BytesSource(b"abc"))
    with pytest.raises(MalformedBinaryError, match=r"name at \+0x1 does not end within 4096 bytes"):
        window.string(1, "name")
    with pytest.raises(TruncatedBinaryError):
        window.string(3, "name")
    with pytest.raises(MalformedBinaryError, match="does not end within 10 bytes"):
        Window(BytesSource(b"x" * 5000)).string(0, "name", limit=10)
