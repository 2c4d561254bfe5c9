"""The directory of a zip archive, read strictly.

`zipfile` is not used for reading: it accepts what must be refused here. It skips leading bytes,
takes the last of two equal names, cuts names at a NUL, and hides the offsets that show overlapping
members. Installers differ in what they tolerate, so a malformed archive may be two wheels in one.
What is accepted here is read in the same way by `zipfile`, and so by pip (`tests/property` compares
both), and by a reader that streams local headers, as uv does.

Source: PKWARE APPNOTE 6.3.10 §4.3 (records) and §4.5.3 (zip64 field),
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. All fields are little-endian.
Members' bytes are read in `member.py`; whether the archive can be trusted is judged in
`soundness.py`.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from archpip.binaries import ByteSource
from archpip.wheels.errors import InvalidWheelError

MAX_MEMBERS = 0xFFFF
"""The most that an end record can count without zip64. The largest popular wheel has 24,000."""
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
MAX_NAME_BYTES = 4096
"""Linux' `PATH_MAX`, the most that an installer can write; what follows paths takes its time."""

MAX_FOLDERS = 256
"""Folders of one path; rules go through all of them, so each costs the length of the path."""

FLAG_ENCRYPTED = 1 << 0
FLAG_DATA_DESCRIPTOR = 1 << 3
FLAG_STRONG_ENCRYPTION = 1 << 6
FLAG_UTF8 = 1 << 11
FLAG_MASKED = 1 << 13
"""The directory is encrypted, and the local headers are masked."""
FLAGS_KNOWN = 0b11 << 1 | FLAG_DATA_DESCRIPTOR | FLAG_UTF8
"""Bits 1 and 2 are the compression level. Others may change what is read."""

# §4.3.16: signature, this disk, directory's disk, entries here, entries, size, offset, comment.
_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_MAX_COMMENT = 0xFFFF
# Zeros behind an archive that uv still skips (`zipfile` skips more).
_MAX_PADDING = 4096
# §4.3.15: signature, disk of the zip64 end record, its offset, number of disks.
_LOCATOR64 = struct.Struct("<4sLQL")
_LOCATOR64_SIGNATURE = b"PK\x06\x07"
# §4.3.14: signature, size of the rest, version made, needed, disks, entries here, entries,
# size, offset.
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_SIGNATURE = b"PK\x06\x06"
# §4.3.12: signature, version needed, flags, method, crc, compressed, size, name length, extra
# length, comment length, external attributes, header offset. Passed over: version made, time and
# date, disk and internal attributes.
_ENTRY = struct.Struct("<4s2x3H4x3L3H4x2L")
_ENTRY_SIGNATURE = b"PK\x01\x02"

MOST_NEEDED = 63
"""§4.4.3: version 6.3, of 2006; `zipfile` reads no archive with a later one."""

_FULL16 = 0xFFFF
FULL32 = 0xFFFFFFFF
"""In a 32-bit field: the value is in the zip64 field."""
_EXTRA_ZIP64 = 0x0001
_EXTRA_UNICODE_PATH = 0x7075
_MAX_EXTRA_FIELDS = 1100
"""Of one member. zipalign may pad up to a page of 4 KB, with zeros, which read as empty fields."""
_UNICODE_PATH_NAME_AT = 5
"""§4.6.9: one byte of version and a CRC of the plain name stand before it."""


class Entry(NamedTuple):
    """One entry of the directory. A tuple, as there are thousands and it is made thrice as fast."""

    path: str
    """As installers write it, see `_without_dots`."""
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed_bytes: int
    size_bytes: int
    header_offset: int
    """From the start of the file, even if bytes were put before the archive."""
    mode: int
    """The Unix file mode, or 0."""
    second_name: str | None
    """The Info-ZIP Unicode path, which some readers prefer to `path`."""


class Directory(Struct, frozen=True, kw_only=True):
    """The directory of an archive."""

    entries: tuple[Entry, ...]
    """In the directory's order, folders included. Empty if there are more than `MAX_MEMBERS`."""
    start: int
    """Offset of the directory, in bytes from the start of the file; members are before it."""
    trailing_bytes: int
    """How many bytes follow the end record and its comment; 0 if they are padding."""
    declared_count: int


class _End(Struct, frozen=True, kw_only=True):
    """The fields of the end records that describe the directory."""

    count: int
    size: int
    offset: int
    position: int
    """Offset of the first of the end records."""
    trailing: int


