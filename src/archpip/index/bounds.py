"""What one answer may take: bytes, once unpacked, and time. A server that gives more is given up.

Files are not read so: they go to a disk piece by piece, and the index says how long they are.
"""

import time
from collections.abc import Callable

import httpx2

from archpip.index.errors import IndexUnavailableError

_MEGABYTE = 1024**2
MOST_BYTES = 64 * _MEGABYTE
"""The largest project pages have 5 MB."""

LONGEST_SECONDS = 300.0
"""A limit on silence does not stop whoever sends a byte now and then."""

_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def read_whole(
    response: httpx2.Response,
    *,
    most_bytes: int = MOST_BYTES,
    longest_seconds: float = LONGEST_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> httpx2.Response:
    """Return an answer with its body, which was read within the bounds.

    Args:
        response: One whose body was not read yet.
        most_bytes: How long the body may be.
        longest_seconds: How long it may take from now on.
        clock: Seconds, from anywhere.

    Raises:
        IndexUnavailableError: The server sends too much, or for too long; a second try would fare
            no better.
    """
    url = str(response.request.url)
    give_up = clock() + longest_seconds
    chunks: list[bytes] = []
    length = 0
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        length += len(chunk)
        if length > most_bytes:
            limit = f"{most_bytes / _MEGABYTE:.3g} MB"
            raise IndexUnavailableError(url=url, reason=f"its answer has more than {limit}")
        if clock() > give_up:
            limit = f"{longest_seconds:.3g} s"
            raise IndexUnavailableError(url=url, reason=f"its answer did not end within {limit}")
    headers = [
        (name, value)
        for name, value in response.headers.multi_items()
        if name.lower() not in _OF_THE_BODY
    ]
    return httpx2.Response(
        response.status_code, headers=headers, content=b"".join(chunks), request=response.request
    )
