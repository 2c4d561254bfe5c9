"""The log of a build, and the first real error in it.

Build tools bury what went wrong under what followed from it: the line that helps is seldom the
last one. Credentials in URLs never reach a log.
"""

import re
from collections.abc import Iterable, Iterator

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@'\"]+@")

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
)

# CMake says where on one line and what on the next but one.
_TWO_PART = re.compile(r"^CMake Error at .+:$")

_NATIVE_WORK = re.compile(
    r"^\s*building '(?P<distutils>[^']+)' extension"  # distutils and setuptools, before compiling
)


def without_credentials(line: str) -> str:
    """Replace user and password in every URL of the line by `****`."""
    return _CREDENTIALS.sub("****@", line)


def find_first_error(lines: Iterable[str]) -> str | None:
    """Return the line that says best why a build failed, or `None` where nothing does."""
    log = [line.strip() for line in lines]
    for pattern in _FIRST_ERRORS:
        for number, line in enumerate(log):
            match = pattern.search(line)
            if match:
                return _with_explanation(match["reason"], log[number + 1 :])
    return next((line for line in reversed(log) if line), None)


def _with_explanation(reason: str, following: list[str]) -> str:
    if not _TWO_PART.match(reason):
        return reason
    explanation = next((line for line in following if line), "")
    return f"{reason} {explanation}".strip()


def iter_native_extensions(lines: Iterable[str]) -> Iterator[str]:
    """Yield the name of each extension module that the log says was about to be compiled."""
    for line in lines:
        match = _NATIVE_WORK.match(line)
        if match:
            yield match["distutils"]