def read_directory(source: ByteSource, *, filename: str) -> Directory:
    """Read the directory of a zip archive.

    Raises:
        InvalidWheelError: There is no end record, it contradicts itself or the file, or an entry
            cannot be read.
    """
    end = _read_end(source, filename)
    start = end.position - end.size
    if start < 0 or end.offset > start:
        raise InvalidWheelError(filename=filename, reason="its directory lies outside the file")
    leading = start - end.offset
    entries: tuple[Entry, ...] = ()
    if end.count <= MAX_MEMBERS and end.size <= MAX_DIRECTORY_BYTES:
        content = source.read_at(start, end.size)
        if len(content) != end.size:
            raise InvalidWheelError(filename=filename, reason="its directory is cut short")
        entries = tuple(_iter_entries(content, leading, filename))
        if len(entries) != end.count:
            reason = f"its directory lists {len(entries)} members and its end says {end.count}"
            raise InvalidWheelError(filename=filename, reason=reason)
    return Directory(
        entries=entries,
        start=start,
        trailing_bytes=end.trailing,
        declared_count=end.count,
    )


def _read_end(source: ByteSource, filename: str) -> _End:
    """Find the end record, which only a comment may follow."""
    size = source.size
    position = max(0, size - _END.size)
    record = source.read_at(position, _END.size)
    if record[:4] != _END_SIGNATURE or record[-2:] != b"\0\0":
        # There is a comment, or it is not a zip archive.
        position = max(0, size - _END.size - _MAX_COMMENT)
        tail = source.read_at(position, size - position)
        found = tail.rfind(_END_SIGNATURE)
        if found < 0 or len(tail) - found < _END.size:
            raise InvalidWheelError(filename=filename, reason="it is not a zip archive")
        position, record = position + found, tail[found : found + _END.size]
    _, disk, start_disk, here, count, length, offset, comment = _END.unpack(record)
    if disk or start_disk or here != count:
        raise InvalidWheelError(filename=filename, reason="it is a part of a split archive")
    trailing = size - position - _END.size - comment
    if trailing < 0:
        raise InvalidWheelError(filename=filename, reason="its last record is cut short")
    if trailing <= _MAX_PADDING and not any(source.read_at(size - trailing, trailing)):
        trailing = 0  # Some writers pad archives; pip and uv skip that.
    plain = _End(count=count, size=length, offset=offset, position=position, trailing=trailing)
    return _widen(source, plain, filename)


def _widen(source: ByteSource, plain: _End, filename: str) -> _End:
    """Replace the end record by the zip64 one, if there is one."""
    locator_at = plain.position - _LOCATOR64.size
    locator = source.read_at(locator_at, _LOCATOR64.size) if locator_at >= 0 else b""
    if locator[:4] != _LOCATOR64_SIGNATURE:
        return plain
    _, disk, record_at, disks = _LOCATOR64.unpack(locator)
    if disk or disks > 1:
        raise InvalidWheelError(filename=filename, reason="it is a part of a split archive")
    position = locator_at - _END64.size
    record = source.read_at(position, _END64.size) if position >= 0 else b""
    # `zipfile` reads right before the locator, others where it points: both must be the same.
    if record[:4] != _END64_SIGNATURE or record_at > position:
        raise InvalidWheelError(filename=filename, reason="its zip64 end record is not in place")
    _, rest, _, _, disk, start_disk, here, count, length, offset = _END64.unpack(record)
    narrow = (
        (plain.count, count, _FULL16),
        (plain.size, length, FULL32),
        (plain.offset, offset, FULL32),
    )
    contradiction = any(small not in {full, wide} for small, wide, full in narrow)
    if contradiction or disk or start_disk or here != count or rest != _END64.size - 12:
        raise InvalidWheelError(filename=filename, reason="its two end records disagree")
    return _End(count=count, size=length, offset=offset, position=position, trailing=plain.trailing)


