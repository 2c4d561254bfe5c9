"""What paths lead to, where `pathlib` raises in place of a plain no.

Until Python 3.14 `Path.exists` and its like raise where a folder on the way may not be searched (a
container whose HOME is root's, run as somebody else) or a name is too long for any file;
`Path.expanduser` raises where there is no such home.
"""

import os
from pathlib import Path


def is_there(path: Path) -> bool:
    """Tell whether anything that can be reached stands at a path, links followed."""
    return os.path.exists(path)  # noqa: PTH110 - see above


def is_file(path: Path) -> bool:
    """Tell whether a file that can be reached stands at a path, links followed."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def is_folder(path: Path) -> bool:
    """Tell whether a folder that can be reached stands at a path, links followed."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def find_obstacle(path: Path) -> str | None:
    """Return why it cannot be told whether anything stands at a path; `None` if it can."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return error.strerror or str(error)
    except ValueError as error:  # a null byte
        return str(error)
    return None


def expand_home(path: str) -> Path:
    """Return a path with `~` or `~user` expanded, as pip does: literal if there is no such home."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - see above


def find_beneath(folder: Path, pattern: str) -> tuple[Path, ...]:
    """Return what matches a pattern of `Path.glob`, sorted; nothing where it cannot be reached."""
    try:
        return tuple(sorted(folder.glob(pattern)))
    except OSError:
        return ()
