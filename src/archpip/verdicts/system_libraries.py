"""What the system or the interpreter brings, so that a wheel need not.

The names stand in `rules/libraries.py`; a pattern is compiled when a binary first asks for it. All
binaries of an environment ask for the same few libraries.
"""

import re
from fnmatch import translate
from functools import cache, lru_cache

from archpip.verdicts.rules import libraries


def is_windows_runtime(basename: str) -> bool:
    """Tell Microsoft's run-time libraries and Windows' own from a project's."""
    return _matches(libraries.WINDOWS_RUNTIME, basename)


def is_linux_runtime(basename: str) -> bool:
    """Tell what every Linux system has from a project's libraries."""
    return _matches(libraries.LINUX_RUNTIME, basename)


def is_macos_library(basename: str) -> bool:
    """Tell what macOS has in `/usr/lib` from a project's libraries."""
    return _matches(libraries.MACOS_LIBRARIES, basename)


@lru_cache(maxsize=4096)
def is_glibc(name: str) -> bool:
    """Return whether whoever asks for this library or loader wants glibc."""
    return _matches(libraries.GLIBC, name)


@lru_cache(maxsize=4096)
def is_musl(name: str) -> bool:
    """Return whether whoever asks for this library or loader wants musl."""
    return _matches(libraries.MUSL, name)


def exports(patterns: tuple[str, ...], symbol: str) -> bool:
    """Return whether a project of `rules/libraries.py` gives a symbol to later modules."""
    return _matches(patterns, symbol)


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)), re.IGNORECASE)


def _matches(patterns: tuple[str, ...], name: str) -> bool:
    return _compile(patterns).match(name) is not None