def _iter_entries(content: bytes, leading: int, filename: str) -> Iterator[Entry]:
    """Yield each entry of the directory's bytes, header offsets moved by `leading`."""
    at, stop, fixed = 0, len(content), _ENTRY.size
    unpack, make = _ENTRY.unpack_from, tuple.__new__  # `Entry()` takes a third of the whole
    while at < stop:
        if at + fixed > stop or content[at : at + 4] != _ENTRY_SIGNATURE:
            raise InvalidWheelError(filename=filename, reason=f"its directory breaks off at +{at}")
        # fmt: off
        (_, needed, flags, method, crc, compressed, size, name_length, extra_length,
         comment_length, attributes, offset) = unpack(content, at)
        # fmt: on
        if needed & 0xFF > MOST_NEEDED:
            reason = f"a member needs a reader of zip version {(needed & 0xFF) / 10}"
            raise InvalidWheelError(filename=filename, reason=reason)
        if name_length > MAX_NAME_BYTES:
            reason = f"a member's name has {name_length} bytes, and no system has room for it"
            raise InvalidWheelError(filename=filename, reason=reason)
        name_at = at + fixed
        extra_at = name_at + name_length
        at = extra_at + extra_length + comment_length
        if at > stop:
            raise InvalidWheelError(filename=filename, reason="its directory is cut short")
        raw_name = content[name_at:extra_at]
        if name_length > MAX_FOLDERS:  # a shorter one has no more folders
            _check_depth(raw_name, filename)
        path = raw_name.decode() if raw_name.isascii() else decode_name(raw_name, flags)
        if "./" in path:
            path = _without_dots(path)
        second_name = None
        if extra_length:
            extra = content[extra_at : extra_at + extra_length]
            if FULL32 in {size, compressed, offset}:
                size, compressed, offset = widen_sizes(extra, size, compressed, offset, filename)
            second_name = _find_second_name(extra, filename)
        # fmt: off
        yield make(Entry, (path, raw_name, flags, method, crc, compressed, size, offset + leading,
                           attributes >> 16, second_name))
        # fmt: on


def _check_depth(path: bytes, filename: str) -> None:
    if (folders := path.count(b"/") + path.count(b"\\")) > MAX_FOLDERS:
        reason = f"a member lies {folders} folders deep, more than {MAX_FOLDERS}"
        raise InvalidWheelError(filename=filename, reason=reason)


def _without_dots(path: str) -> str:
    """Return a path without its parts `.`, as installers write it: `demo/a.py` for `./demo/a.py`.

    They find `*.dist-info` and, at the start, `*.data` by what a path begins with, and do not agree
    on what such paths mean: these are returned as they are.
    """
    shorter = "/".join(part for part in path.split("/") if part != ".")
    first = shorter.partition("/")[0]
    is_missed = first.endswith(".dist-info") or (first.endswith(".data") and path.startswith("."))
    return path if is_missed or not shorter or "//" in path else shorter


def decode_name(raw_name: bytes, flags: int) -> str:
    """Decode a member's name (APPNOTE appendix D): UTF-8 if the flag says so, else cp437.

    Bytes that are not UTF-8 are spelled out, so that the path can be stored and shown; the check of
    names refuses such an archive.
    """
    if flags & FLAG_UTF8:
        return raw_name.decode("utf-8", "backslashreplace")
    return raw_name.decode("ascii") if raw_name.isascii() else raw_name.decode("cp437")


def iter_extra(extra: bytes, filename: str) -> Iterator[tuple[int, bytes]]:
    """Yield (identifier, content) of each extra field (§4.5)."""
    at = count = 0
    # Fewer than four bytes at the end are padding, as Android's zipalign writes it.
    while at + 4 <= len(extra):
        count += 1
        if count > _MAX_EXTRA_FIELDS:
            reason = f"a member has more than {_MAX_EXTRA_FIELDS} extra fields"
            raise InvalidWheelError(filename=filename, reason=reason)
        identifier, length = struct.unpack_from("<2H", extra, at)
        content = extra[at + 4 : at + 4 + length]
        if len(content) != length:
            raise InvalidWheelError(filename=filename, reason="an extra field is cut short")
        yield identifier, content
        at += 4 + length


def widen_sizes(
    extra: bytes, size: int, compressed: int, offset: int, filename: str
) -> tuple[int, int, int]:
    """Return size, compressed size and offset with the zip64 field's values (§4.5.3)."""
    field = next((c for i, c in iter_extra(extra, filename) if i == _EXTRA_ZIP64), None)
    if field is None:
        return size, compressed, offset
    wide: list[int] = []
    at = 0
    for value in (size, compressed, offset):  # the order in which the full ones stand
        if value != FULL32:
            wide.append(value)
            continue
        if at + 8 > len(field):
            raise InvalidWheelError(filename=filename, reason="a zip64 field is cut short")
        wide.append(int.from_bytes(field[at : at + 8], "little"))
        at += 8
    return wide[0], wide[1], wide[2]


def _find_second_name(extra: bytes, filename: str) -> str | None:
    """Return the Info-ZIP Unicode path (§4.6.9)."""
    for identifier, content in iter_extra(extra, filename):
        if identifier == _EXTRA_UNICODE_PATH:
            return content[_UNICODE_PATH_NAME_AT:].decode("utf-8", "surrogateescape")
    return None
