"""Parse a failing program's messages about binaries that it could not load.

The messages are those of CPython's import system and of the three families of dynamic loaders. To
stay fast on long texts, every pattern is anchored by fixed words and matches one line.
"""

import posixpath
import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

MAX_TRACEBACK_BYTES = 16 * 1024 * 1024
"""How much of a program's output is read: its end, where tracebacks are."""

_MAX_LINE = 20_000
"""Long, since dyld writes every path that it tried into one line."""

_MOST_LINES = 1000
"""Most lines that are parsed: a program that fails in a loop repeats its message."""


class Complaint(StrEnum):
    """The kind of a loader's error."""

    NO_MODULE = "no such module"
    WRONG_ARCHITECTURE = "made for another architecture"
    CANNOT_OPEN = "a library cannot be opened"
    SYMBOL_NOT_FOUND = "a symbol is bound to nothing"
    NOT_LOADABLE = "not a file that this system loads"
    SYSTEM_TOO_OLD = "made for a newer system"


class Suspect(Struct, frozen=True, kw_only=True):
    """The file, module or library that one message names."""

    complaint: Complaint
    path: str = ""
    """The file, `/`-separated; empty if the message names none."""
    module: str = ""
    """The dotted name that was imported; empty if the message names none."""
    library: str = ""
    """A library's bare name; empty if the message names none."""
    symbol: str = ""
    importer: str = ""
    """The Python file that was running, `/`-separated; empty if no earlier line names it."""
    message: str
    """The line itself, shortened."""

    @property
    def is_nameless(self) -> bool:
        """Whether the message names no file, module or library."""
        return not (self.path or self.module or self.library)


class _Message(Struct, frozen=True, kw_only=True):
    """One loader message, with the patterns for the names in its line."""

    complaint: Complaint
    words: str
    """Words in every such line, by which most other lines are skipped."""
    pattern: re.Pattern[str]
    path: re.Pattern[str] | None = None
    """Names the path, where it stands far from the rest; searched on its own, so that no pattern
    has two parts of any length."""


# In JSON, a quotation mark follows a backslash.
_FRAME = re.compile(r'File \\?"(?P<path>[^"]{1,1000}?)\\?", line ')
_DLOPENED = re.compile(r"dlopen\((?P<path>[^,)]{1,1000})")

# Windows localises messages: ERROR_BAD_EXE_FORMAT and ERROR_EXE_MACHINE_TYPE_MISMATCH are known by
# their numbers or, if Python omits those, by the placeholder that Windows leaves unfilled.
# https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-
_BAD_EXE_FORMAT = "rror 193] "
_MACHINE_MISMATCH = "rror 216] "
_NOT_FILLED_IN = ": %1"

# Colours and links of terminals, which pytest, Python 3.13 and CI systems write into logs.
# ECMA-48 §5.4 (control sequences) and §8.3.89 (OSC).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\))")


# A log in JSON quotes the whole message.
_BEFORE_PATH = r"(?:^|[\s\"'(\[])"


def _after_path(words: str, complaint: Complaint) -> _Message:
    """Return a message of the form `/path/to/x.so: words`."""
    pattern = rf"{_BEFORE_PATH}(?P<path>/[^:]{{1,1000}}){re.escape(words)}"
    return _Message(complaint=complaint, words=words, pattern=re.compile(pattern))


def _after_shell(words: str, complaint: Complaint) -> _Message:
    """Return a shell's message, `bash: line 1: ./tool: words`: its path may be relative."""
    pattern = rf"(?:^|: |\s)(?P<path>[^\s:]{{1,1000}}){re.escape(words)}"
    return _Message(complaint=complaint, words=words, pattern=re.compile(pattern))


def _with_number(words: str, complaint: Complaint) -> _Message:
    """Return a message that Windows numbers, and behind which `subprocess` writes a path."""
    pattern = rf"{re.escape(words)}[^']{{1,200}}(?:'(?P<path>[^']{{1,1000}})')?"
    return _Message(complaint=complaint, words=words, pattern=re.compile(pattern))


