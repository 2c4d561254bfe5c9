"""Each surface of the fuzzer, for a moment: seeds, and bent ones, always the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import make_seeds
from tests.fuzz.surfaces import SURFACES

# `test_hostile_bytes.py` and `test_archives.py` bend the seeds of those two at length.
TEXTS = sorted(SURFACES.keys() - {"binary", "wheel"})
SPLICES = st.sampled_from(
    (*b"<>&\"'[]{}#=:;,/\\\n\r\t $@!-", "\u2028".encode(), b"<![", b"\xff\xfe", b"1" * 5000)
)
SPOTS = st.tuples(st.integers(0, 4095), st.integers(0, 8), SPLICES | st.binary(max_size=4))


def bend(seed: bytes, spots: list[tuple[int, int, bytes | int]]) -> bytes:
    """Replace bytes at some places by others."""
    content = bytearray(seed)
    for place, length, splice in spots:
        start = place % (len(content) + 1)
        content[start : start + length] = bytes([splice]) if isinstance(splice, int) else splice
    return bytes(content)


@pytest.mark.parametrize("surface", SURFACES)
def test_seeds_are_read_without_an_error_of_anothers(surface: str) -> None:
    for content in make_seeds(surface).values():
        SURFACES[surface](content)


@pytest.mark.parametrize("surface", TEXTS)
@settings(max_examples=300, derandomize=True, deadline=None)
@given(data=st.data())
def test_bent_texts_are_read_or_refused(surface: str, data: st.DataObject) -> None:
    seed = data.draw(st.sampled_from(list(make_seeds(surface).values())))
    SURFACES[surface](bend(seed, data.draw(st.lists(SPOTS, max_size=6))))
