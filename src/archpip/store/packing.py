"""The encoding of bodies in rows, and the keys of pages; the same in every database. Pure."""

import hashlib
import zlib
from urllib.parse import urlsplit, urlunsplit

from archpip.store.writing import Value
from archpip.wheels import Inspection, InvalidInspectionError, inspection_from_json

_COMPRESSION_LEVEL = 3
"""zlib's: pages shrink to a seventh at 100 MB/s; higher levels gain little."""

_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32


def key_of(url: str) -> str:
    """Return the key of a page, a hash: neither the URL nor its credentials can be recovered."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return hashlib.sha256(bare.encode()).hexdigest()


def pack(content: bytes) -> bytes:
    """Compress a body."""
    return zlib.compress(content, _COMPRESSION_LEVEL)


def unpack(body: Value) -> bytes | None:
    """Decompress a body from `pack` or a server's gzip; `None` if it is damaged."""
    try:
        return zlib.decompress(body, _ZLIB_OR_GZIP) if isinstance(body, bytes) else None
    except zlib.error:
        return None


def read_inspection(body: Value) -> Inspection | None:
    """Return an inspection; `None` if the row is damaged."""
    content = unpack(body)
    try:
        return None if content is None else inspection_from_json(content)
    except InvalidInspectionError:
        return None
