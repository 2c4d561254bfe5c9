"""A part of a tree as the wheel it was installed from, for the reader of wheels."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from archpip.environments.model import Part, Tree
from archpip.wheels import Member, MemberContent, Problem, ReadingCost

_NO_TAGS = "py3-none-any"


class InstalledWheel:
    """A `WheelSource` over the files of one part."""

    def __init__(self, part: Part, tree: Tree, members: Mapping[str, Member]) -> None:
        """Store a part, and every member of its tree by path."""
        self._part = part
        self._tree = tree
        self._members = tuple(Member(path, *members[real][1:]) for path, real in part.paths.items())

    @property
    def filename(self) -> str:
        """The wheel's file name, as far as its tags are known."""
        name = self._part.name.replace("-", "_") or "files"
        version = self._part.version.replace("-", "_") or "0"
        return f"{name}-{version}-{_compress(self._part.tags) or _NO_TAGS}.whl"

    @cached_property
    def size_bytes(self) -> int:
        """The size of all files."""
        return sum(member.size_bytes for member in self._members)

    def members(self) -> tuple[Member, ...]:
        """Return the files by the paths that they had in the wheel."""
        return self._members

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the part's record."""
        return self._part.problems

    def prefetch(self, wanted: Mapping[str, int | None]) -> None:
        """Do nothing: the files are local."""

    def open(self, path: str) -> MemberContent:
        """Open a file.

        Raises:
            WheelUnreadableError: It cannot be opened.
        """
        return self._tree.open(self._part.paths[path])

    def cost(self) -> ReadingCost:
        """Return zero: reading here costs no request."""
        return ReadingCost(bytes_read=0, bytes_total=self.size_bytes, requests=0)

    def close(self) -> None:
        """Do nothing: the tree's opener closes the tree."""


def _compress(tags: Iterable[str]) -> str:
    """Return tags as a file name has them (PEP 425, §compressed tag sets)."""
    columns = zip(*(tag.split("-") for tag in tags), strict=True)
    return "-".join(".".join(dict.fromkeys(column)) for column in columns)
