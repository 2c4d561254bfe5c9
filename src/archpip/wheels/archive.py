"""A wheel as an archive: its members, its flaws, and their bytes."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from archpip.wheels.content import ArchiveContent, LocalContent, Range
from archpip.wheels.directory import Directory, Entry, read_directory
from archpip.wheels.errors import InvalidWheelError, WheelUnreadableError
from archpip.wheels.lazy import read_once
from archpip.wheels.member import LOCAL_HEADER_BYTES, MemberSource
from archpip.wheels.model import Member, Problem, ReadingCost
from archpip.wheels.soundness import find_problems

_EXTRA_SLACK = 64
"""The size of a local header's extra field, at most, nearly always; not in the directory."""

_SMALL = 512
"""If so little follows a head, the whole member is read."""

_MOST_COMPARED = 64 * 1024 * 1024
"""Limit for comparing all members with the same names, in inflated bytes; real ones are texts."""

_EXECUTE_BITS = 0o111
_REGULAR_FILE = 0o100000
_FILE_TYPE = 0o170000


def open_wheel(path: Path) -> "ArchiveWheel":
    """Open a wheel on disk.

    Raises:
        WheelUnreadableError: The file cannot be opened.
    """
    return ArchiveWheel(LocalContent(path), filename=path.name)


class ArchiveWheel:
    """A `WheelSource` over the bytes of an archive, local or remote."""

    def __init__(self, content: ArchiveContent, *, filename: str) -> None:
        """Take the archive's bytes and the wheel's name; nothing is read yet."""
        self._content = content
        self._filename = filename
        self._left_to_compare = _MOST_COMPARED

    @property
    def filename(self) -> str:
        """The wheel's file name."""
        return self._filename

    @property
    def size_bytes(self) -> int:
        """The archive's size."""
        return self._content.size

    def members(self) -> tuple[Member, ...]:
        """Return every file in directory order.

        Raises:
            InvalidWheelError: The directory cannot be read.
        """
        return self._members

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems that make the archive hard to trust."""
        return self._problems

    def prefetch(self, wanted: Mapping[str, int | None]) -> None:
        """Announce the members that will be read next."""
        entries = self._entries_by_path
        self._content.prefetch(
            [_range_of(entries[path], head) for path, head in wanted.items() if path in entries]
        )

    def open(self, path: str) -> MemberSource:
        """Return a member's inflated bytes.

        Raises:
            WheelUnreadableError: There is no such member.
        """
        entry = self._entries_by_path.get(path)
        if entry is None:
            raise WheelUnreadableError(
                filename=self._filename, member=path, reason="there is no such member"
            )
        return MemberSource(self._content, entry, filename=self._filename)

    def cost(self) -> ReadingCost:
        """Return the cost of the reads so far."""
        return self._content.cost()

    def close(self) -> None:
        """Close the archive."""
        self._content.close()

    @read_once
    def _directory(self) -> Directory:
        try:
            return read_directory(self._content, filename=self._filename)
        except InvalidWheelError:
            if not self._content.refresh():
                raise
            return read_directory(self._content, filename=self._filename)

    @read_once
    def _members(self) -> tuple[Member, ...]:
        make = tuple.__new__  # `Member()` takes half of the whole
        return tuple(
            [
                make(Member, (e.path, e.size_bytes, e.compressed_bytes, _is_executable(e.mode)))
                for e in self._directory.entries
                if not e.path.endswith("/")
            ]
        )

    @read_once
    def _entries_by_path(self) -> dict[str, Entry]:
        # The last of two equal names wins, as in `zipfile`; `problems` names them.
        return {entry.path: entry for entry in self._directory.entries}

    @read_once
    def _problems(self) -> tuple[Problem, ...]:
        size = self._content.size
        return find_problems(
            self._directory,
            archive_bytes=size,
            content=self._content if self._content.held(0) == size else None,
            are_equal=self._are_equal,
            filename=self._filename,
        )

    def _are_equal(self, one: Entry, other: Entry) -> bool:
        """Compare two members byte by byte, as equal checksums can be forged."""
        claims = [(each.size_bytes, each.crc, each.mode) for each in (one, other)]
        if one.header_offset == other.header_offset:
            return True  # the overlap is told
        if claims[0] != claims[1] or one.size_bytes > self._left_to_compare:
            return False
        self._left_to_compare -= one.size_bytes
        members = (
            MemberSource(self._content, each, filename=self._filename) for each in (one, other)
        )
        try:
            first, second = map(_read_whole, members)
        except WheelUnreadableError:
            return False
        return first == second


def _read_whole(member: MemberSource) -> bytes:
    with closing(member):
        return member.read_at(0, member.size)


def _is_executable(mode: int) -> bool:
    """Return whether an installer sets the execute bit, by pip's rule."""
    return mode & _FILE_TYPE == _REGULAR_FILE and bool(mode & _EXECUTE_BITS)


def _range_of(entry: Entry, head_bytes: int | None) -> Range:
    """Return the range in the archive of a member's header and its data, or the data's head."""
    data_bytes = entry.compressed_bytes
    if head_bytes is not None and data_bytes > head_bytes + _SMALL:
        data_bytes = head_bytes
    fixed = LOCAL_HEADER_BYTES + len(entry.raw_name) + _EXTRA_SLACK
    return entry.header_offset, entry.header_offset + fixed + data_bytes
