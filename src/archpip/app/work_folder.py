"""Where builds keep what they need beyond a moment: wheels, logs, sources."""

import os
from contextlib import ExitStack, suppress
from pathlib import Path

_LOGS = "logs"


def find_work_folder(cache_folder: Path, opened: ExitStack) -> Path:
    """Return the cache folder, or where that cannot be written one that goes with `opened`.

    A container's user may have no home to write to, and is to build all the same. Of a folder that
    goes the logs stay: an error names the log of a build that failed.
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

    with suppress(OSError):  # somebody was faster
        for entry in folder.iterdir():
            if entry.name != _LOGS or not any(entry.iterdir()):
                rmtree(entry)
        if not any(folder.iterdir()):
            folder.rmdir()
