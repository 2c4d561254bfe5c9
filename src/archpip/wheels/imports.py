"""Which of a wheel's Python files import a module, and how."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.import_statements import ImportStatement, find_imports
from archpip.wheels.model import Problem, WheelSource

_LIBRARY_FOLDER = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")
_PACKAGE = "__init__.py"
_MAX_BYTES = 1024 * 1024
_MOST_CHARACTERS = 1_000_000
"""Of all files that mention what is looked for. A hostile million takes a second or two."""


class Importer(NamedTuple):
    """A file that imports something."""

    path: str
    statement: ImportStatement


class Imports:
    """The imports of some Python files, each of which is looked through when it is first needed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Store source by the paths of its files."""
        self._texts = texts
        self._statements: dict[str, Sequence[ImportStatement]] = {}
        self._characters_left = _MOST_CHARACTERS

    @property
    def is_complete(self) -> bool:
        """Whether all that was asked for was looked for everywhere, so far."""
        return self._characters_left >= 0

    def iter_importers(self, module: str) -> Iterator[Importer]:
        """Yield what imports a module, given by its dotted name, or anything within it."""
        last = module.rpartition(".")[2]
        for path, text in self._texts.items():
            if last in text:
                for statement in self._read(path):
                    if any(_is_within(name, module) for name in statement.names):
                        yield Importer(path, statement)

    def _read(self, path: str) -> Sequence[ImportStatement]:
        if path not in self._statements:
            self._characters_left -= len(self._texts[path])
            if not self.is_complete:
                return ()
            module = module_of(path)
            package = module if path.endswith(f"/{_PACKAGE}") else module.rpartition(".")[0]
            self._statements[path] = find_imports(self._texts[path], package)
        return self._statements[path]


def _is_within(name: str, module: str) -> bool:
    return name.startswith(module) and name[len(module) :][:1] in {"", "."}


def module_of(path: str) -> str:
    """Return the dotted name by which a member is imported: its package's for `__init__.py`."""
    folder, _, name = strip_scheme(path).rpartition("/")
    names = folder.split("/") if folder else []
    return ".".join(names if name == _PACKAGE else [*names, name.partition(".")[0]])


def strip_scheme(path: str) -> str:
    """Return a member's path below the folder that Python imports from, once it is installed."""
    match = _LIBRARY_FOLDER.match(path) if ".data/" in path else None
    return path[match.end() :] if match else path


def read_sources(
    source: WheelSource, paths: Iterable[str], problems: list[Problem]
) -> dict[str, str]:
    """Return the text of Python files, of each a megabyte at most.

    Those that cannot be read are added to `problems`.
    """
    wanted = sorted(paths)
    source.prefetch(dict.fromkeys(wanted))
    texts: dict[str, str] = {}
    for path in wanted:
        try:
            with closing(source.open(path)) as content:
                head = content.read_at(0, min(content.size, _MAX_BYTES))
        except WheelUnreadableError as error:
            problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
        else:
            texts[path] = head.decode("utf-8", "replace")
    return texts
