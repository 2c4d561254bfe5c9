"""Unpack source distributions, which are hostile input, into an empty folder.

This module handles only the archive; the project's build configuration is read in `frontend.py`.
Formats: the `.tar.gz` of PEP 625 and, for old projects, `.zip` and tarballs in the other
compressions that pip accepts.
"""

import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from archpip.builds.errors import InvalidSdistError
from archpip.foreign_archives import DAMAGED_ARCHIVE

# grpcio, the largest sdist in common use, has 35,000 members and 140 MB.
_MAXIMUM_MEMBERS = 400_000
_MAXIMUM_BYTES = 8 << 30
# Source code deflates to about a fifth; bombs reach a thousand. Small files may do so honestly.
_MAXIMUM_RATIO = 400
_RATIO_COUNTS_FROM_BYTES = 256 << 20

# Not built from: environments, and the folders where backends keep an earlier build.
_NEVER_COPIED = {".venv", ".tox", ".nox", "__pycache__", ".py-build-cmake_cache", "_skbuild"}

_SDIST_SUFFIXES = (".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")


def sdist_stem(filename: str) -> str:
    """Return an sdist's file name without its suffix: `uamqp-1.6.11`; a folder's name unchanged."""
    for suffix in _SDIST_SUFFIXES:
        if filename.lower().endswith(suffix):
            return filename[: -len(suffix)]
    return filename


def unpack_sdist(sdist: Path, folder: Path, *, subdirectory: str | None = None) -> Path:
    """Unpack an sdist into an empty folder and return the project's root in it.

    A folder is copied instead, without the output of earlier builds. No member can write, link or
    point outside `folder`; devices and links to elsewhere are refused (tarfile's `data` filter), as
    are archives that inflate beyond the limits.

    Raises:
        InvalidSdistError: The file is damaged, unsafe or of unknown format, or holds no project.
    """
    with _translated(sdist.name):
        if sdist.is_dir():
            shutil.copytree(sdist, folder / sdist.name, symlinks=True, ignore=_stale_folders)
        elif zipfile.is_zipfile(sdist):
            _unpack_zip(sdist, folder)
        else:
            _unpack_tar(sdist, folder)
    return _find_root(sdist.name, folder, subdirectory)


def _stale_folders(folder: str, names: list[str]) -> set[str]:
    """Return the names not to copy: environments, and build folders that backends would reuse."""
    stale = {name for name in names if name in _NEVER_COPIED}
    # `build` is also an honest name for a package; distutils and CMake leave these in theirs.
    if "build" in names:
        inside = {path.name.split(".")[0] for path in Path(folder, "build").iterdir()}
        if inside & {"lib", "temp", "bdist", "CMakeCache"}:
            stale.add("build")
    return stale


@contextmanager
def _translated(filename: str) -> Iterator[None]:
    try:
        yield
    except getattr(tarfile, "FilterError", ()) as error:
        raise InvalidSdistError(filename=filename, reason=f"unsafe member: {error}") from error
    except DAMAGED_ARCHIVE as error:
        # tarfile tells of every compression that it tried, each on a line of its own.
        reason = f"not a complete archive ({str(error).partition(chr(10))[0]})"
        raise InvalidSdistError(filename=filename, reason=reason) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidSdistError(filename=filename, reason=str(error)) from error


class _Meter:
    """Counts the unpacked size of an archive, and refuses too much before it is written."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._archive_bytes = archive.stat().st_size
        self._members = 0
        self._bytes = 0

    def count(self, size_bytes: int) -> None:
        """Count one member of this size."""
        self._members += 1
        self._bytes += size_bytes
        if self._members > _MAXIMUM_MEMBERS:
            self._refuse(f"more than {_MAXIMUM_MEMBERS:,} members")
        if self._bytes > _MAXIMUM_BYTES:
            self._refuse(f"more than {_MAXIMUM_BYTES:,} bytes when unpacked")
        if self._bytes > max(_RATIO_COUNTS_FROM_BYTES, self._archive_bytes * _MAXIMUM_RATIO):
            self._refuse(f"it unpacks to more than {_MAXIMUM_RATIO} times its size")

    def _refuse(self, reason: str) -> None:
        raise InvalidSdistError(filename=self._archive.name, reason=reason)


def _unpack_tar(sdist: Path, folder: Path) -> None:
    meter = _Meter(sdist)
    with tarfile.open(sdist, "r:*") as archive:
        for member in archive:  # lazily: a bomb is refused before its next member is inflated
            meter.count(member.size)
            if hasattr(tarfile, "data_filter"):
                archive.extract(member, folder, filter="data")
            else:
                _extract_without_filter(archive, member, folder)


def _extract_without_filter(
    archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path
) -> None:
    """Extract what the `data` filter lets pass, as it does (PEP 706).

    Python has it since 3.11.4, and Debian 12 has 3.11.2.
    """
    base = Path(os.path.realpath(folder))
    path = member.name.lstrip("/" + os.sep)
    touched = [base / path]
    if member.issym():
        touched.append(touched[0].parent / member.linkname)
    elif member.islnk():
        touched.append(base / member.linkname)
    elif not member.isreg() and not member.isdir():
        raise _unsafe(Path(str(archive.name)), member.name)
    if not all(Path(os.path.realpath(each)).is_relative_to(base) for each in touched):
        raise _unsafe(Path(str(archive.name)), member.name)
    member.name = path
    member.mode = 0o755 if member.isdir() or member.mode & stat.S_IXUSR else 0o644
    member.uid = member.gid = 0  # who is no root has no say
    member.uname = member.gname = ""
    archive.extract(member, folder)


def _unsafe(archive: Path, member: str) -> InvalidSdistError:
    return InvalidSdistError(filename=archive.name, reason=f"unsafe member: {member!r}")


def _unpack_zip(sdist: Path, folder: Path) -> None:
    meter = _Meter(sdist)
    with zipfile.ZipFile(sdist) as archive:
        for member in archive.infolist():
            meter.count(member.file_size)
            _extract_zip_member(archive, member, folder)


def _extract_zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    path = PurePosixPath(member.filename)
    mode = member.external_attr >> 16
    unsafe = path.is_absolute() or ".." in path.parts or "\\" in member.filename
    if unsafe or ":" in "".join(path.parts[:1]) or stat.S_ISLNK(mode):
        raise _unsafe(Path(archive.filename or ""), member.filename)
    destination = folder / path
    if member.is_dir():
        destination.mkdir(parents=True, exist_ok=True)
        return
    destination.parent.mkdir(parents=True, exist_ok=True)
    # zipfile stops at the declared size, which the meter has counted.
    with archive.open(member) as source, destination.open("wb") as sink:
        shutil.copyfileobj(source, sink)
    if mode & stat.S_IXUSR:
        destination.chmod(0o755)


def _find_root(filename: str, folder: Path, subdirectory: str | None) -> Path:
    """Return the folder that holds the project: PEP 625 wants one, `NAME-VERSION`, at the top."""
    tops = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    for root in (top / (subdirectory or "") for top in tops):
        if not root.resolve().is_relative_to(folder.resolve()):
            continue
        if (root / "pyproject.toml").is_file() or (root / "setup.py").is_file():
            return root
    where = f"its folder {subdirectory}" if subdirectory else "it"
    raise InvalidSdistError(
        filename=filename, reason=f"{where} has no pyproject.toml and no setup.py"
    )
