"""Text to `PythonTarget`: the versions that users and tags write."""

import re

from archpip.targets.errors import InvalidPythonError
from archpip.targets.model import PythonTarget

_PYTHON = re.compile(
    r"(?P<name>cpython|python|cp|py|pypy|pp)?[-@=]{0,2}"
    r"(?P<major>[23])(?:\.(?P<minor>\d{1,3})(?:\.(?P<patch>\d{1,3}))?|(?P<nodot>\d{1,2}))"
    r"(?P<threads>t|\+freethreaded)?"
)
_FREE_THREADED_SINCE = (3, 13, 0)
_OLDEST = (2, 7, 0)
_PYPY_8_SINCE = (3, 12, 0)


def parse_python(text: str) -> PythonTarget:
    """Parse `3.10`, `3.10.4`, `310`, `3.13t`, `cp312`, `pypy3.10` or `pp310`.

    A version without a patch counts as its first release in markers (`python_full_version`) and
    orderings, as in pip and uv; `patch_known` is then false, as any other patch may be meant.

    Raises:
        InvalidPythonError: The text is none of these, or no such interpreter exists.
    """
    match = _PYTHON.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidPythonError(text=text)
    version = (
        int(match["major"]),
        int(match["minor"] or match["nodot"] or 0),
        int(match["patch"] or 0),
    )
    pypy = match["name"] in {"pypy", "pp"}
    free_threaded = match["threads"] is not None
    if version < _OLDEST or (3, 0, 0) <= version < (3, 6, 0):
        raise InvalidPythonError(text=text, reason="only 2.7 and 3.6 and later are supported")
    if free_threaded and (pypy or version < _FREE_THREADED_SINCE):
        raise InvalidPythonError(
            text=text, reason="free-threaded interpreters begin with CPython 3.13"
        )
    return PythonTarget(
        implementation="pypy" if pypy else "cpython",
        version=version,
        patch_known=match["patch"] is not None,
        free_threaded=free_threaded,
        implementation_version=_pypy_version(version) if pypy else None,
    )


def _pypy_version(version: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the first PyPy of the newest ABI (`pp73`, `pp80`) that had a language version."""
    return (8, 0, 0) if version >= _PYPY_8_SINCE else (7, 3, 0)
