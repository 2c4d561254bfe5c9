"""Numbers of variable length, seven bits per byte, as in DWARF and formats derived from it.

Source: DWARF 5 §7.6 "Variable Length Data".
"""

_WIDEST_SHIFT = 63


def read_uleb128(content: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at a position, and the position after it.

    The number ends with the bytes at the latest. Bits beyond 64 are ignored, so that a megabyte of
    continuation bytes does not become a number of a million digits.
    """
    value = shift = 0
    while position < len(content):
        byte = content[position]
        position += 1
        if shift <= _WIDEST_SHIFT:
            value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return value, position
