"""Recognise libraries that the system or the interpreter provides.

The names are in `rules/libraries.py`; a pattern is compiled on first use. All binaries of an
environment link the same few libraries.
"""

import re
from fnmatch import translate
from functools import cache, lru_cache

from archpip.verdicts.rules import libraries


def is_windows_runtime(basename: str) -> bool:
    """Return whether a library is one of Microsoft's run-times or of Windows itself."""
    return _matches(libraries.WINDOWS_RUNTIME, basename)


def is_linux_runtime(basename: str) -> bool:
    """Return whether a library is one that every Linux system has."""
    return _matches(libraries.LINUX_RUNTIME, basename)


def is_macos_library(basename: str) -> bool:
    """Return whether a library is one that macOS has in `/usr/lib`."""
    return _matches(libraries.MACOS_LIBRARIES, basename)


@lru_cache(maxsize=4096)
def is_glibc(name: str) -> bool:
    """Return whether a binary that needs this library or loader needs glibc."""
    return _matches(libraries.GLIBC, name)


@lru_cache(maxsize=4096)
def is_musl(name: str) -> bool:
    """Return whether a binary that needs this library or loader needs musl."""
    return _matches(libraries.MUSL, name)


def exports(patterns: tuple[str, ...], symbol: str) -> bool:
    """Return whether a project's patterns in `rules/libraries.py` match an exported symbol."""
    return _matches(patterns, symbol)


@cache
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)), re.IGNORECASE)


def _matches(patterns: tuple[str, ...], name: str) -> bool:
    return _compile(patterns).match(name) is not None
