"""What Python's readers of tarballs and zip archives raise for those that strangers made."""

import tarfile
import zipfile
import zlib
from pathlib import Path

try:
    from lzma import LZMAError
except ImportError:  # a Python that was built without it, where tarfile raises a TarError
    LZMAError = tarfile.TarError  # type: ignore[misc,assignment]  # either is an exception

DAMAGED_ARCHIVE: tuple[type[Exception], ...] = (
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    zlib.error,
    LZMAError,
    NotImplementedError,  # a compression that zipfile does not know
)
"""Damaged, cut off, or compressed in a way that this Python cannot read. An encrypted zip archive
raises `RuntimeError`, and names and numbers that cannot be decoded `ValueError`."""


def is_zip_archive(path: Path) -> bool:
    """Return whether a file is a zip archive, damaged or not.

    `zipfile.is_zipfile` raises where the archive is a part of a split one, until Python 3.13.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return zipfile.is_zipfile(path)
    except zipfile.BadZipFile:
        return True