# `'x'`, `(x)` and bare words are how different releases of dyld write names.
_MESSAGES: tuple[_Message, ...] = (
    _Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="symbol not found in flat namespace",
        pattern=re.compile(r"flat namespace [('](?P<symbol>[^)']{1,1000})"),
        path=_DLOPENED,
    ),
    _Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="Symbol not found: ",
        pattern=re.compile(r"Symbol not found: \(?(?P<symbol>[^\s)]{1,1000})"),
        path=_DLOPENED,
    ),
    _Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words=": undefined symbol: ",
        pattern=re.compile(
            r"(?:^|\s)(?P<path>/[^:]{1,1000}): undefined symbol: (?P<symbol>\S{1,1000})"
        ),
    ),
    _Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="Error relocating ",
        pattern=re.compile(
            r"Error relocating (?P<path>/[^:]{1,1000}): (?P<symbol>[^:\s]{1,1000}): symbol not"
        ),
    ),
    _Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="compatible architecture (have ",
        pattern=re.compile(
            r"'(?P<path>[^']{1,1000})' \("
            r"(?:mach-o file, but is an in|fat file, but missing )compatible architecture"
        ),
    ),
    _after_path(": mach-o, but wrong architecture", Complaint.WRONG_ARCHITECTURE),
    _after_path(": no matching architecture in universal wrapper", Complaint.WRONG_ARCHITECTURE),
    _after_path(": wrong ELF class", Complaint.WRONG_ARCHITECTURE),
    _Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="ad CPU type in executable: ",
        pattern=re.compile(r"ad CPU type in executable: '?(?P<path>[^']{1,1000})"),
    ),
    _after_shell(": Bad CPU type in executable", Complaint.WRONG_ARCHITECTURE),
    _Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" mach-o file)",
        pattern=re.compile(
            r"'(?P<path>[^']{1,1000})' \((?:not a|slice is not valid) mach-o file\)"
        ),
    ),
    _after_path(": invalid ELF header", Complaint.NOT_LOADABLE),
    _after_path(": file too short", Complaint.NOT_LOADABLE),
    _after_path(": ELF file ", Complaint.NOT_LOADABLE),
    _after_path(": ELF load command ", Complaint.NOT_LOADABLE),
    _after_path(": only ET_DYN and ET_EXEC can be loaded", Complaint.NOT_LOADABLE),
    _after_shell(": cannot execute binary file", Complaint.NOT_LOADABLE),
    _Message(
        complaint=Complaint.NOT_LOADABLE,
        words="Exec format error: ",
        pattern=re.compile(r"Exec format error: '(?P<path>[^']{1,1000})'"),
    ),
    _Message(  # runc's and Docker's
        complaint=Complaint.NOT_LOADABLE,
        words=": exec format error",
        pattern=re.compile(
            r'exec(?: user process caused|:? "?(?P<path>[^\s":]{1,1000})"?): "?exec format error'
        ),
    ),
    _Message(  # zsh's
        complaint=Complaint.NOT_LOADABLE,
        words=": exec format error: ",
        pattern=re.compile(r"exec format error: (?P<path>\S{1,1000})"),
    ),
    _after_shell(": Exec format error", Complaint.NOT_LOADABLE),
    _Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="' not found (required by ",
        pattern=re.compile(
            r"version `[^']{1,1000}' not found \(required by (?P<path>[^)]{1,1000})"
        ),
    ),
    # A full path that cannot be opened mostly exists, but is for another C library or machine.
    _after_path(": cannot open shared object file", Complaint.WRONG_ARCHITECTURE),
    _Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": cannot open shared object file",
        pattern=re.compile(r"(?:^|: )(?P<library>[^\s:/]{1,1000}): cannot open shared object file"),
    ),
    _Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Error loading shared library ",
        pattern=re.compile(r"Error loading shared library (?P<library>[^\s:]{1,1000}): "),
        path=re.compile(r"\(needed by (?P<path>[^)]{1,1000})\)"),
    ),
    _Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Library not loaded: ",
        pattern=re.compile(r"Library not loaded: (?P<library>\S{1,1000})"),
        path=_DLOPENED,
    ),
    _Message(
        complaint=Complaint.NOT_LOADABLE,
        words=_NOT_FILLED_IN,
        pattern=re.compile(
            r"(?:DLL load failed(?: while importing (?P<module>[\w.]{1,1000}))?|LoadLibrary): %1"
        ),
    ),
    _with_number(_BAD_EXE_FORMAT, Complaint.NOT_LOADABLE),
    _with_number(_MACHINE_MISMATCH, Complaint.WRONG_ARCHITECTURE),
    _Message(
        complaint=Complaint.CANNOT_OPEN,
        words="DLL load failed",
        pattern=re.compile(r"DLL load failed(?: while importing (?P<module>[\w.]{1,1000}))?: "),
    ),
    _Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Could not find module '",
        pattern=re.compile(r"Could not find module '(?P<path>[^']{1,1000})'"),
    ),
    _Message(
        complaint=Complaint.NO_MODULE,
        words="No module named ",
        pattern=re.compile(r"No module named '?(?P<module>[\w.]{1,1000})'?"),
    ),
    _Message(
        complaint=Complaint.NO_MODULE,
        words="cannot import name ",
        pattern=re.compile(r"cannot import name '(?P<module>\w{1,1000})' from "),
    ),
)


