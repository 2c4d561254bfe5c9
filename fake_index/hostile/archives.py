"""Archives whose frame is bent: what stands around the members, and what the end records claim."""

from dataclasses import replace

from fake_index.hostile.bending import (
    ARCHIVE,
    FOREIGN,
    MODULE,
    SOURCE,
    WHEEL,
    bent,
    native_entry,
    with_entries,
)
from fake_index.wheels import CoreMetadata, Wheel, wheel_entries
from fake_index.zips import STORED, ZipArchive, ZipEntry, write_zip


@bent(honest=True)
def _zip64() -> bytes:
    """Sizes, offsets and counts stand in zip64 fields, though none needs to."""
    entries = tuple(replace(entry, zip64=True) for entry in ARCHIVE.entries)
    return write_zip(ZipArchive(entries=entries, zip64=True))


@bent(honest=True)
def _comment() -> bytes:
    """The archive carries a comment."""
    return write_zip(replace(ARCHIVE, comment=b"built with care"))


@bent()
def _leading_junk() -> bytes:
    """Bytes stand before the first member that no offset counts."""
    return write_zip(replace(ARCHIVE, leading=b"#!/bin/sh\nexit 1\n"))


@bent()
def _trailing_junk() -> bytes:
    """Bytes stand behind the end record."""
    return write_zip(replace(ARCHIVE, trailing=b"\0" * 100 + b"junk"))


@bent()
def _trailing_page() -> bytes:
    """More zeros stand behind the end record than uv skips."""
    return write_zip(replace(ARCHIVE, trailing=b"\0" * 4097))


@bent(honest=True)
def _trailing_zeros() -> bytes:
    """A few zeros stand behind the end record, as some writers pad archives."""
    return write_zip(replace(ARCHIVE, trailing=b"\0\0"))


@bent()
def _leading_archive() -> bytes:
    """Another whole archive stands before this one: streaming readers see that one."""
    other = ZipArchive(entries=(ZipEntry(name=SOURCE, content=b"honest = False\n"),))
    return write_zip(replace(ARCHIVE, leading=write_zip(other)))


@bent()
def _comment_holds_archive() -> bytes:
    """The comment is an end record of its own: which is the last one depends on the reader."""
    entries = wheel_entries(replace(WHEEL, files=WHEEL.files[:1]))
    return write_zip(replace(ARCHIVE, comment=write_zip(ZipArchive(entries=entries))))


@bent()
def _two_directories() -> bytes:
    """The zip64 end record leads to another directory than the ordinary one: other native code."""
    entries = (*ARCHIVE.entries, ZipEntry(name=MODULE, content=FOREIGN, hidden=True))
    other = tuple(n for n, entry in enumerate(entries) if entry is not native_entry())
    return write_zip(ZipArchive(entries=entries, zip64_lists=other))


@bent()
def _many_members() -> bytes:
    """The directory lists two hundred thousand names for one empty file."""
    entries = [*wheel_entries(WHEEL), ZipEntry(name="hostile/0", content=b"", method=STORED)]
    first = len(entries) - 1
    entries += (
        ZipEntry(name=f"hostile/{number}", content=b"", method=STORED, lies_at=first)
        for number in range(1, 200_001)
    )
    return write_zip(ZipArchive(entries=tuple(entries)))


@bent()
def _count_too_small() -> bytes:
    """The end record claims fewer entries than the directory has."""
    return write_zip(replace(ARCHIVE, count=len(ARCHIVE.entries) - 1))


@bent()
def _count_too_large() -> bytes:
    """The end record claims more entries than the directory has."""
    return write_zip(replace(ARCHIVE, count=60_000))


@bent()
def _directory_size_wrong() -> bytes:
    """The end record claims a shorter directory than there is."""
    return write_zip(replace(ARCHIVE, directory_size=60))


@bent()
def _truncated() -> bytes:
    """The last third of the file is missing."""
    content = write_zip(ARCHIVE)
    return content[: 2 * len(content) // 3]


@bent()
def _not_a_zip() -> bytes:
    """The file is a web page."""
    return b"<!DOCTYPE html><html><body>Please log in to continue.</body></html>"


@bent()
def _empty() -> bytes:
    """The file has no bytes."""
    return b""


@bent()
def _no_dist_info() -> bytes:
    """There is no `dist-info` folder."""
    entries = tuple(e for e in ARCHIVE.entries if ".dist-info/" not in e.name)
    return write_zip(ZipArchive(entries=entries))


@bent()
def _two_dist_infos() -> bytes:
    """There are two `dist-info` folders, of two projects."""
    other = wheel_entries(Wheel(metadata=CoreMetadata(name="evil", version="9")))
    return with_entries(*other)
