"""What one answer may take: bytes, once unpacked, and time. A server that gives more is given up.

Files are not read so: they go to a disk piece by piece, and the index says how long they are.
"""

import zlib

from archpip.index.transport import OpenAnswer, TransportError

_MEGABYTE = 1024**2
MOST_BYTES = 64 * _MEGABYTE
"""The largest project pages have 5 MB."""

_GZIP = zlib.MAX_WBITS | 16

LONGEST_SECONDS = 300.0
"""A limit on silence does not stop whoever sends a byte now and then."""


def read_whole(answer: OpenAnswer, *, most_bytes: int = MOST_BYTES) -> bytes:
    """Return an answer's body, which was not read yet.

    Raises:
        TransportError: It does not end, or ends early; more than `most_bytes` are not asked for a
            second time.
    """
    content = answer.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise _too_long(most_bytes)
    return content


def unpack(packed: bytes, *, most_bytes: int = MOST_BYTES) -> tuple[bytes, bytes | None]:
    """Unpack what gzip packed (RFC 1952); members that follow one another are one body.

    Returns:
        The body, and `packed` where it is a single member, as nearly always.

    Raises:
        TransportError: It is no gzip, ends early, or holds more than `most_bytes`.
    """
    content: list[bytes] = []
    left, rest = most_bytes, packed
    while rest:
        inflater = zlib.decompressobj(wbits=_GZIP)
        try:
            content.append(inflater.decompress(rest, left + 1))
        except zlib.error as error:
            raise TransportError(f"its answer cannot be unpacked: {error}") from error
        left -= len(content[-1])
        if left < 0:
            raise _too_long(most_bytes)
        if not inflater.eof:
            raise TransportError("its answer ends early, before all was unpacked", is_cut=True)
        rest = inflater.unused_data
    return (content[0], packed) if len(content) == 1 else (b"".join(content), None)


def _too_long(most_bytes: int) -> TransportError:
    limit = f"{most_bytes / _MEGABYTE:.3g} MB"
    return TransportError(f"its answer has more than {limit}", may_pass=False)
