"""Wheels that readers may see differently, each from an honest one with one thing bent.

Every archive is small on disk, one apart. Those called honest are unusual but true, and every
reader should show the same files; of the others, a reader that shows any had better show what pip
shows.
"""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from fake_index.binaries import native_binary, write_binary
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, wheel_entries
from fake_index.zips import (
    DEFLATED,
    FLAG_ENCRYPTED,
    STORED,
    ZipArchive,
    ZipEntry,
    bomb,
    renamed_by_extra,
    write_zip,
)

MODULE = "hostile/native.cpython-311-x86_64-linux-gnu.so"
SOURCE = "hostile/__init__.py"

WHEEL = Wheel(
    metadata=CoreMetadata(name="hostile", version="1.0"),
    tag="cp311-cp311-manylinux_2_17_x86_64",
    files=(
        WheelFile(path=SOURCE, content=b"honest = True\n"),
        WheelFile(path=MODULE, content=write_binary(native_binary("linux-x86_64", init="native"))),
    ),
)
"""The honest wheel: one module in Python, one native."""

FOREIGN = write_binary(native_binary("linux-aarch64", init="native"))
"""What a reader that believes the wrong copy would take for the native module."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostileWheel:
    """One bent wheel."""

    name: str
    what: str
    """What is bent, in a sentence."""
    content: bytes
    honest: bool


_BENT: dict[str, Callable[[], bytes]] = {}
_HONEST: set[str] = set()


def _bent(*, honest: bool = False) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register a function under its own name; its docstring says what is bent."""

    def register(function: Callable[[], bytes]) -> Callable[[], bytes]:
        name = function.__name__.lstrip("_").replace("_", "-")
        _BENT[name] = function
        if honest:
            _HONEST.add(name)
        return function

    return register


def hostile_names() -> tuple[str, ...]:
    """Return the names that `hostile_wheel` knows, sorted."""
    return tuple(sorted(_BENT))


@cache
def hostile_wheel(name: str) -> HostileWheel:
    """Write one bent wheel. All bear the file name of `WHEEL`."""
    function = _BENT[name]
    what = (function.__doc__ or "").strip()
    return HostileWheel(name=name, what=what, content=function(), honest=name in _HONEST)


def _with(*extra: ZipEntry) -> bytes:
    """Return the wheel with further entries behind its files."""
    return write_zip(ZipArchive(entries=wheel_entries(replace(WHEEL, entries=extra))))


def _changed(path: str, change: Callable[[ZipEntry], ZipEntry]) -> bytes:
    """Return the wheel with one entry changed."""
    entries = wheel_entries(WHEEL)
    return write_zip(ZipArchive(entries=tuple(change(e) if e.name == path else e for e in entries)))


def _every(change: Callable[[ZipEntry], ZipEntry]) -> bytes:
    """Return the wheel with every entry changed."""
    return write_zip(ZipArchive(entries=tuple(change(e) for e in wheel_entries(WHEEL))))


_ARCHIVE = ZipArchive(entries=wheel_entries(WHEEL))


@_bent(honest=True)
def _zip64() -> bytes:
    """Sizes, offsets and counts stand in zip64 fields, though none needs to."""
    entries = tuple(replace(entry, zip64=True) for entry in _ARCHIVE.entries)
    return write_zip(ZipArchive(entries=entries, zip64=True))


@_bent(honest=True)
def _data_descriptors() -> bytes:
    """Sizes and checksums stand behind the data, zeros before it."""
    return _every(lambda entry: replace(entry, data_descriptor=True))


@_bent(honest=True)
def _stored() -> bytes:
    """Nothing is compressed."""
    return _every(lambda entry: replace(entry, method=STORED))


@_bent(honest=True)
def _comment() -> bytes:
    """The archive carries a comment."""
    return write_zip(replace(_ARCHIVE, comment=b"built with care"))


@_bent()
def _stored_descriptors() -> bytes:
    """Stored members with their sizes behind them: streaming readers must guess the end."""
    return _every(lambda entry: replace(entry, method=STORED, data_descriptor=True))


