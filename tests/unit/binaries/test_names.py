from collections.abc import Callable, Sequence

import pytest

from archpip.binaries import BytesSource, TruncatedBinaryError, UnsupportedBinaryError
from archpip.binaries import names as names_module
from archpip.binaries.names import find_names, read_names
from archpip.binaries.window import Window
from tests.unit.binaries.reads import WatchedSource


def test_names_come_in_the_order_asked_for_and_may_share_their_ends() -> None:
    strings = Window(BytesSource(b"\0alpha\0beta\0"))
    assert read_names(strings, [7, 1, 0, 3, 7]) == [b"beta", b"alpha", b"", b"pha", b"beta"]


def test_the_last_name_may_end_with_the_table() -> None:
    assert read_names(Window(BytesSource(b"\0tail")), [1]) == [b"tail"]


def test_no_names_cost_no_read() -> None:
    source = WatchedSource(b"abc")
    assert read_names(Window(source), []) == []
    assert source.reads == []


def test_a_large_table_is_read_forward_whatever_the_order() -> None:
    content = b"".join(b"name%06d\0" % number for number in range(300_000))
    source = WatchedSource(content)
    offsets = [number * 11 for number in range(300_000)]
    found = read_names(Window(source), offsets[::-1])
    assert found[0] == b"name299999"
    assert found[-1] == b"name000000"
    starts = [offset for offset, _ in source.reads]
    assert starts == sorted(starts)
    # Steps overlap by the name that one of them cut.
    assert sum(length for _, length in source.reads) < len(content) + 4 * 11


def test_an_offset_outside_the_table_is_truncated() -> None:
    with pytest.raises(TruncatedBinaryError, match=r"symbol name at \+0x9"):
        read_names(Window(BytesSource(b"abc\0")), [0, 9])


def test_one_endless_name_is_refused() -> None:
    with pytest.raises(UnsupportedBinaryError, match="bytes of one symbol's name"):
        read_names(Window(BytesSource(b"x" * 70_000)), [0])


def test_many_names_that_share_one_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "MAX_SYMBOL_NAMES_BYTES", 1640)
    content = b"x" * 100 + bytes(100)
    with pytest.raises(UnsupportedBinaryError, match="bytes for symbol names"):
        read_names(Window(BytesSource(content)), range(11))
    assert len(read_names(Window(BytesSource(content)), range(10))) == 10


@pytest.mark.parametrize("read", [read_names, find_names])
def test_names_are_refused_that_are_far_longer_than_their_table(
    read: Callable[[Window, Sequence[int]], object],
) -> None:
    content = b"x" * 1000 + b"\0"
    with pytest.raises(UnsupportedBinaryError, match="8964 is more than the 8008"):
        read(Window(BytesSource(content)), range(10))


def test_a_name_that_many_symbols_have_counts_once() -> None:
    content = b"x" * 1000 + b"\0"
    assert read_names(Window(BytesSource(content)), [0] * 100) == [content[:-1]] * 100


def test_a_table_beyond_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names_module, "MAX_STRING_TABLE_BYTES", 10)
    source = WatchedSource(bytes(11))
    with pytest.raises(UnsupportedBinaryError, match="11 is more than the 10"):
        read_names(Window(source), [0])
    assert source.reads == []
