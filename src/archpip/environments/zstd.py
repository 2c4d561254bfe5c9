"""Streams that are compressed with zstd, where Python 3.14 or the extra `zstd` can read them.

Source: https://docs.python.org/3/library/compression.zstd.html, of which backports.zstd is a copy.
"""

from importlib import import_module
from typing import IO, Protocol, cast

MAGIC = b"\x28\xb5\x2f\xfd"

MISSING = (
    "the layer is compressed with zstd; Python 3.14 reads it, or `pip install 'archpip[zstd]'`"
)
"""Why a layer cannot be read, and what to do, where neither is there."""

_MODULES = ("compression.zstd", "backports.zstd")


class _Zstd(Protocol):
    """What both modules offer."""

    ZstdError: type[Exception]

    def open(self, file: IO[bytes]) -> IO[bytes]:
        """Open a compressed stream for reading."""
        ...


class _ZstdStream:
    """The bytes behind a compressed stream: `read` alone, which is all that tarfile asks of one."""

    def __init__(self, zstd: _Zstd, stream: IO[bytes]) -> None:
        self._file = zstd.open(stream)
        self._error = zstd.ZstdError

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            ValueError: They are damaged.
            EOFError: The stream is cut short.
        """
        try:
            return self._file.read(size)
        except self._error as error:
            raise ValueError(*error.args) from error


def open_zstd(stream: IO[bytes]) -> IO[bytes] | None:
    """Open a compressed stream; `None` where nothing here can read it."""
    for name in _MODULES:
        try:
            zstd = cast("_Zstd", import_module(name))
        except ImportError:
            continue
        return cast("IO[bytes]", _ZstdStream(zstd, stream))
    return None
