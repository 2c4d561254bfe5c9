"""The loaders' messages: the words by which each is known, and where the names are in it.

The messages are those of CPython's import system, of the loaders of macOS, Linux (glibc, musl,
Android) and Windows, and of shells; other runtimes' are in `runtimes.py`, and glibc's in other
languages in `translated.py`. To stay fast on long texts, every pattern is anchored by fixed words
and matches one line.
"""

import re
from enum import StrEnum

from msgspec import Struct


class Complaint(StrEnum):
    """The kind of a loader's error."""

    NO_MODULE = "no such module"
    WRONG_ARCHITECTURE = "made for another architecture"
    OTHER_PYTHON = "made for another Python"
    CANNOT_OPEN = "a library cannot be opened"
    SYMBOL_NOT_FOUND = "a symbol is bound to nothing"
    NOT_LOADABLE = "not a file that this system loads"
    SYSTEM_TOO_OLD = "made for a newer system"
    NO_ROOM = "no room is left for its thread-local data"
    """It is loaded too late: the loader keeps little room for libraries that come after start."""
    NO_INSTRUCTION = "an instruction that the processor does not have"


class Message(Struct, frozen=True, kw_only=True):
    """One loader message, with the patterns for the names in its line."""

    complaint: Complaint
    words: str
    """Words in every such line, by which most other lines are skipped."""
    pattern: re.Pattern[str]
    path: re.Pattern[str] | None = None
    """Names the path, where it stands far from the rest; searched on its own, so that no pattern
    has two parts of any length."""


_DLOPENED = re.compile(r"dlopen\((?P<path>[^,)]{1,1000})")

# Windows localises messages: ERROR_BAD_EXE_FORMAT and ERROR_EXE_MACHINE_TYPE_MISMATCH are known by
# their numbers or, if Python omits those, by the placeholder that Windows leaves unfilled.
# https://learn.microsoft.com/windows/win32/debug/system-error-codes--0-499-
_BAD_EXE_FORMAT = "rror 193] "
_MACHINE_MISMATCH = "rror 216] "
_NOT_FILLED_IN = ": %1"

# A log in JSON quotes the whole message.
_BEFORE_PATH = r"(?:^|[\s\"'(\[])"


def _after_path(words: str, complaint: Complaint) -> Message:
    """Return a message of the form `/path/to/x.so: words`."""
    pattern = rf"{_BEFORE_PATH}(?P<path>/[^:]{{1,1000}}){re.escape(words)}"
    return Message(complaint=complaint, words=words, pattern=re.compile(pattern))


def _after_shell(words: str, complaint: Complaint) -> Message:
    """Return a shell's message, `bash: line 1: ./tool: words`: its path may be relative."""
    pattern = rf"(?:^|: |\s)\"?(?P<path>[^\s:\"]{{1,1000}})\"?{re.escape(words)}"
    return Message(complaint=complaint, words=words, pattern=re.compile(pattern))


_PATH_AT_END = re.compile(r": '(?P<path>[^']{1,1000})'")


def _with_number(words: str, complaint: Complaint) -> Message:
    """Return a message that Windows numbers, and behind which `subprocess` writes a path."""
    pattern = re.compile(re.escape(words))
    return Message(complaint=complaint, words=words, pattern=pattern, path=_PATH_AT_END)


