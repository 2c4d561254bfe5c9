import pytest

from archpip.binaries import (
    BytesNotHeldError,
    MalformedBinaryError,
    TruncatedBinaryError,
    UnsupportedBinaryError,
)
from archpip.errors import BinaryFormatError


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            TruncatedBinaryError(what="ELF header", offset=16, wanted=48, got=4),
            (
                "ELF header at +0x10 is 48 bytes long, but only 4 are left: "
                "the file is cut short or its header lies"
            ),
        ),
        (
            MalformedBinaryError(what="fat header", offset=4, reason="claims 0 slices"),
            "fat header at +0x4 claims 0 slices",
        ),
        (
            UnsupportedBinaryError(what="symbols", found=9, limit=5),
            "symbols: 9 is more than the 5 that archpip reads",
        ),
        (
            BytesNotHeldError(offset=4096, wanted=10, held=64),
            "10 bytes at +0x1000 were not fetched: only the first 64 bytes are at hand",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_sentence_says_what_where_and_why(error: BinaryFormatError, sentence: str) -> None:
    assert str(error) == sentence


def test_a_cut_file_has_a_hint() -> None:
    error = TruncatedBinaryError(what="x", offset=0, wanted=1, got=0)
    assert error.hint == "Download the file again; if it stays like this, it was published broken."
