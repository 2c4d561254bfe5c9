"""Which of a wheel's Python files import a module, and how."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from functools import cached_property
from typing import NamedTuple

from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.folders import strip_scheme
from archpip.wheels.import_statements import ImportStatement, find_imports
from archpip.wheels.model import Member, Problem, WheelSource

_PACKAGE = "__init__.py"
_MAX_BYTES = 1024 * 1024
_MOST_FILES = 4000
_MOST_BYTES = 32 * 1024 * 1024
_LONGEST_PATH = 300
_MOST_CHARACTERS = 1_500_000
"""Of all files that mention what is looked for. Hostile ones take a second or two."""

_MOST_SEARCHED = 2_000_000_000
"""Characters in all searches for the names of modules, a second or two. A file's size counts as
a thousand at least, since each costs its time."""
_MOST_PARTS = 20
"""Of a dotted name."""


class Importer(NamedTuple):
    """A file that imports something."""

    path: str
    statement: ImportStatement


class Imports:
    """The imports of some Python files, each of which is looked through when it is first needed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Store source by the paths of its files."""
        self._texts = texts
        self._unread = dict.fromkeys(texts)
        self._searched: set[str] = set()
        self._importers: dict[str, list[Importer]] = defaultdict(list)
        self._characters_left = _MOST_CHARACTERS
        searched = sum(max(len(text), 1000) for text in texts.values())
        self._searches_left = _MOST_SEARCHED // max(searched, 1)

    @property
    def is_complete(self) -> bool:
        """Whether all that was asked for was looked for everywhere, so far."""
        return self._characters_left >= 0 and self._searches_left >= 0

    def find_importers(self, module: str) -> Sequence[Importer]:
        """Return what imports a module, given by its dotted name, or anything within it."""
        self._read_all_that_mention(module.rpartition(".")[2])
        return self._importers.get(module, ())

    def find_dependents(self, modules: Iterable[str], *, limit: int) -> AbstractSet[str]:
        """Return the modules that cannot be imported without all of these, these included.

        What is imported in a block counts as done without. Before a module, the `__init__.py` of
        every package above it is imported.

        Args:
            modules: Dotted names.
            limit: The search ends when more than so many are found.
        """
        found = set(modules)
        waiting = deque(found)
        while waiting and len(found) <= limit:
            module = waiting.popleft()
            importers = (
                module_of(one.path)
                for one in self.find_importers(module)
                if not one.statement.is_nested
            )
            for dependent in (*importers, *self._below.get(module, ())):
                if dependent not in found:
                    found.add(dependent)
                    waiting.append(dependent)
        return found

    @cached_property
    def _below(self) -> Mapping[str, Sequence[str]]:
        """The modules beneath each package."""
        below: dict[str, list[str]] = defaultdict(list)
        for path in self._texts:
            module = above = module_of(path)
            while above:
                above = above.rpartition(".")[0]
                below[above].append(module)
        return below

    def _read_all_that_mention(self, name: str) -> None:
        if name in self._searched or not self.is_complete:
            return
        self._searched.add(name)
        self._searches_left -= 1
        for path in [path for path in self._unread if name in self._texts[path]]:
            self._characters_left -= len(self._texts[path])
            if self.is_complete:
                del self._unread[path]
                self._read(path)

    def _read(self, path: str) -> None:
        module = module_of(path)
        package = module if path.endswith(f"/{_PACKAGE}") else module.rpartition(".")[0]
        for statement in find_imports(self._texts[path], package):
            for each in {start for name in statement.names for start in _iter_starts(name)}:
                self._importers[each].append(Importer(path, statement))


def _iter_starts(name: str) -> Iterator[str]:
    """Yield a dotted name and those of all that it lies in."""
    parts = name.split(".")[:_MOST_PARTS]
    for count in range(1, len(parts) + 1):
        yield ".".join(parts[:count])


def module_of(path: str) -> str:
    """Return the dotted name by which a member is imported: its package's for `__init__.py`."""
    folder, _, name = strip_scheme(path).rpartition("/")
    names = folder.split("/") if folder else []
    return ".".join(names if name == _PACKAGE else [*names, name.partition(".")[0]])


def select_sources(members: Iterable[Member], start: str = "") -> list[Member]:
    """Return the Python files whose paths begin with `start`; none if they are too many to read."""
    found = [
        member
        for member in members
        if member.path.endswith(".py")
        and len(member.path) <= _LONGEST_PATH
        and strip_scheme(member.path).startswith(start)
    ]
    size_bytes = sum(member.size_bytes for member in found)
    return found if len(found) <= _MOST_FILES and size_bytes <= _MOST_BYTES else []


def read_sources(
    source: WheelSource, paths: Iterable[str], problems: list[Problem]
) -> dict[str, str]:
    """Return the text of Python files, of each a megabyte at most; nothing of too large ones.

    Those that cannot be read are added to `problems`.
    """
    wanted = sorted(paths)
    source.prefetch(dict.fromkeys(wanted))
    texts: dict[str, str] = {}
    left_bytes = _MOST_BYTES  # of an installed wheel, no sizes are known before
    for path in wanted:
        try:
            with closing(source.open(path)) as content:
                head = content.read_at(0, min(content.size, _MAX_BYTES))
        except WheelUnreadableError as error:
            problems.append(Problem(kind=error.kind, member=error.member, detail=error.reason))
        else:
            texts[path] = head.decode("utf-8", "replace")
            left_bytes -= len(head)
            if left_bytes < 0:
                return {}
    return texts