# `'x'`, `(x)` and bare words are how different releases of dyld write names.
MESSAGES: tuple[Message, ...] = (
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="symbol not found in flat namespace",
        pattern=re.compile(r"flat namespace [('](?P<symbol>[^)']{1,1000})"),
        path=_DLOPENED,
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="Symbol not found: ",
        pattern=re.compile(r"Symbol not found: \(?(?P<symbol>[^\s)]{1,1000})"),
        path=_DLOPENED,
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words=": undefined symbol: ",
        pattern=re.compile(
            r"(?:^|\s)(?P<path>/[^:]{1,1000}): undefined symbol: (?P<symbol>[^\s,]{1,1000})"
        ),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="Error relocating ",
        pattern=re.compile(
            r"Error relocating (?P<path>[^:]{1,1000}): (?P<symbol>[^:\s]{1,1000}): "
            r"(?:symbol not found|initial-exec TLS)"
        ),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="compatible architecture (have ",
        pattern=re.compile(
            r"'(?P<path>[^']{1,1000})' \("
            r"(?:mach-o file, but is an in|fat file, but missing )compatible architecture"
        ),
    ),
    _after_path(": mach-o, but wrong architecture", Complaint.WRONG_ARCHITECTURE),
    _after_shell(": mach-o, but wrong architecture", Complaint.WRONG_ARCHITECTURE),
    _after_path(": no matching architecture in universal wrapper", Complaint.WRONG_ARCHITECTURE),
    _after_path(": wrong ELF class", Complaint.WRONG_ARCHITECTURE),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="ad CPU type in executable: ",
        pattern=re.compile(r"ad CPU type in executable: '?(?P<path>[^']{1,1000})"),
    ),
    _after_shell(": Bad CPU type in executable", Complaint.WRONG_ARCHITECTURE),
    Message(
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
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words="Exec format error: ",
        pattern=re.compile(r"Exec format error: '(?P<path>[^']{1,1000})'"),
    ),
    Message(  # runc's and Docker's
        complaint=Complaint.NOT_LOADABLE,
        words=": exec format error",
        pattern=re.compile(
            r'exec(?: user process caused|:? "?(?P<path>[^\s":]{1,1000})"?): "?exec format error'
        ),
    ),
    Message(  # zsh's
        complaint=Complaint.NOT_LOADABLE,
        words=": exec format error: ",
        pattern=re.compile(r"exec format error: (?P<path>\S{1,1000})"),
    ),
    _after_shell(": Exec format error", Complaint.NOT_LOADABLE),
    Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words=" not found (required by ",
        pattern=re.compile(r"version \S{1,1000} not found \(required by (?P<path>[^)]{1,1000})"),
    ),
    Message(  # shortened: the file that needs the version is not told, only where it is missing
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="' not found",
        pattern=re.compile(r"(?:^|\s)(?P<path>/[^:]{1,1000}): version [`']\S{1,200}' not found$"),
    ),
    # A full path that cannot be opened mostly exists, but is for another C library or machine.
    _after_path(": cannot open shared object file", Complaint.WRONG_ARCHITECTURE),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": cannot open shared object file",
        pattern=re.compile(r"(?:^|: )(?P<library>[^\s:/]{1,1000}): cannot open shared object file"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Error loading shared library ",
        pattern=re.compile(r"Error loading shared library (?P<library>[^\s:]{1,1000}): "),
        path=re.compile(r"\(needed by (?P<path>[^)]{1,1000})\)"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Library not loaded: ",
        pattern=re.compile(r"Library not loaded: '?(?P<library>[^\s']{1,1000})"),
        path=_DLOPENED,
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=_NOT_FILLED_IN,
        pattern=re.compile(
            r"(?:DLL load failed(?: while importing (?P<module>[\w.]{1,1000}))?"
            r"|LoadLibrary\w{0,4}(?: failed)?): %1"
        ),
    ),
    _with_number(_BAD_EXE_FORMAT, Complaint.NOT_LOADABLE),
    _with_number(_MACHINE_MISMATCH, Complaint.WRONG_ARCHITECTURE),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="DLL load failed",
        pattern=re.compile(r"DLL load failed(?: while importing (?P<module>[\w.]{1,1000}))?:"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="Could not find module '",
        pattern=re.compile(r"Could not find module '(?P<path>[^']{1,1000})'"),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" (code signature in ",
        pattern=re.compile(r"'(?P<path>[^']{1,1000})' \(code signature in "),
    ),
    Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="' (load command 0x",
        pattern=re.compile(r"cannot load '(?P<path>[^']{1,1000})' \(load command 0x"),
    ),
    # glibc's, besides those above.
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words=" not defined in file ",
        pattern=re.compile(
            r"(?P<path>/[^:]{1,1000}): symbol (?P<symbol>[^\s,]{1,1000}),? "
            r"version \S{1,1000} not defined"
        ),
    ),
    _after_path(": cannot enable executable stack", Complaint.NOT_LOADABLE),
    _after_path(": failed to map segment from shared object", Complaint.NOT_LOADABLE),
    _after_path(": cannot allocate memory in static TLS block", Complaint.NO_ROOM),
    Message(
        complaint=Complaint.NO_ROOM,
        words="cannot load any more object with static TLS",
        pattern=re.compile("static TLS"),
    ),
    _after_shell(": cannot execute: required file not found", Complaint.NOT_LOADABLE),
    # Those of emulators that lack the loader of the program's own architecture.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": Could not open '/lib",
        pattern=re.compile(r"qemu-[\w-]{1,40}: Could not open '(?P<library>/lib[^']{1,1000})'"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="failed to open elf at ",
        pattern=re.compile(r"failed to open elf at (?P<library>/\S{1,1000})"),
    ),
    # Android's (bionic).
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words='" has unexpected e_machine',
        pattern=re.compile(r'"(?P<path>[^"]{1,1000})" has unexpected e_machine'),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words="-bit instead of ",
        pattern=re.compile(r'"(?P<path>[^"]{1,1000})" is \d\d-bit instead of '),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words='" not found',
        pattern=re.compile(r'library "(?P<library>[^"]{1,1000})" not found'),
        path=re.compile(r'needed by "?(?P<path>/[^\s"]{1,1000})'),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="cannot locate symbol ",
        pattern=re.compile(
            r'symbol "(?P<symbol>[^"]{1,1000})" referenced by "(?P<path>[^"]{1,1000})"'
        ),
    ),
    # Windows', as Node.js, PyTorch, cffi, and a window write them.
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=" is not a valid Win32 application",
        pattern=re.compile(
            r"(?P<path>[A-Za-z]:\\[^:*?\"<>|]{1,1000}) is not a valid Win32 application"
        ),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=" or one of its dependencies",
        pattern=re.compile(r'Error loading \\?"(?P<path>[^"]{1,1000}?)\\?" or one of its'),
    ),
    Message(
        complaint=Complaint.NOT_LOADABLE,
        words=": error 0xc1",
        pattern=re.compile(r"cannot load library '?(?P<path>[^'*?\"<>|]{1,1000}?)'?: error 0xc1"),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words=": error 0x7e",
        pattern=re.compile(r"cannot load library '?(?P<path>[^'*?\"<>|]{1,1000}?)'?: error 0x7e"),
    ),
    Message(
        complaint=Complaint.SYMBOL_NOT_FOUND,
        words="The procedure entry point ",
        pattern=re.compile(
            r"entry point (?P<symbol>\S{1,1000}) could not be located in the dynamic link library "
            r"(?P<path>[^*?\"<>|]{1,1000}?)\.?$"
        ),
    ),
    Message(  # STATUS_INVALID_IMAGE_FORMAT
        complaint=Complaint.NOT_LOADABLE,
        words="000007",
        pattern=re.compile(r"0[xX][cC]000007[bB]"),
    ),
    Message(
        complaint=Complaint.WRONG_ARCHITECTURE,
        words=" is not compatible with the version of Windows ",
        pattern=re.compile(r"This version of (?P<path>[^%*?\"<>|]{1,1000}) is not compatible "),
    ),
    Message(  # ERROR_MOD_NOT_FOUND, ERROR_PROC_NOT_FOUND
        complaint=Complaint.CANNOT_OPEN,
        words="[WinError 12",
        pattern=re.compile(r"\[WinError 12[67]\] "),
        path=_PATH_AT_END,
    ),
    # Python's, where a module is for another release.
    Message(
        complaint=Complaint.OTHER_PYTHON,
        words=" conflicts with this version of Python",
        pattern=re.compile(r"Module use of (?P<library>[^\s/]{1,200}) conflicts"),
    ),
    Message(
        complaint=Complaint.OTHER_PYTHON,
        words="Python version mismatch: ",
        pattern=re.compile("module was compiled for"),
    ),
    # Older dyld's, which tells nothing else.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="): image not found",
        pattern=_DLOPENED,
    ),
    Message(
        complaint=Complaint.SYSTEM_TOO_OLD,
        words="Incompatible library version: ",
        pattern=re.compile(r"version: (?P<path>\S{1,1000}) requires version "),
    ),
    # Processors', by the names that shells, debuggers and Windows have for them.
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="llegal ",
        pattern=re.compile(r"\b[Ii]llegal (?:hardware )?instruction"),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="SIGILL",
        pattern=re.compile(r"\bSIGILL\b"),
    ),
    Message(
        complaint=Complaint.NO_INSTRUCTION,
        words="DLL load failed with error code ",
        pattern=re.compile(
            r"error code (?:-1073741795|3221225501)(?: while importing (?P<module>[\w.]{1,1000}))?"
        ),
    ),
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="DLL load failed with error code ",
        pattern=re.compile(r"error code -?\d{1,20}(?: while importing (?P<module>[\w.]{1,1000}))?"),
    ),
    # dyld's, where it tried nothing but files that are not there.
    Message(
        complaint=Complaint.CANNOT_OPEN,
        words="' (no such file)",
        pattern=_DLOPENED,
    ),
    Message(
        complaint=Complaint.NO_MODULE,
        words="No module named ",
        pattern=re.compile(r"No module named '?(?P<module>[\w.]{1,1000})'?"),
    ),
    Message(
        complaint=Complaint.NO_MODULE,
        words="cannot import name ",
        pattern=re.compile(r"cannot import name '(?P<module>\w{1,1000})' from "),
    ),
)
