"""Parse a failing program's messages about binaries that it could not load.

Which messages are known is said in `loaders.py`, `windows.py`, `runtimes.py` and `translated.py`.
"""

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from archpip.failures.loaders import LOADERS
from archpip.failures.messages import Complaint, Message
from archpip.failures.runtimes import RUNTIMES
from archpip.failures.translated import TRANSLATED
from archpip.failures.windows import WINDOWS

MAX_TRACEBACK_BYTES = 16 * 1024 * 1024
"""How much of a program's output is read: its end, where tracebacks are."""

_KNOWN = (*LOADERS, *WINDOWS, *RUNTIMES, *TRANSLATED)

_MAX_LINE = 20_000
"""Long, since dyld writes every path that it tried into one line."""

_MOST_LINES = 1000
"""Most lines that are parsed: a program that fails in a loop repeats its message."""

_MOST_CHARACTERS = 1_000_000
"""Most characters in these lines: a hostile one of full length takes a tenth of a second."""


class Suspect(Struct, frozen=True, kw_only=True):
    """The file, module or library that one message names."""

    complaint: Complaint
    path: str = ""
    """The file, `/`-separated; empty if the message names none."""
    module: str = ""
    """The dotted name that was imported; empty if the message names none."""
    package: str = ""
    """The dotted name that something was imported from, which need not be a module."""
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


# In JSON, a quotation mark follows a backslash.
_FRAME = re.compile(r'File \\?"(?P<path>[^"]{1,1000}?)\\?", line ')

# dyld names the file that needs a library or symbol in the next line; newer releases with its UUID.
_REFERENCED = re.compile(
    r"^Referenced from: (?:<[0-9A-Fa-f-]{1,40}> )?'?(?P<path>/[^()']{1,1000}?)(?:'| \(|$)"
)

# Colours and links of terminals, which pytest, Python 3.13 and CI systems write into logs.
# ECMA-48 §5.4 (control sequences) and §8.3.89 (OSC).
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\))")


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
    tried = length = 0
    importer = ""
    waiting: list[Suspect] = []
    for line in _ESCAPES.sub("", text).splitlines():
        shortened = line.strip()[:_MAX_LINE]
        if (frame := _FRAME.search(shortened)) and not _is_machinery(frame["path"]):
            importer = _normal(frame["path"])
        messages = [message for message in _KNOWN if message.words in shortened]
        if messages:
            tried += 1
            length += len(shortened)
        if tried > _MOST_LINES or length > _MOST_CHARACTERS:
            break
        found = next(filter(None, (_read_message(each, shortened) for each in messages)), None)
        if found is not None and waiting and found.is_nameless and _is_reason(shortened):
            continue
        if found is not None:
            yield from waiting
            waiting = [replace(found, importer=importer)]
        elif waiting and (referenced := _REFERENCED.search(shortened)):
            waiting = [replace(one, path=one.path or referenced["path"]) for one in waiting]
    yield from waiting


def _is_reason(line: str) -> bool:
    """Return whether a line goes on with dyld's message."""
    return line.startswith("Reason: ")


def _normal(path: str) -> str:
    """Return a path with single slashes; Windows' are doubled in JSON."""
    return re.sub("/{2,}", "/", path.replace("\\", "/"))


def _is_machinery(path: str) -> bool:
    """Return whether a frame belongs to the import machinery, not to the importing code."""
    folder = _normal(path).rpartition("/")[0]
    return path.startswith("<") or folder.endswith(("/ctypes", "/importlib"))


def _read_message(message: Message, line: str) -> Suspect | None:
    match = message.pattern.search(line)
    if match is None:
        return None
    named = {key: value or "" for key, value in match.groupdict().items()}
    if message.path is not None and (far := message.path.search(line)):
        named["path"] = far["path"]
    if package := named.get("package"):
        named["module"] = f"{package}.{named['module']}"
    if library := named.get("library"):
        named["library"] = message.library_start + posixpath.basename(_normal(library))
    return Suspect(
        complaint=message.complaint,
        path=_normal(named.get("path", "")),
        module=named.get("module", ""),
        package=named.get("package", ""),
        library=named.get("library", ""),
        symbol=named.get("symbol", ""),
        message=_shorten(line),
    )


def _shorten(line: str) -> str:
    longest = 300
    return line if len(line) <= longest else f"{line[:longest]}…"
