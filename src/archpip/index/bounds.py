"""What one answer may take: bytes, once unpacked, and time. A server that gives more is given up.

Files are not read so: they go to a disk piece by piece, and the index says how long they are.
"""

from archpip.index.transport import OpenAnswer, TransportError

_MEGABYTE = 1024**2
MOST_BYTES = 64 * _MEGABYTE
"""The largest project pages have 5 MB."""

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
        limit = f"{most_bytes / _MEGABYTE:.3g} MB"
        raise TransportError(f"its answer has more than {limit}", may_pass=False)
    return content