@_bent()
def _bomb() -> bytes:
    """A native module inflates a thousandfold, to 300 MB of zeros."""
    return _with(bomb(300, name="hostile/bomb.so", head=FOREIGN))


@_bent()
def _overlap() -> bytes:
    """Two names share one member's bytes."""
    native = _native_entry()
    at = _ARCHIVE.entries.index(native)
    twin = replace(native, name="hostile/twin.so", lies_at=at)
    return write_zip(ZipArchive(entries=(*_ARCHIVE.entries, twin)))


@_bent()
def _nested_overlap() -> bytes:
    """A member's data is itself a member that the directory lists."""
    inner = ZipEntry(name="hostile/inner.so", content=FOREIGN, method=STORED)
    header = write_zip(ZipArchive(entries=(inner,)))[: 30 + len(inner.name) + len(FOREIGN)]
    outer = ZipEntry(name="hostile/outer.dat", content=header, method=STORED)
    archive = write_zip(ZipArchive(entries=(outer, *_ARCHIVE.entries)))
    return _list_at(archive, inner, 30 + len(outer.name))


def _list_at(archive: bytes, entry: ZipEntry, offset: int) -> bytes:
    """Add a row to an archive's directory for a member that lies at an offset."""
    end = archive.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", archive, end + 10)
    alone = write_zip(ZipArchive(entries=(entry,)))
    row = alone[alone.rindex(b"PK\x01\x02") : alone.rindex(b"PK\x05\x06")]
    row = row[:42] + struct.pack("<I", offset) + row[46:]
    numbers = struct.pack("<HHIIH", count + 1, count + 1, size + len(row), start, 0)
    return archive[:end] + row + archive[end : end + 8] + numbers


@_bent(honest=True)
def _duplicate_equal() -> bytes:
    """Paths are listed twice, with the same bytes."""
    again = (entry for entry in _ARCHIVE.entries if entry.name in {SOURCE, MODULE})
    return _with(*again)


@_bent()
def _duplicate_of_one_checksum() -> bytes:
    """One path is listed twice, with different text of the same length and checksum."""
    honest = WHEEL.files[0].content
    evil = b"evil = 1 #"
    return _with(ZipEntry(name=SOURCE, content=evil + _forged(evil, zlib.crc32(honest))))


def _forged(content: bytes, checksum: int) -> bytes:
    """Return the four bytes behind some content that give the whole a CRC-32."""
    every = 0xFFFF_FFFF
    table = [zlib.crc32(bytes((n,)), every) ^ every for n in range(256)]
    state = checksum ^ every
    for _ in range(4):  # backwards, byte by byte
        index = next(n for n in range(256) if table[n] >> 24 == state >> 24)
        state = ((state ^ table[index]) << 8 | index) & every
    return (state ^ zlib.crc32(content) ^ every).to_bytes(4, "little")


@_bent()
def _duplicate_native() -> bytes:
    """One path is listed twice: first the honest module, then one for another architecture."""
    return _with(ZipEntry(name=MODULE, content=FOREIGN))


@_bent()
def _duplicate_source() -> bytes:
    """One path is listed twice, with different text."""
    return _with(ZipEntry(name=SOURCE, content=b"honest = False\n"))


@_bent()
def _duplicate_metadata() -> bytes:
    """METADATA is listed twice, and the copies want different projects."""
    changed = replace(WHEEL.metadata, requires=("evil",)).write()
    return _with(ZipEntry(name=f"{WHEEL.dist_info}/METADATA", content=changed))


@_bent()
def _local_name_differs() -> bytes:
    """The member's own header names another file than the directory does."""
    return _changed(SOURCE, lambda entry: replace(entry, local_name="hostile/__evil__.py"))


@_bent()
def _local_size_differs() -> bytes:
    """The member's own header claims another size than the directory does."""
    return _changed(SOURCE, lambda entry: replace(entry, local_size=3))


@_bent()
def _local_method_differs() -> bytes:
    """The member's own header says stored where the directory says deflated."""
    return _changed(SOURCE, lambda entry: replace(entry, local_method=STORED))


@_bent()
def _wrong_crc() -> bytes:
    """The native module's checksum is not that of its bytes."""
    return _changed(MODULE, lambda entry: replace(entry, crc=0x12345678))


