"""The folders that a path in a wheel lies in, and where it is installed."""

import re
from collections.abc import Iterator

_LIBRARY_FOLDER = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")


def folders_above(path: str) -> Iterator[str]:
    """Yield the folders that a file or folder lies in, innermost first, without the root."""
    while path := path.rpartition("/")[0]:
        yield path


def strip_scheme(path: str) -> str:
    """Return a member's path below the folder that Python imports from, once it is installed."""
    match = _LIBRARY_FOLDER.match(path) if ".data/" in path else None
    return path[match.end() :] if match else path
