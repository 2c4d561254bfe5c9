"""The folder where builds keep wheels, logs and sources."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path

_LOGS = "logs"


def find_work_folder(cache_folder: Path, opened: ExitStack) -> Path:
    """Return the cache folder, or if it is not writable, a temporary one closed with `opened`.

    A container's user may have no writable home, and must be able to build all the same. The logs
    in a temporary folder are kept: an error names the log of a build that failed.
    """
    with suppress(OSError):
        cache_folder.mkdir(parents=True, exist_ok=True)
        if os.access(cache_folder, os.W_OK | os.X_OK):
            return cache_folder
    from tempfile import mkdtemp

    folder = Path(mkdtemp(prefix="archpip-builds-"))
    opened.callback(_remove, folder)
    return folder


def _remove(folder: Path) -> None:
    from shutil import rmtree

    with suppress(OSError):  # another process was faster
        for entry in folder.iterdir():
            if entry.name != _LOGS or not any(entry.iterdir()):
                rmtree(entry)
        if not any(folder.iterdir()):
            folder.rmdir()
