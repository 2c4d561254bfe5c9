"""The folder where builds keep wheels, logs and sources: in the cache folder, if it can be."""

import os
import re
from contextlib import ExitStack, suppress
from pathlib import Path
from stat import S_ISREG

from archpip.index import CachedFiles
from archpip.reachable import find_beneath, is_folder

WHEELS = "wheels"
SOURCES = "sources"
LOGS = "logs"

_KEYED = re.compile(r"(?:unkeyed-)?[0-9a-f]{64}")
_LOG = re.compile(r".+-(?:cp|pp)\d+t?\.log|toolchain-.+\.log")


def find_work_folder(cache_folder: Path, opened: ExitStack) -> Path:
    """Return the cache folder, or if it is not writable, a temporary one closed with `opened`.

    A container's user may have no writable home, and must be able to build all the same. The logs
    in a temporary folder are kept: an error names the log of a build that failed.
    """
    with suppress(OSError):
        cache_folder.mkdir(parents=True, exist_ok=True)
        if os.access(cache_folder, os.W_OK | os.X_OK):
            return cache_folder
    from archpip.owned_folders import make_owned_folder

    folder = make_owned_folder("archpip-builds-")
    opened.callback(_remove, folder)
    return folder


def count_built(cache_folder: Path) -> CachedFiles:
    """Count the wheels that were built."""
    found = find_beneath(cache_folder / WHEELS, "*/*.whl")
    wheels = [path for path in found if _KEYED.fullmatch(path.parent.name)]
    return CachedFiles(count=len(wheels), size_bytes=sum(map(_size, wheels)))


def clear_builds(cache_folder: Path) -> int:
    """Delete the wheels, sources and logs of builds, and return the number of bytes freed.

    What has another name than these is left alone: what a build is writing, and what is the user's
    where the cache folder is one of theirs.
    """
    from shutil import rmtree

    freed = 0
    for kind, name in ((WHEELS, _KEYED), (SOURCES, _KEYED), (LOGS, _LOG)):
        for entry in find_beneath(cache_folder / kind, "*"):
            if not name.fullmatch(entry.name):
                continue
            files = find_beneath(entry, "**/*") if is_folder(entry) else (entry,)
            freed += sum(map(_size, files))
            if is_folder(entry):
                rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
    return freed


def _size(path: Path) -> int:
    """Return a file's size in bytes; nothing for a folder, and for what is gone."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size if S_ISREG(status.st_mode) else 0


def _remove(folder: Path) -> None:
    from shutil import rmtree

    with suppress(OSError):  # another process was faster
        for entry in folder.iterdir():
            if entry.name != LOGS or not any(entry.iterdir()):
                rmtree(entry)
        if not any(folder.iterdir()):
            folder.rmdir()