def read_suspects(text: str) -> tuple[Suspect, ...]:
    """Return the suspects named in a program's output, in its order, no repeats.

    The program's lines may be coloured, quoted in JSON, or prefixed by a log's timestamps and
    names.

    Empty if no line holds a known message.
    """
    # An error that was caught and raised again appears twice, in different words.
    found: dict[Suspect, Suspect] = {}
    for suspect in _iter_suspects(text):
        is_plain = suspect.path or suspect.complaint is Complaint.CANNOT_OPEN
        importer = "" if is_plain else suspect.importer
        found.setdefault(replace(suspect, message="", importer=importer), suspect)
    return tuple(found.values())


def _iter_suspects(text: str) -> Iterator[Suspect]:
    tried = 0
    importer = ""
    for line in _ESCAPES.sub("", text).splitlines():
        shortened = line.strip()[:_MAX_LINE]
        if (frame := _FRAME.search(shortened)) and not _is_machinery(frame["path"]):
            importer = _normal(frame["path"])
        messages = [message for message in _MESSAGES if message.words in shortened]
        tried += bool(messages)
        if tried > _MOST_LINES:
            return
        found = next(filter(None, (_read_message(each, shortened) for each in messages)), None)
        if found is not None:
            yield replace(found, importer=importer)


def _normal(path: str) -> str:
    """Return a path with single slashes; Windows' are doubled in JSON."""
    return re.sub("/{2,}", "/", path.replace("\\", "/"))


def _is_machinery(path: str) -> bool:
    """Return whether a frame belongs to the import machinery, not to the importing code."""
    folder = _normal(path).rpartition("/")[0]
    return path.startswith("<") or folder.endswith(("/ctypes", "/importlib"))


def _read_message(message: _Message, line: str) -> Suspect | None:
    match = message.pattern.search(line)
    if match is None:
        return None
    named = {key: value or "" for key, value in match.groupdict().items()}
    if message.path is not None and (far := message.path.search(line)):
        named["path"] = far["path"]
    return Suspect(
        complaint=message.complaint,
        path=_normal(named.get("path", "")),
        module=named.get("module", ""),
        library=posixpath.basename(named.get("library", "")),
        symbol=named.get("symbol", ""),
        message=_shorten(line),
    )


def _shorten(line: str) -> str:
    longest = 300
    return line if len(line) <= longest else f"{line[:longest]}…"
