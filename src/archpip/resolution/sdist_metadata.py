"""Static metadata of source archives, read without running anything in them.

PKG-INFO holds for all wheels built from an sdist if it says so, from metadata 2.2 on. Older ones
may have a `pyproject.toml` whose `[project]` table is just as binding: a backend may not change its
static fields.

Source: PEP 643; PEP 621;
https://packaging.python.org/en/latest/specifications/source-distribution-format/
"""

import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from archpip.foreign_archives import DAMAGED_ARCHIVE
from archpip.resolution.errors import InvalidMetadataError, ProjectFileError
from archpip.resolution.metadata import parse_metadata
from archpip.resolution.project_file import parse_project_file, static_metadata

_PKG_INFO = "PKG-INFO"
_PROJECT_FILE = "pyproject.toml"
_DEPTH = 2  # name-version/PKG-INFO
# Long descriptions are in PKG-INFO too; none is this long.
_LIMIT_BYTES = 8 * 1024 * 1024
_SAYS_WHAT_IS_DYNAMIC = (2, 2)
_UNREADABLE = (
    *DAMAGED_ARCHIVE,
    OSError,
    RuntimeError,
    ValueError,
    InvalidMetadataError,
    ProjectFileError,
)


def read_static_metadata(archive: Path) -> bytes | None:
    """Return an sdist's metadata if it holds for every wheel built from it, else `None`.

    Only the fields that a resolution needs are returned. Also returns `None` for an archive that
    cannot be read: unpacking it for a build raises the error.
    """
    found: dict[str, bytes] = {}
    with suppress(*_UNREADABLE):
        for filename, content in _read_files(archive):
            if filename == _PKG_INFO and parse_metadata(content).is_static:
                return content
            found.setdefault(filename, content)
            if len(found) > 1:
                return _say_from_project_file(found[_PROJECT_FILE], pkg_info=found[_PKG_INFO])
    return None


def read_stated_metadata(archive: Path) -> bytes | None:
    """Return an sdist's PKG-INFO if it lists requirements, though a build may list others.

    They applied when the sdist was made. setuptools marks everything from `setup.py` as dynamic,
    even constants; flash-attn's cannot even run without torch.
    """
    with suppress(*_UNREADABLE):
        for filename, content in _read_files(archive):
            if filename == _PKG_INFO:
                metadata = parse_metadata(content)
                says = metadata.metadata_version >= _SAYS_WHAT_IS_DYNAMIC and metadata.requires
                return content if says else None
    return None


def _read_files(archive: Path) -> Iterator[tuple[str, bytes]]:
    return (_read_zip if zipfile.is_zipfile(archive) else _read_tar)(archive)


def _say_from_project_file(content: bytes, *, pkg_info: bytes) -> bytes | None:
    """Return METADATA from a project file, with the name and version of PKG-INFO."""
    identity = parse_metadata(pkg_info)
    file = parse_project_file(content, path=Path(_PROJECT_FILE), shown=_PROJECT_FILE)
    if file.name != identity.name:
        return None
    return static_metadata(file, version=str(identity.version))


def _read_tar(archive: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        # Both mostly stand first or last; reading on costs an inflate of the whole, no more.
        for member in tar:
            filename = _filename_of(member.name)
            if filename and member.isfile() and member.size <= _LIMIT_BYTES:
                file = tar.extractfile(member)
                if file is not None:
                    yield filename, file.read(_LIMIT_BYTES)


def _read_zip(archive: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as container:
        for member in container.infolist():
            filename = _filename_of(member.filename)
            if filename and member.file_size <= _LIMIT_BYTES:
                yield filename, container.read(member)


def _filename_of(path: str) -> str | None:
    """Return which of the two files a member is."""
    parts = path.removeprefix("./").split("/")
    if len(parts) == _DEPTH and parts[1] in (_PKG_INFO, _PROJECT_FILE):
        return parts[1]
    return None
