"""Numbers of variable length, seven bits to a byte, as DWARF and its heirs write them.

Source: DWARF 5 §7.6 "Variable Length Data".
"""

_WIDEST_SHIFT = 63


def read_uleb128(content: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at a position, and where the next thing begins.

    The number ends with the bytes at the latest. What it has beyond 64 bits is passed over, so that
    a megabyte of continuation bytes does not become a number of a million digits.
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
