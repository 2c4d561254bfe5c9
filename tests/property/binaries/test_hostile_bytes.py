"""Whatever the bytes: a binary, nothing, or one of our errors, and never much work."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from archpip.binaries import (
    Binary,
    BytesNotHeldError,
    Depth,
    PrefixSource,
    looks_native,
    read_binary,
    read_symbols,
)
from archpip.errors import BinaryFormatError
from tests.property.binaries.seeds import SEEDS
from tests.unit.binaries.reads import WatchedSource, read

# A file of a few KB must never cost more reads than its tables have rows, whatever they claim.
MOST_READS = 50_000
MOST_BYTES = 64 << 20

_VALUES = (
    0,
    1,
    7,
    8,
    0x7F,
    0xFF,
    0xFFFF,
    0x7FFF_FFFF,
    0xFFFF_FFFF,
    1 << 32,
    1 << 63,
    (1 << 64) - 1,
)


@st.composite
def bent(draw: st.DrawFn) -> bytes:
    """Return a seed with fields overwritten, bytes moved from another place, or its end cut off."""
    content = bytearray(SEEDS[draw(st.sampled_from(sorted(SEEDS)))])
    last = len(content) - 1
    for _ in range(draw(st.integers(1, 6))):
        # Half of the edits go to the first KB, where headers and load commands stand.
        place = draw(st.integers(0, draw(st.sampled_from((min(last, 1023), last)))))
        width = draw(st.sampled_from((1, 2, 4, 8)))
        value = draw(st.sampled_from(_VALUES) | st.integers(0, len(content))) % (1 << 8 * width)
        order = draw(st.sampled_from(("little", "big")))
        content[place : place + width] = value.to_bytes(
            width, "big" if order == "big" else "little"
        )
    if draw(st.booleans()):
        source, target = draw(st.integers(0, last)), draw(st.integers(0, last))
        length = draw(st.integers(1, 64))
        content[target : target + length] = content[source : source + length]
    if draw(st.integers(0, 3)) == 0:
        del content[draw(st.integers(0, len(content))) :]
    return bytes(content)


def check(content: bytes) -> None:
    """Read bytes in every way there is."""
    for depth in Depth:
        source = WatchedSource(content)
        binary: Binary | None = None
        with suppress(BinaryFormatError):
            binary = read_binary(source, depth=depth)
        if binary is not None:
            assert looks_native(content[:64])
            assert binary.slices
            assert binary.depth >= depth
            for part in binary.slices:
                assert 0 <= part.offset <= part.offset + part.size_bytes <= len(content)
                with suppress(BinaryFormatError):
                    read_symbols(source, part)
        assert len(source.reads) < MOST_READS
        assert sum(length for _, length in source.reads) < MOST_BYTES


@settings(max_examples=500, derandomize=True, deadline=None)
@given(bent())
def test_bent_files_are_read_or_refused(content: bytes) -> None:
    check(content)


@pytest.mark.fuzz
@settings(max_examples=200_000, derandomize=False)
@given(bent() | st.binary(max_size=4096))
def test_bent_files_are_read_or_refused_for_long(content: bytes) -> None:
    check(content)


@pytest.mark.parametrize("name", SEEDS)
def test_every_shorter_file_is_read_or_refused(name: str) -> None:
    for length in range(len(SEEDS[name])):
        if length < 512 or length % 37 == 0:
            check(SEEDS[name][:length])


# An archive's start is all that is read of it, so a longer one may tell more.
@pytest.mark.parametrize("name", sorted(SEEDS.keys() - {"archive"}))
def test_every_prefix_agrees_with_the_whole_as_deep_as_it_goes(name: str) -> None:
    content = SEEDS[name]
    whole = {depth: read(content, depth) for depth in Depth}
    reached = set()
    for length in (*range(0, len(content), 16), len(content)):
        source = PrefixSource(content[:length], size=len(content))
        for asked in Depth:
            with suppress(BytesNotHeldError):
                found = read_binary(source, depth=asked)
                assert found is not None
                assert found.format is whole[asked].format
                reached.add(found.depth)
                for index, part in enumerate(found.slices):
                    expected = whole[min(asked, part.depth)].slices[index]
                    # The first bytes of an ELF file do not tell a library from a program, and end
                    # before the interpreter.
                    assert replace(part, kind=None, interpreter=None) == replace(
                        expected, kind=None, interpreter=None
                    )
                    assert part.kind in {None, expected.kind}
                    assert part.interpreter in {None, expected.interpreter}
    assert max(reached) is Depth.SYMBOLS


def test_version_needs_that_point_at_themselves_end() -> None:
    content = SEEDS["elf"]
    place = content.index(struct.pack("<HH", 1, 2))  # vn_version, vn_cnt
    endless = bytearray(content)
    struct.pack_into("<HHIII", endless, place, 1, 0xFFFF, 1, 16, 0)
    struct.pack_into("<I", endless, place + 16 + 12, 16)  # vna_next
    struct.pack_into("<I", endless, place + 32 + 12, 0xFFFFFFF0)
    check(bytes(endless))