@_bent()
def _encrypted() -> bytes:
    """The native module is flagged as encrypted."""
    return _changed(MODULE, lambda entry: replace(entry, flags=entry.flags | FLAG_ENCRYPTED))


@_bent()
def _unknown_method() -> bytes:
    """The native module uses a compression that no installer knows."""
    return _changed(MODULE, lambda entry: replace(entry, method=97, raw=entry.content))


@_bent()
def _broken_deflate() -> bytes:
    """The native module's compressed bytes are noise."""
    return _changed(MODULE, lambda entry: replace(entry, raw=b"\xff" * 40))


@_bent()
def _leading_junk() -> bytes:
    """Bytes stand before the first member that no offset counts."""
    return write_zip(replace(_ARCHIVE, leading=b"#!/bin/sh\nexit 1\n"))


@_bent()
def _trailing_junk() -> bytes:
    """Bytes stand behind the end record."""
    return write_zip(replace(_ARCHIVE, trailing=b"\0" * 100))


@_bent()
def _leading_archive() -> bytes:
    """Another whole archive stands before this one: streaming readers see that one."""
    other = ZipArchive(entries=(ZipEntry(name=SOURCE, content=b"honest = False\n"),))
    return write_zip(replace(_ARCHIVE, leading=write_zip(other)))


@_bent()
def _comment_holds_archive() -> bytes:
    """The comment is an end record of its own: which is the last one depends on the reader."""
    entries = wheel_entries(replace(WHEEL, files=WHEEL.files[:1]))
    return write_zip(replace(_ARCHIVE, comment=write_zip(ZipArchive(entries=entries))))


@_bent()
def _hidden_member() -> bytes:
    """A member stands between the others that the directory does not list."""
    return _with(ZipEntry(name="hostile/hidden.py", content=b"evil = True\n", hidden=True))


@_bent()
def _descriptor_lies() -> bytes:
    """The sizes behind a member's data are not those that the directory lists."""
    return _changed(SOURCE, lambda e: replace(e, data_descriptor=True, local_size=3))


@_bent()
def _two_directories() -> bytes:
    """The zip64 end record leads to another directory than the ordinary one: other native code."""
    entries = (*_ARCHIVE.entries, ZipEntry(name=MODULE, content=FOREIGN, hidden=True))
    other = tuple(n for n, entry in enumerate(entries) if entry is not _native_entry())
    return write_zip(ZipArchive(entries=entries, zip64_lists=other))


def _native_entry() -> ZipEntry:
    return next(entry for entry in _ARCHIVE.entries if entry.name == MODULE)


@_bent()
def _unicode_path_extra() -> bytes:
    """An extra field gives a member another name."""
    extra = renamed_by_extra("hostile/data.txt", "hostile/evil.pth")
    return _with(ZipEntry(name="hostile/data.txt", content=b"x", extra=extra))


@_bent()
def _climbing_name() -> bytes:
    """A name climbs out of the folder it is unpacked to."""
    return _with(ZipEntry(name="../evil.py", content=b"evil = True\n"))


@_bent()
def _climbing_name_inside() -> bytes:
    """A name climbs out of its package, though not out of the wheel."""
    return _with(ZipEntry(name="hostile/../evil.py", content=b"evil = True\n"))


@_bent()
def _absolute_name() -> bytes:
    """A name begins at the root of the file system."""
    return _with(ZipEntry(name="/hostile-evil.py", content=b"evil = True\n"))


@_bent()
def _drive_name() -> bytes:
    """A name begins with a drive letter."""
    return _with(ZipEntry(name="C:/evil.py", content=b"evil = True\n"))


@_bent()
def _backslash_name() -> bytes:
    """A name climbs with backslashes, which only some systems follow."""
    return _with(ZipEntry(name="..\\..\\evil.py", content=b"evil = True\n"))


@_bent(honest=True)
def _root_folder() -> bytes:
    """The folder that all is unpacked to is listed with the rest, as some tools do."""
    return _with(ZipEntry(name="./", content=b""))


