"""The cache of downloaded files: each under its sha256, all within a bound.

A file is verified before it is added, and again by whoever installs it.
"""

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

from msgspec import Struct

MOST_BYTES = 10_000_000_000
"""Above this size, the least recently used files are deleted."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PARTIAL = ".part"
_PARTIAL_SECONDS = 24 * 60 * 60
"""Nothing takes longer to write; the clock of a network's file system may be some minutes off."""


class CachedFiles(Struct, frozen=True, kw_only=True):
    """The content of the cache, as counts."""

    count: int
    size_bytes: int


class FileCache:
    """Keeps downloaded files. Safe to use from several threads and processes.

    A file that cannot be kept is downloaded again the next time: that is no error.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """Use a folder, which is created when it is needed.

        Args:
            folder: Where the files are; nothing else may be there.
            most_bytes: The size to which `make_room` reduces it.
        """
        self._folder = folder
        self._most_bytes = most_bytes
        self._has_grown = False

    def close(self) -> None:
        """Reduce the cache to its bound, if files were added."""
        if self._has_grown:
            self.make_room()

    def find(self, sha256: str | None) -> Path | None:
        """Return the file with a hash, which the caller verifies; `None` if there is none."""
        if not _is_sha256(sha256):
            return None
        path = self._folder / sha256
        try:
            os.utime(path)  # The most recently used files are the last to be deleted.
        except OSError:
            return None
        return path

    def place(self, sha256: str | None) -> Path:
        """Return the path for a file with this hash; a new one each time if it is no sha256."""
        return self._folder / (sha256 if _is_sha256(sha256) else secrets.token_hex(32))

    def new_partial(self) -> Path:
        """Return a path to write a file to, before it is renamed to its place."""
        return self._folder / f"{secrets.token_hex(8)}{_PARTIAL}"

    def add(self, sha256: str | None, file: Path) -> None:
        """Keep a copy of a file whose hash was verified."""
        if not _is_sha256(sha256):
            return
        partial = self.new_partial()
        try:
            partial.parent.mkdir(parents=True, exist_ok=True)
            # No link: who edits the file would edit this one as well.
            shutil.copyfile(file, partial)
            partial.replace(self.place(sha256))
            self._has_grown = True
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    def make_room(self) -> None:
        """Delete the least recently used files, and what killed processes left half-written."""
        found = sorted(self._scan(), key=lambda each: each[0].st_mtime)
        for status, path in found:
            if path.suffix == _PARTIAL and time.time() - status.st_mtime > _PARTIAL_SECONDS:
                with suppress(OSError):
                    path.unlink()
        surplus = sum(status.st_size for status, _ in found) - self._most_bytes
        for status, path in found[:-1]:
            if surplus <= 0:
                return
            with suppress(OSError):
                path.unlink()
            surplus -= status.st_size

    def info(self) -> CachedFiles:
        """Count the files."""
        sizes = [status.st_size for status, _ in self._scan()]
        return CachedFiles(count=len(sizes), size_bytes=sum(sizes))

    def clear(self) -> int:
        """Delete every file, and return the number of bytes freed."""
        freed = 0
        for status, path in self._scan():
            with suppress(OSError):
                path.unlink()
                freed += status.st_size
        return freed

    def _scan(self) -> list[tuple[os.stat_result, Path]]:
        found = []
        with suppress(OSError), os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(OSError):  # another process was faster
                    found.append((entry.stat(follow_symlinks=False), Path(entry.path)))
        return found


def _is_sha256(text: str | None) -> TypeGuard[str]:
    """Return whether a text is a sha256 in hex: what a page says may be any path."""
    return text is not None and _SHA256.fullmatch(text) is not None
