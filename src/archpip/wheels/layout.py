"""Where the members of an archive lie: not on each other, and with nothing in between.

Installers that unpack while they download read member after member, those that have the file read
the directory. Both see the same files only where the members stand in a row, as every wheel builder
writes them. Source: PKWARE APPNOTE 6.3.10 §4.3.6 (overall format).
"""

from collections.abc import Iterator

from archpip.binaries import ByteSource
from archpip.wheels.directory import FLAG_DATA_DESCRIPTOR, Directory, Entry
from archpip.wheels.errors import WheelUnreadableError
from archpip.wheels.member import LOCAL_HEADER_BYTES, STORED, read_local_header
from archpip.wheels.model import Problem, ProblemKind

_MAX_EXTRA = 0xFFFF
_MAX_DESCRIPTOR = 24
"""§4.3.9: a signature, a CRC and two sizes, of eight bytes each in zip64."""


def iter_layout_problems(
    directory: Directory, *, content: ByteSource | None, filename: str
) -> Iterator[Problem]:
    """Find members that overlap, hidden bytes, and headers that contradict the directory.

    Args:
        directory: The archive's directory.
        content: The archive's bytes, where reading a little of each member costs nothing; `None`
            where local headers cannot be read: only rough bounds are then checked.
        filename: The wheel's, for messages.
    """
    entries = sorted(directory.entries, key=lambda entry: entry.header_offset)
    starts = [*(entry.header_offset for entry in entries[1:]), directory.start]
    for entry, following in zip(entries, starts, strict=True):
        if entry.method == STORED and entry.flags & FLAG_DATA_DESCRIPTOR and entry.size_bytes:
            detail = "it is stored, and its size stands behind it: where it ends is a guess"
            yield Problem(kind=ProblemKind.HEADER_MISMATCH, member=entry.path, detail=detail)
        try:
            least, most = _end_of(entry, content, filename)
        except WheelUnreadableError as error:
            yield Problem(kind=error.kind, member=entry.path, detail=error.reason)
            continue
        if least > following:
            detail = "it reaches into what follows it"
            yield Problem(kind=ProblemKind.OVERLAP, member=entry.path, detail=detail)
        elif most < following:
            detail = f"{following - most} bytes behind it belong to no member"
            yield Problem(kind=ProblemKind.HIDDEN_BYTES, member=entry.path, detail=detail)


def _end_of(entry: Entry, content: ByteSource | None, filename: str) -> tuple[int, int]:
    """Return the least and the greatest offset at which a member may end."""
    descriptor = _MAX_DESCRIPTOR if entry.flags & FLAG_DATA_DESCRIPTOR else 0
    if content is None:
        least = LOCAL_HEADER_BYTES + len(entry.raw_name) + entry.compressed_bytes
        least += entry.header_offset
        return least, least + _MAX_EXTRA + descriptor
    least = read_local_header(content, entry, filename=filename) + entry.compressed_bytes
    return least, least + descriptor


def find_leading_bytes(directory: Directory) -> int:
    """Return how many bytes stand before the first member."""
    return min((entry.header_offset for entry in directory.entries), default=directory.start)
