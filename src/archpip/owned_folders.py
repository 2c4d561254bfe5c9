"""Temporary folders that are removed in the end, even if their process was killed.

A folder is its process's for as long as the process has it locked, and a lock ends with the process
however that ends. So an unlocked folder is nobody's, and the next process that makes one of the
same kind beside it removes it. Name and mode tell it from what a user has called `archpip-notes`.
That waits some days: an installer goes on when archpip is killed, and an error may have named a log
in the folder. On Windows, which locks no folders, nobody does.
"""

import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    _HAS_LOCKS = False
else:
    _HAS_LOCKS = True

_KEPT_SECONDS = 3 * 24 * 60 * 60
_KIND = "archpip-"
_PRIVATE = 0o700
"""The mode of what `tempfile` makes. Folders of users are seldom so."""
_RANDOM = re.compile(r"(?:[a-z0-9._-]+-)?[a-z0-9_]{8}")
"""The rest of a name: perhaps what is done in it, and the letters that `tempfile` draws."""


@contextmanager
def owned_folder(prefix: str = _KIND, place: Path | None = None) -> Iterator[Path]:
    """Make a folder, and remove it with all that is in it.

    Args:
        prefix: How its name begins; in a place of its own, that is its kind.
        place: The folder to make it in; `None` for the system's temporary folder.
    """
    with tempfile.TemporaryDirectory(
        prefix=prefix, dir=place, ignore_cleanup_errors=True
    ) as folder:
        lock = _own(Path(folder), prefix if place else _KIND)
        try:
            yield Path(folder)
        finally:
            if lock is not None:
                os.close(lock)


def make_owned_folder(prefix: str, place: Path | None = None) -> Path:
    """Make a folder that is this process's to its end, and that the caller removes."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    _own(folder, prefix if place else _KIND)
    return folder


def _own(folder: Path, kind: str) -> int | None:
    """Lock a new folder, and return the lock; remove what is nobody's beside it."""
    if not _HAS_LOCKS:
        return None
    lock = _try_to_lock(folder)
    _remove_left(folder.parent, kind)
    return lock


@cache
def _remove_left(place: Path, kind: str) -> None:
    """Remove the old folders of a kind that are nobody's, once in a process."""
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if _is_name_of(entry.name, kind) and _is_old(entry):
                lock = _try_to_lock(Path(entry.path))
                if lock is not None:
                    shutil.rmtree(entry.path, ignore_errors=True)
                    os.close(lock)


def _is_name_of(name: str, kind: str) -> bool:
    return name.startswith(kind) and _RANDOM.fullmatch(name, len(kind)) is not None


def _is_old(entry: "os.DirEntry[str]") -> bool:
    """Return whether an entry is a private folder of ours, last changed some days ago."""
    status = entry.stat(follow_symlinks=False)
    age_seconds = time.time() - status.st_mtime
    is_private = stat.S_ISDIR(status.st_mode) and stat.S_IMODE(status.st_mode) == _PRIVATE
    return is_private and status.st_uid == os.getuid() and age_seconds > _KEPT_SECONDS


def _try_to_lock(folder: Path) -> int | None:
    """Lock a folder until its descriptor is closed; return `None` if another process has it.

    Programs that are started do not inherit the descriptor.
    """
    lock = None
    try:
        lock = os.open(folder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # or its file system has no locks
        if lock is not None:
            os.close(lock)
        return None
    return lock
