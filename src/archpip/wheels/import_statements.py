"""The import statements of Python source, and whether the rest of it does without what they import.

Source is read by lines, not by `ast`: it may be of any version of Python, and a hostile file makes
a parser run out of stack. A line in a docstring that looks like an import is taken for one.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

_MOST_CHARACTERS = 1000
"""Of a line: some of the patterns take time by the square of its length."""
_MOST_JOINED = 100
"""Lines of one statement in parentheses."""

# Not compiled before a line needs them: an audit seldom reads source, and they take a millisecond.
_FROM = r"from\s+(?P<dots>\.*)(?P<module>[\w.]*)\s+import\b(?P<names>.*)"
_IMPORT = r"import\s+(?P<names>.*)"
_BY_NAME = r"(?i)(?:import|load|find)\w*\s*\([^)#]*?[\"'](?P<name>\.*\w[\w.]*)[\"']"
"""`importlib.import_module("._core", __package__)`, and what projects call their own of these."""

_TRY = r"try\s*:\s*(?P<rest>[^#\s].*)?"
_EXCEPT = r"except\b(?P<classes>[^#:]*):\s*(?P<rest>.*)"
_SUPPRESS = r"with\s+(?:contextlib\.)?suppress\((?P<classes>[^)]*)\)\s*:"
_CAUGHT = r"\b(?:ImportError|ModuleNotFoundError|Exception|BaseException)\b"
_BY_MACHINE = r"(?:el)?if\b.*\b(?:platform|machine|uname|os\.name|architecture)\b"
_GIVES_UP = r"raise\b|(?:sys\.|os\._)?exit\(|quit\("
_LAST_WORDS = ("raise", "exit", "quit", "sys.", "os.")


class ImportStatement(NamedTuple):
    """One statement that imports, or a call that imports by name."""

    names: frozenset[str]
    """Dotted names of all that it may import: `from .a import b` in `demo` has `demo.a` and
    `demo.a.b`, of which the latter may be no module."""
    is_nested: bool
    """Whether it stands in a block: in a `try`, under a condition, in a function."""
    is_fallback: bool
    """Whether it stands in an `except` clause that is nested itself."""
    is_guarded: bool
    """Whether it stands in a `try` that goes on where the import fails. Not if the machine decides
    whether it is tried: what is for this machine alone is what it needs."""


class _Try(Struct):
    catches: bool = False
    gives_up: bool = False


class _Block(NamedTuple):
    depth: int
    tried: _Try | None = None
    """What the lines beneath are the body of."""
    handled: _Try | None = None
    """What they handle a failed import of."""
    is_handler: bool = False
    """Whether they handle failures of any kind."""
    by_machine: bool = False
    """Whether they are for some machines only."""


_PLAIN = _Block(0)


class _Found(NamedTuple):
    names: frozenset[str]
    is_nested: bool
    is_fallback: bool
    around: tuple[_Try, ...]


def find_imports(text: str, package: str) -> list[ImportStatement]:
    """Return the statements that import, in their order.

    Args:
        text: Python source.
        package: The dotted name that relative imports go out from; empty outside of packages.
    """
    found: list[_Found] = []
    above: list[_Block] = []
    latest: dict[int, _Try] = {}
    for depth, line in _iter_lines(text):
        while above and above[-1].depth >= depth:
            above.pop()
        block, code = _enter(depth, line, latest)
        if code.startswith(_LAST_WORDS) and re.match(_GIVES_UP, code):
            for each in (*above, block):
                if each.handled:
                    each.handled.gives_up = True
        names = frozenset(_iter_names(code, package))
        if names:
            fallback = any(each.is_handler and each.depth > 0 for each in above[-1:])
            around = tuple(each.tried for each in (*above, block) if each.tried)
            if any(each.by_machine for each in above):
                around = ()
            found.append(_Found(names, depth > 0 or code is not line, fallback, around))
        if block is not _PLAIN:
            above.append(block)
    return [
        ImportStatement(
            names, nested, fallback, any(each.catches and not each.gives_up for each in around)
        )
        for names, nested, fallback, around in found
    ]


def _enter(depth: int, line: str, latest: dict[int, _Try]) -> tuple[_Block, str]:
    """Return the block that a line begins, and what stands behind its colon, or else the line.

    Blocks that change nothing are all the same.
    `latest` has the last `try` of each indentation.
    """
    if line.startswith("try") and (match := re.match(_TRY, line)):
        tried = latest[depth] = _Try()
        return _Block(depth, tried=tried), match["rest"] or line
    if line.startswith("except") and (match := re.match(_EXCEPT, line)):
        handled = latest.get(depth)
        classes = match["classes"].strip()
        if handled is None or (classes and not re.search(_CAUGHT, classes)):
            return _Block(depth, is_handler=True), line
        handled.catches = True
        return _Block(depth, handled=handled, is_handler=True), match["rest"] or line
    if line.startswith("with") and (match := re.match(_SUPPRESS, line)):
        catches = re.search(_CAUGHT, match["classes"]) is not None
        return _Block(depth, tried=_Try(catches=catches)), line
    if line.startswith(("if", "elif")) and re.match(_BY_MACHINE, line):
        return _Block(depth, by_machine=True), line
    return _PLAIN, line


def _iter_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line of code with its indentation, an import in parentheses as one."""
    lines = iter(text.splitlines())
    for written in lines:
        line = written[:_MOST_CHARACTERS].lstrip()
        if not line or line.startswith("#"):
            continue
        depth = len(written) - len(written.lstrip())
        if line.startswith(("from ", "import ")):
            line = _without_comment(line)
            for _ in range(_MOST_JOINED):
                if "(" not in line or ")" in line or (more := next(lines, None)) is None:
                    break
                line = f"{line} {_without_comment(more[:_MOST_CHARACTERS].strip())}"
        yield depth, line


def _without_comment(line: str) -> str:
    return line.partition("#")[0].rstrip()


def _iter_names(line: str, package: str) -> Iterator[str]:
    if line.startswith("from") and (match := re.match(_FROM, line)):
        module = _resolve(match["dots"], match["module"], package)
        yield module
        for name in _iter_listed(match["names"]):
            yield f"{module}.{name}" if module else name
    elif line.startswith("import") and (match := re.match(_IMPORT, line)):
        yield from _iter_listed(match["names"])
    elif "(" in line and (match := re.search(_BY_NAME, line)):
        name = match["name"].lstrip(".")
        yield _resolve("." * (len(match["name"]) - len(name)), name, package)


def _iter_listed(names: str) -> Iterator[str]:
    """Yield the names of `(a, b as c)`."""
    for each in names.partition(";")[0].strip(" ()\\").split(","):
        name, *_ = [*each.split(), ""]
        if name and name != "*":
            yield name


def _resolve(dots: str, module: str, package: str) -> str:
    """Return the absolute name of a relative one (PEP 328)."""
    if not dots:
        return module
    parents = package.split(".")
    kept = parents[: max(0, len(parents) - len(dots) + 1)]
    return ".".join(filter(None, (*kept, module)))
