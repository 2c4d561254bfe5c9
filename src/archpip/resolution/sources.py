"""Static metadata of source archives, read without running anything in them.

Source: PEP 643; https://packaging.python.org/en/latest/specifications/source-distribution-format/
"""

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from archpip.resolution.errors import InvalidMetadataError
from archpip.resolution.metadata import parse_metadata

_PKG_INFO = "PKG-INFO"
_DEPTH = 2  # name-version/PKG-INFO
# Long descriptions are in PKG-INFO too; nobody's is this long.
_LIMIT_BYTES = 8 * 1024 * 1024


def read_static_metadata(archive: Path) -> bytes | None:
    """Return an sdist's PKG-INFO where it binds every wheel built from it, else `None`.

    An archive that cannot be read gives `None` as well: whoever unpacks it to build says why.
    """
    try:
        content = _read_zip(archive) if zipfile.is_zipfile(archive) else _read_tar(archive)
        if content is None or not parse_metadata(content).is_static:
            return None
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, InvalidMetadataError):
        return None
    return content


def _read_tar(archive: Path) -> bytes | None:
    with tarfile.open(archive) as tar:
        # PKG-INFO mostly stands first or last; reading on costs an inflate of the whole, no more.
        for member in _pkg_infos(tar):
            file = tar.extractfile(member)
            return file.read(_LIMIT_BYTES) if file is not None else None
    return None


def _pkg_infos(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    return (m for m in tar if m.isfile() and _is_pkg_info(m.name) and m.size <= _LIMIT_BYTES)


def _read_zip(archive: Path) -> bytes | None:
    with zipfile.ZipFile(archive) as container:
        for member in container.infolist():
            if _is_pkg_info(member.filename) and member.file_size <= _LIMIT_BYTES:
                return container.read(member)
    return None


def _is_pkg_info(path: str) -> bool:
    parts = path.removeprefix("./").split("/")
    return len(parts) == _DEPTH and parts[1] == _PKG_INFO
