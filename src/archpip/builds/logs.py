"""The log of a build, and the first real error in it.

Build tools bury the cause under its consequences: the helpful line is rarely the last one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

# What each tool writes where it first fails, most telling kinds first. Each is matched against
# single lines; among the kinds, the first match in the log of the first kind that has one is taken.
_FIRST_ERRORS = (
    re.compile(r"fatal error: (?P<reason>.+: No such file or directory)"),  # a header, gcc, clang
    re.compile(r"(?P<reason>fatal error: '.+' file not found)"),  # clang
    re.compile(r"(?P<reason>\S+\.(?:c|cc|cpp|cxx|h|hpp|m|mm|pyx|pxd)[:(]\d+.*\berror\b.*)"),
    re.compile(r"^(?P<reason>error(?:\[E\d+\])?: (?!command |subprocess-).+)"),  # rustc, cargo
    re.compile(r"(?P<reason>(?:meson\.build|\S+/meson\.build):\d+.*ERROR: .+)"),
    re.compile(r"(?P<reason>CMake Error.*)"),
    re.compile(r"(?P<reason>\S*\bld\S*: (?:error: )?(?:cannot find|undefined reference).*)"),
    re.compile(r"(?P<reason>.*: undefined reference to .+)"),
    re.compile(r"(?P<reason>.*error while loading shared libraries: .+)"),
    re.compile(r"(?P<reason>error: command .+ failed: (?:No such file|None).*)"),
    re.compile(r"^(?P<reason>\S*make(?:\[\d+\])?: \*\*\* .+)"),
    re.compile(r"(?P<reason>ERROR: (?:Could not find a version|No matching distribution).+)"),
    re.compile(r"(?P<reason>(?:[A-Za-z_.]*(?:Error|Exception)|SystemExit): .+)"),
    re.compile(r"(?P<reason>(?:error|ERROR|Error): .+)"),
    re.compile(r"^(?P<reason>error in .+ setup command: .+)"),  # setuptools: bad metadata
)

# How much of a log an error shows; compilers write lines of thousands of characters.
_LINES_BEFORE, _LINES_AFTER = 6, 6
_WIDEST_LINE = 200

# CMake gives the place on one line and the error two lines below.
_TWO_PART = re.compile(r"^CMake Error at .+:$")

_POINTERS = "~^ "
"""What a line below a line of source points with; alone it says nothing."""

_NATIVE_WORK = re.compile(
    r"^\s*building '(?P<distutils>[^']+)' extension"  # distutils and setuptools, before compiling
)


def find_first_error(lines: Iterable[str]) -> str | None:
    """Return the line that best explains why a build failed, or `None`."""
    log = [line.strip() for line in lines]
    found = _locate_first_error(log)
    if found is not None:
        number, reason = found
        return _with_explanation(reason, log[number + 1 :])
    return next((line for line in reversed(log) if line.strip(_POINTERS)), None)


def excerpt(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines around the first real error."""
    found = _locate_first_error([line.strip() for line in lines])
    end = len(lines) if found is None else min(len(lines), found[0] + 1 + _LINES_AFTER)
    begin = max(0, (end if found is None else found[0]) - _LINES_BEFORE)
    shown = [line.rstrip()[:_WIDEST_LINE] for line in lines[begin:end]]
    return tuple(line for line in shown if line)


def _locate_first_error(log: Sequence[str]) -> tuple[int, str] | None:
    """Return the line number of the first error of the most telling kind, and its words."""
    for pattern in _FIRST_ERRORS:
        for number, line in enumerate(log):
            match = pattern.search(line)
            if match:
                return number, match["reason"]
    return None


def _with_explanation(reason: str, following: list[str]) -> str:
    if not _TWO_PART.match(reason):
        return reason
    explanation = next((line for line in following if line), "")
    return f"{reason} {explanation}".strip()


def iter_native_extensions(lines: Iterable[str]) -> Iterator[str]:
    """Yield the name of each extension module that the log announces before compiling."""
    for line in lines:
        match = _NATIVE_WORK.match(line)
        if match:
            yield match["distutils"]
