"""What a failing program said, and which binary is behind it.

The messages are those of CPython's import system and of the three families of dynamic loaders. A
text is hostile only in length: every pattern is anchored by fixed words and reads one line.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archpip.environments.model import Audit, AuditedPart
from archpip.verdicts import Finding
from archpip.wheels import BinaryMember

MAX_TRACEBACK_BYTES = 16 * 1024 * 1024
"""What is read of a program's output: its end, where tracebacks stand."""

_MAX_LINE = 20_000
"""dyld writes each place that it tried into one line."""


class Complaint(StrEnum):
    """What a loader complains about."""

    NO_MODULE = "no such module"
    WRONG_ARCHITECTURE = "made for another architecture"
    CANNOT_OPEN = "a library cannot be opened"
    SYMBOL_NOT_FOUND = "a symbol is bound to nothing"
    NOT_LOADABLE = "not a file that this system loads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """What one message names."""

    complaint: Complaint
    path: str = ""
    """The file, `/`-separated; empty where the message names none."""
    module: str = ""
    """The dotted name that was imported; empty where the message names none."""
    library: str = ""
    """A library's bare name; empty where the message names none."""
    symbol: str = ""
    message: str
    """The line itself, shortened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """The binary behind a message, as far as one was found."""

    suspect: Suspect
    part: AuditedPart | None = None
    member: str | None = None
    """The binary's path in the tree."""
    findings: tuple[Finding, ...] = ()
    """What is held against it; of its whole distribution where nothing is held against itself."""


# `'x'`, `(x)` and bare words are how different releases of dyld write names.
_PATTERNS: tuple[tuple[Complaint, re.Pattern[str]], ...] = (
    (
        Complaint.SYMBOL_NOT_FOUND,
        re.compile(
            r"dlopen\((?P<path>[^,)]+).{0,4000}?symbol not found in flat namespace "
            r"[('](?P<symbol>[^)']+)"
        ),
    ),
    (
        Complaint.SYMBOL_NOT_FOUND,
        re.compile(r"dlopen\((?P<path>[^,)]+).{0,4000}?Symbol not found: \(?(?P<symbol>[^\s)]+)"),
    ),
    (
        Complaint.WRONG_ARCHITECTURE,
        re.compile(r"'(?P<path>[^']+)' \(mach-o file, but is an incompatible architecture"),
    ),
    (
        Complaint.WRONG_ARCHITECTURE,
        re.compile(r"(?P<path>/[^:]+): mach-o, but wrong architecture"),
    ),
    (
        Complaint.WRONG_ARCHITECTURE,
        re.compile(r"(?:^|: )(?P<path>/[^:]+): (?:wrong ELF class|cannot open shared object file)"),
    ),
    (Complaint.NOT_LOADABLE, re.compile(r"(?:^|: )(?P<path>/[^:]+): invalid ELF header")),
    (Complaint.NOT_LOADABLE, re.compile(r"Exec format error: '(?P<path>[^']+)'")),
    (
        Complaint.CANNOT_OPEN,
        re.compile(r"(?:^|: )(?P<library>[^\s:/]+): cannot open shared object file"),
    ),
    (
        Complaint.CANNOT_OPEN,
        re.compile(
            r"Error loading shared library (?P<library>[^\s:]+): [^(]*\(needed by (?P<path>[^)]+)\)"
        ),
    ),
    (
        Complaint.CANNOT_OPEN,
        re.compile(r"Library not loaded: (?P<library>\S+)"),
    ),
    (
        Complaint.NOT_LOADABLE,
        re.compile(r"DLL load failed(?: while importing (?P<module>[\w.]+))?: .*not a valid Win32"),
    ),
    (
        Complaint.NOT_LOADABLE,
        re.compile(r"WinError 193\] .*not a valid Win32 application(?:: '(?P<path>[^']+)')?"),
    ),
    (
        Complaint.CANNOT_OPEN,
        re.compile(r"DLL load failed(?: while importing (?P<module>[\w.]+))?: "),
    ),
    (Complaint.NO_MODULE, re.compile(r"No module named '?(?P<module>[\w.]+)'?")),
    (Complaint.NO_MODULE, re.compile(r"cannot import name '(?P<module>\w+)' from ")),
)


def read_suspects(text: str) -> tuple[Suspect, ...]:
    """Return what a program's output names, in its order, no repeats.

    Empty where no line holds a known message.
    """
    return tuple(dict.fromkeys(_iter_suspects(text)))


def _iter_suspects(text: str) -> Iterator[Suspect]:
    for line in text.splitlines():
        shortened = line.strip()[:_MAX_LINE]
        for complaint, pattern in _PATTERNS:
            if match := pattern.search(shortened):
                named = {key: value or "" for key, value in match.groupdict().items()}
                yield Suspect(
                    complaint=complaint,
                    path=named.get("path", "").replace("\\", "/"),
                    module=named.get("module", ""),
                    library=posixpath.basename(named.get("library", "")),
                    symbol=named.get("symbol", ""),
                    message=_shorten(shortened),
                )
                break


def _shorten(line: str) -> str:
    longest = 300
    return line if len(line) <= longest else f"{line[:longest]}…"


def find_culprits(audit: Audit, suspects: tuple[Suspect, ...]) -> tuple[Culprit, ...]:
    """Return the binary behind each message, with what is held against it.

    The messages come from the machine that failed, so its paths need not be the audit's: files are
    matched by as much of their ends as agrees.
    """
    binaries = tuple((part, one) for part in audit.parts for one in part.inspection.binaries)
    return tuple(_find_culprit(suspect, binaries) for suspect in suspects)


def _find_culprit(
    suspect: Suspect, binaries: tuple[tuple[AuditedPart, BinaryMember], ...]
) -> Culprit:
    best = max(
        binaries,
        key=lambda pair: _likeness(suspect, pair[1]),
        default=None,
    )
    if best is None or not any(_likeness(suspect, best[1])):
        return Culprit(suspect=suspect)
    part, binary = best
    own = tuple(f for f in part.findings if f.member == binary.path)
    return Culprit(suspect=suspect, part=part, member=binary.path, findings=own or part.findings)


def _likeness(suspect: Suspect, binary: BinaryMember) -> tuple[int, int, int]:
    """Say how well a binary matches: by path, by the imported name, by a library that it links."""
    by_path = _common_end(suspect.path, binary.path) if suspect.path else 0
    by_module = _module_likeness(suspect.module, binary.path) if suspect.module else 0
    by_library = 0
    if suspect.library:
        needs = any(
            posixpath.basename(needed.name) == suspect.library
            for one in binary.binary.slices
            for needed in one.needed
        )
        # The library itself, present and foreign, tells more than whoever needs it.
        is_it = posixpath.basename(binary.path) == suspect.library
        by_library = 2 * is_it + needs
    return by_path, by_module, by_library


def _common_end(path: str, member: str) -> int:
    """Return how many parts of two paths agree, counted from their ends."""
    agreed = 0
    for ours, theirs in zip(
        reversed(path.lower().split("/")), reversed(member.lower().split("/")), strict=False
    ):
        if ours != theirs:
            break
        agreed += 1
    return agreed


def _module_likeness(module: str, member: str) -> int:
    """Return how many parts of a dotted name a file has, if it is a module of that name."""
    *folders, name = member.split("/")
    stem = name.partition(".")[0]
    return _common_end(module.replace(".", "/"), "/".join((*folders, stem)))
