"""The layout of an archive: members must not overlap, and nothing may lie between them.

Installers that unpack while they download read member after member; others read the directory of
the whole file. Both see the same files only if the members are contiguous, as every wheel builder
writes them. Source: PKWARE APPNOTE 6.3.10 §4.3.6 (overall format).
"""

import struct
from collections.abc import Iterator
from itertools import chain
from operator import attrgetter

from archpip.binaries import ByteSource
from archpip.wheels.directory import FLAG_DATA_DESCRIPTOR, FULL32, Directory, Entry
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
        content: The archive's bytes, if short reads of each member are cheap; `None` if local
            headers cannot be read: only rough bounds are then checked.
        filename: The wheel's, for messages.
    """
    entries = sorted(directory.entries, key=attrgetter("header_offset"))
    followers = chain((entry.header_offset for entry in entries[1:]), (directory.start,))
    for entry, following in zip(entries, followers, strict=False):  # there may be no entry
        if entry.method == STORED and entry.flags & FLAG_DATA_DESCRIPTOR and entry.size_bytes:
            detail = "it is stored, and its size stands behind it: where it ends is a guess"
            yield Problem(kind=ProblemKind.HEADER_MISMATCH, member=entry.path, detail=detail)
        if following == entry.header_offset:  # thousands of rows may name one member
            detail = "another member begins where it does"
            yield Problem(kind=ProblemKind.OVERLAP, member=entry.path, detail=detail)
            continue
        least = entry.header_offset + LOCAL_HEADER_BYTES + len(entry.raw_name)
        most = least + entry.compressed_bytes + _MAX_EXTRA + _MAX_DESCRIPTOR
        if content is not None:
            try:
                least = read_local_header(content, entry, filename=filename)
            except WheelUnreadableError as error:
                yield Problem(kind=error.kind, member=entry.path, detail=error.reason)
                continue
            end = least + entry.compressed_bytes
            most = end + _find_descriptor(entry, content.read_at(end, _MAX_DESCRIPTOR))
        if least + entry.compressed_bytes > following:
            detail = "it reaches into what follows it"
            yield Problem(kind=ProblemKind.OVERLAP, member=entry.path, detail=detail)
        elif most < following:
            detail = f"{following - most} bytes behind it belong to no member"
            yield Problem(kind=ProblemKind.HIDDEN_BYTES, member=entry.path, detail=detail)


def _find_descriptor(entry: Entry, behind: bytes) -> int:
    """Return the length of the member's data descriptor, 0 if none follows its data.

    §4.3.9: the signature may be left out, and the sizes have eight bytes in zip64.
    """
    if entry.flags & FLAG_DATA_DESCRIPTOR:
        for layout in ("<2L", "<2Q"):
            if max(entry.compressed_bytes, entry.size_bytes) > FULL32 and layout == "<2L":
                continue
            sizes = struct.pack(layout, entry.compressed_bytes, entry.size_bytes)
            plain = struct.pack("<L", entry.crc) + sizes
            for descriptor in (b"PK\x07\x08" + plain, plain):
                if behind.startswith(descriptor):
                    return len(descriptor)
    return 0


def find_leading_bytes(directory: Directory) -> int:
    """Return how many bytes precede the first member."""
    return min((entry.header_offset for entry in directory.entries), default=directory.start)
