"""Files that are written whole or not at all."""

import os
import stat
from pathlib import Path


def write_whole(path: Path, content: str | bytes, *, mode: int | None = None) -> None:
    """Write a file, or leave what is there as it was; text becomes UTF-8.

    A file that is replaced keeps its permissions, and a link stays one. What is no file, such as
    /dev/null or a pipe, is written to: to put a file in its place is what root could do.

    Args:
        path: Its folder must be there.
        content: All of it.
        mode: The permissions of a new file, where they are not to be the user's ordinary ones.

    Raises:
        OSError: The folder is missing, read-only or full.
    """
    content = content.encode() if isinstance(content, str) else content
    path = Path(os.path.realpath(path))
    there = path.stat().st_mode if path.exists() else None
    if there is not None and not stat.S_ISREG(there):
        path.write_bytes(content)
        return
    if there is not None:
        mode = stat.S_IMODE(there)
    # Not `tempfile`, whose files nobody else may read.
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("xb") as file:
            if mode is not None:
                beside.chmod(mode)
            file.write(content)
            file.flush()
            # A crash after the rename must not find an empty file.
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
