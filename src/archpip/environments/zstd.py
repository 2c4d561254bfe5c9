"""Read zstd-compressed streams, with Python 3.14 or the extra `zstd`.

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
    """The interface of both modules."""

    ZstdError: type[Exception]

    def open(self, file: IO[bytes]) -> IO[bytes]:
        """Open a compressed stream for reading."""
        ...


class _ZstdStream:
    """A decompressed stream with only `read`, all that tarfile needs."""

    def __init__(self, zstd: _Zstd, stream: IO[bytes]) -> None:
        self._file = zstd.open(stream)
        self._error = zstd.ZstdError

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            ValueError: The data is corrupt.
            EOFError: The stream is truncated.
        """
        try:
            return self._file.read(size)
        except self._error as error:
            raise ValueError(*error.args) from error


def open_zstd(stream: IO[bytes]) -> IO[bytes] | None:
    """Open a compressed stream; `None` if no zstd module is available."""
    for name in _MODULES:
        try:
            zstd = cast("_Zstd", import_module(name))
        except ImportError:
            continue
        return cast("IO[bytes]", _ZstdStream(zstd, stream))
    return None