@_bent()
def _backslash_folder() -> bytes:
    """A folder's name ends with a backslash, as old tools on Windows wrote it."""
    return _with(ZipEntry(name="hostile\\extra.py", content=b"extra = True\n"))


@_bent()
def _nul_in_name() -> bytes:
    """A name holds a NUL, where some readers stop."""
    return _with(ZipEntry(name="hostile/data.txt\0.so", content=FOREIGN))


@_bent()
def _empty_segments() -> bytes:
    """A second spelling of a path, through `.` and doubled slashes."""
    return _with(ZipEntry(name=f"hostile/.//{MODULE.split('/')[1]}", content=FOREIGN))


@_bent()
def _case_collision() -> bytes:
    """Two names differ by case only."""
    return _with(ZipEntry(name=SOURCE.upper(), content=b"honest = False\n"))


@_bent()
def _unicode_collision() -> bytes:
    """Two names differ by Unicode composition only."""
    return _with(
        ZipEntry(name="hostile/caf\u00e9.so", content=WHEEL.files[1].content),
        ZipEntry(name="hostile/cafe\u0301.so", content=FOREIGN),
    )


@_bent()
def _file_and_folder() -> bytes:
    """One path is a file, and a folder that holds another."""
    return _with(
        ZipEntry(name="hostile/both", content=b"file"),
        ZipEntry(name="hostile/both/inner.py", content=b"evil = True\n"),
    )


@_bent()
def _symbolic_link() -> bytes:
    """A member is a symbolic link to a file outside."""
    return _with(ZipEntry(name="hostile/link.so", content=b"/etc/passwd", mode=0o120777))


@_bent()
def _many_members() -> bytes:
    """The directory lists two hundred thousand names for one empty file."""
    entries = [*wheel_entries(WHEEL), ZipEntry(name="hostile/0", content=b"", method=STORED)]
    first = len(entries) - 1
    entries += (
        ZipEntry(name=f"hostile/{number}", content=b"", method=STORED, lies_at=first)
        for number in range(1, 200_001)
    )
    return write_zip(ZipArchive(entries=tuple(entries)))


@_bent()
def _count_too_small() -> bytes:
    """The end record claims fewer entries than the directory has."""
    return write_zip(replace(_ARCHIVE, count=len(_ARCHIVE.entries) - 1))


@_bent()
def _count_too_large() -> bytes:
    """The end record claims more entries than the directory has."""
    return write_zip(replace(_ARCHIVE, count=60_000))


@_bent()
def _directory_size_wrong() -> bytes:
    """The end record claims a shorter directory than there is."""
    return write_zip(replace(_ARCHIVE, directory_size=60))


@_bent()
def _huge_claim() -> bytes:
    """The directory claims that a module inflates to six gigabytes."""
    return _changed(MODULE, lambda entry: replace(entry, size=6 << 30, zip64=True))


@_bent()
def _size_too_small() -> bytes:
    """The directory claims that a module inflates to fewer bytes than it does."""
    return _changed(MODULE, lambda entry: replace(entry, size=64))


@_bent()
def _truncated() -> bytes:
    """The last third of the file is missing."""
    content = write_zip(_ARCHIVE)
    return content[: 2 * len(content) // 3]


@_bent()
def _not_a_zip() -> bytes:
    """The file is a web page."""
    return b"<!DOCTYPE html><html><body>Please log in to continue.</body></html>"


@_bent()
def _empty() -> bytes:
    """The file has no bytes."""
    return b""


@_bent()
def _no_dist_info() -> bytes:
    """There is no `dist-info` folder."""
    entries = tuple(e for e in _ARCHIVE.entries if ".dist-info/" not in e.name)
    return write_zip(ZipArchive(entries=entries))


@_bent()
def _two_dist_infos() -> bytes:
    """There are two `dist-info` folders, of two projects."""
    other = wheel_entries(Wheel(metadata=CoreMetadata(name="evil", version="9")))
    return _with(*other)


@_bent()
def _record_disagrees() -> bytes:
    """RECORD gives another hash for the native module than its bytes have."""
    return _changed(MODULE, lambda entry: replace(entry, content=FOREIGN, method=DEFLATED))
