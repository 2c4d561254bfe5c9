"""One message of a loader, a shell or a runtime: its kind, and where the names are in its line.

The messages themselves are in `loaders.py`, `windows.py`, `runtimes.py` and, in other languages, in
`translated.py`. To stay fast on long texts, every pattern is anchored by fixed words and matches
one line.
"""

import re
from enum import StrEnum

from msgspec import Struct


class Complaint(StrEnum):
    """The kind of a loader's error."""

    NO_MODULE = "no such module"
    WRONG_ARCHITECTURE = "made for another architecture"
    OTHER_PYTHON = "made for another Python"
    OTHER_RELEASE = "made for another release of the program that loads it"
    OTHER_WHEEL = "a wheel whose name is not for this machine and Python"
    CANNOT_OPEN = "a library cannot be opened"
    SYMBOL_NOT_FOUND = "a symbol is bound to nothing"
    NOT_LOADABLE = "not a file that this system loads"
    SYSTEM_TOO_OLD = "made for a newer system"
    NO_ROOM = "no room is left for its thread-local data"
    """It is loaded too late: the loader keeps little room for libraries that come after start."""
    NO_INSTRUCTION = "an instruction that the processor does not have"
    NO_IMAGE = "no image for this platform"


class Message(Struct, frozen=True, kw_only=True):
    """One message, with the patterns for the names in its line."""

    complaint: Complaint
    words: str
    """Words in every such line, by which most other lines are skipped."""
    pattern: re.Pattern[str]
    path: re.Pattern[str] | None = None
    """Names the path, where it stands far from the rest; searched on its own, so that no pattern
    has two parts of any length."""
    library_start: str = ""
    """What the library's name begins with, where the message leaves it out."""


# A log in JSON quotes the whole message. A path is relative where a program gave the loader one.
PATH = r"(?:^|[\s\"'(\[])(?P<path>[^\s:/\"'(\[]{0,100}+/[^:]{1,1000})"
"""A path with a slash, up to a colon."""

_QUOTES = "\"'`\u2018\u2019"


def after_path(words: str, complaint: Complaint) -> Message:
    """Return a message of the form `/path/to/x.so: words`."""
    return Message(complaint=complaint, words=words, pattern=re.compile(PATH + re.escape(words)))


def after_shell(words: str, complaint: Complaint) -> Message:
    """Return a shell's message, `bash: line 1: ./tool: words`: its path may be relative, or quoted.

    The word before it may be `exec`, for the call, or `error`, and is no path then.
    """
    quote = f"[{_QUOTES}]?"
    pattern = (
        rf"(?:^|: |\s){quote}(?P<path>(?!(?:exec|[Ee]rror):)[^\s:{_QUOTES}]{{1,1000}}){quote}\s?"
        rf"{re.escape(words)}"
    )
    return Message(complaint=complaint, words=words, pattern=re.compile(pattern))
