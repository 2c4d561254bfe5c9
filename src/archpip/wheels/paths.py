"""The folders that a wheel adds to `sys.path` by its `*.pth` files.

Source: `addpackage` in CPython's `site.py`. Lines of code in such files are not run here, so what
they add is not known.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from contextlib import closing

from archpip.wheels.model import Member, WheelSource

_PATH_FILE = re.compile(r"(?:[^/]+\.data/(?:purelib|platlib)/)?[^/]+\.pth")
"""Python reads them only from the folder that the wheel is installed to."""

_MAX_BYTES = 64 * 1024
_MAX_ALL_BYTES = 1024 * 1024
"""Of all path files of one wheel; the rest is not read."""


def find_path_files(members: Sequence[Member]) -> tuple[str, ...]:
    """Return the members that are read when Python starts, in the order in which it reads them."""
    found = (
        member.path
        for member in members
        if member.path.endswith(".pth") and _PATH_FILE.fullmatch(member.path)
    )
    return tuple(sorted(dict.fromkeys(found), key=posixpath.basename))


def read_path_folders(source: WheelSource, path_files: Sequence[str]) -> tuple[str, ...]:
    """Return the folders that path files add, below the folder that the wheel is installed to.

    Raises:
        WheelUnreadableError: One of them cannot be read.
    """
    folders: dict[str, None] = {}
    left = _MAX_ALL_BYTES
    for path in path_files:
        with closing(source.open(path)) as content:
            head = content.read_at(0, min(content.size, _MAX_BYTES, left))
        left -= len(head)
        text = head.decode("utf-8", "replace")
        folders.update(dict.fromkeys(_iter_folders(text)))
    return tuple(folders)


def _iter_folders(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.strip() or line.startswith(("#", "import ", "import\t")):
            continue
        folder = posixpath.normpath(line.rstrip().replace("\\", "/"))
        if not folder.startswith(("/", "..")) and folder != "." and ":" not in folder:
            yield folder
