"""Limits for one response: unpacked bytes, and time. A response beyond them is an error.

Files are not read this way: they are streamed to disk, and the index gives their size.
"""

import zlib

from archpip.index.transport import OpenAnswer, TransportError

_MEGABYTE = 1024**2
MOST_BYTES = 64 * _MEGABYTE
"""In bytes; the largest project pages have 5 MB."""

_GZIP = zlib.MAX_WBITS | 16

LONGEST_SECONDS = 300.0
"""Needed because a read timeout does not stop a server that sends a byte now and then."""


def read_whole(answer: OpenAnswer, *, most_bytes: int = MOST_BYTES) -> bytes:
    """Return a response's body, which was not read yet.

    Raises:
        TransportError: It ends early, or has more than `most_bytes`, which is not retried.
    """
    content = answer.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise _too_long(most_bytes)
    return content


def unpack(packed: bytes, *, most_bytes: int = MOST_BYTES) -> tuple[bytes, bytes | None]:
    """Decompress gzip (RFC 1952); consecutive members form one body.

    Returns:
        The body, and `packed` if it is a single member, as nearly always, else `None`.

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
