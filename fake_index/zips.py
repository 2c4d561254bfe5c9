"""Write zip archives byte by byte, truthful or not.

`zipfile` writes only archives that agree with themselves. Every field that two readers might
believe differently can be set here on its own.

Source: PKWARE APPNOTE 6.3.10; section numbers are its.
"""

import struct
import zlib
from dataclasses import dataclass

STORED = 0
DEFLATED = 8
FLAG_ENCRYPTED = 0x1
FLAG_DATA_DESCRIPTOR = 0x8
FLAG_UTF8 = 0x800

_DOS_DATE = 0x0021  # 1980-01-01, the first day that the format knows: archives are reproducible
_MADE_BY_UNIX = 3 << 8 | 20
_FIELD_32 = 0xFFFFFFFF
_FIELD_16 = 0xFFFF
_ZIP64_EXTRA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipEntry:
    """One member. What is left at `None` is the truth."""

    name: str
    content: bytes
    mode: int = 0o100644
    """Unix mode with file type: `0o100755` may be run, `0o120777` is a symbolic link."""
    method: int = DEFLATED
    flags: int = FLAG_UTF8
    zip64: bool = False
    """Write sizes and offset as zip64 extra fields, needed or not (§4.5.3)."""
    data_descriptor: bool = False
    """Write sizes and checksum behind the data, zeros in the local header (§4.3.9)."""
    extra: bytes = b""
    """Further extra fields, for the directory."""
    raw: bytes | None = None
    """The compressed bytes, where they are not `content` deflated."""
    crc: int | None = None
    size: int | None = None
    """The inflated size that the directory claims."""
    compressed_size: int | None = None
    """The compressed size that the directory claims."""
    local_name: str | None = None
    local_size: int | None = None
    local_method: int | None = None
    hidden: bool = False
    """Write the member, but do not list it in the directory."""
    lies_at: int | None = None
    """Write no member; list the offset of the entry with this index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipArchive:
    """One archive."""

    entries: tuple[ZipEntry, ...]
    leading: bytes = b""
    """Bytes before the first member, which no offset counts."""
    comment: bytes = b""
    trailing: bytes = b""
    """Bytes behind the end record that its comment length does not cover."""
    count: int | None = None
    """How many entries the end record claims."""
    directory_size: int | None = None
    zip64: bool = False
    """Write the zip64 end record, needed or not (§4.3.14)."""
    zip64_lists: tuple[int, ...] | None = None
    """Write a second directory with these entries, by index, for the zip64 end record alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    """One entry's compressed bytes and what the directory says of them."""

    data: bytes
    crc: int
    size: int
    compressed_size: int


def _deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


def _body(entry: ZipEntry) -> _Body:
    data = entry.raw
    if data is None:
        data = entry.content if entry.method == STORED else _deflate(entry.content)
    return _Body(
        data=data,
        crc=zlib.crc32(entry.content) if entry.crc is None else entry.crc,
        size=len(entry.content) if entry.size is None else entry.size,
        compressed_size=len(data) if entry.compressed_size is None else entry.compressed_size,
    )


def _local_member(entry: ZipEntry, body: _Body) -> bytes:
    """Write a local header, the data, and the descriptor where one is due (§4.3.7 to §4.3.9)."""
    name = (entry.name if entry.local_name is None else entry.local_name).encode()
    size = body.size if entry.local_size is None else entry.local_size
    crc, compressed, extra = body.crc, body.compressed_size, b""
    flags, descriptor = entry.flags, b""
    if entry.data_descriptor:
        flags |= FLAG_DATA_DESCRIPTOR
        word = "Q" if entry.zip64 else "I"
        descriptor = struct.pack(f"<4sI2{word}", b"PK\x07\x08", crc, compressed, size)
        crc = compressed = size = 0
    if entry.zip64:
        extra = struct.pack("<HHQQ", _ZIP64_EXTRA, 16, size, compressed)
        size = compressed = _FIELD_32
    header = struct.pack(
        "<4sHHHHHIIIHH",
        b"PK\x03\x04",
        45 if entry.zip64 else 20,
        flags,
        entry.method if entry.local_method is None else entry.local_method,
        0,
        _DOS_DATE,
        crc,
        compressed,
        size,
        len(name),
        len(extra),
    )
    return header + name + extra + body.data + descriptor


def _directory_row(entry: ZipEntry, body: _Body, offset: int) -> bytes:
    """Write one central directory header (§4.3.12)."""
    name = entry.name.encode()
    size, compressed, extra = body.size, body.compressed_size, entry.extra
    if entry.zip64 or max(size, compressed, offset) >= _FIELD_32:
        extra += struct.pack("<HHQQQ", _ZIP64_EXTRA, 24, size, compressed, offset)
        size = compressed = offset = _FIELD_32
    flags = entry.flags | (FLAG_DATA_DESCRIPTOR if entry.data_descriptor else 0)
    header = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        b"PK\x01\x02",
        _MADE_BY_UNIX,
        45 if entry.zip64 else 20,
        flags,
        entry.method,
        0,
        _DOS_DATE,
        body.crc,
        compressed,
        size,
        len(name),
        len(extra),
        0,
        0,
        0,
        entry.mode << 16,
        offset,
    )
    return header + name + extra


@dataclass(frozen=True, slots=True, kw_only=True)
class _Directory:
    """Where a directory lies, and how much it lists."""

    count: int
    start: int
    size: int


def _zip64_end(directory: _Directory, end: int) -> bytes:
    """Write the zip64 end record, which lies at `end`, and its locator (§4.3.14, §4.3.15)."""
    count, start, size = directory.count, directory.start, directory.size
    record = struct.pack("<HHIIQQQQ", 45, 45, 0, 0, count, count, size, start)
    record = struct.pack("<4sQ", b"PK\x06\x06", len(record)) + record
    return record + struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)


def _end(archive: ZipArchive, directory: _Directory) -> bytes:
    """Write the end record (§4.3.16)."""
    count = directory.count if archive.count is None else archive.count
    size = directory.size if archive.directory_size is None else archive.directory_size
    start = directory.start
    if archive.zip64:
        count, size, start = _FIELD_16, _FIELD_32, _FIELD_32
    count = min(count, _FIELD_16)
    end = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, size, start, len(archive.comment)
    )
    return end + archive.comment + archive.trailing


def write_zip(archive: ZipArchive) -> bytes:
    """Write an archive: members in order, then the directory in the same order."""
    chunks: list[bytes] = []
    rows: list[bytes] = []
    offsets: list[int] = []
    position = 0
    for entry in archive.entries:
        body = _body(entry)
        offsets.append(position if entry.lies_at is None else offsets[entry.lies_at])
        if entry.lies_at is None:
            chunks.append(_local_member(entry, body))
            position += len(chunks[-1])
        rows.append(_directory_row(entry, body, offsets[-1]))
    listed = [row for entry, row in zip(archive.entries, rows, strict=True) if not entry.hidden]
    content = b"".join(listed)
    directory = _Directory(count=len(listed), start=position, size=len(content))
    end = _end(archive, directory)
    if archive.zip64_lists is not None:
        second = [rows[index] for index in archive.zip64_lists]
        start = position + len(content)
        content += b"".join(second)
        size = position + len(content) - start
        directory = _Directory(count=len(second), start=start, size=size)
    if archive.zip64 or archive.zip64_lists is not None or len(listed) >= _FIELD_16:
        end = _zip64_end(directory, position + len(content)) + end
    return archive.leading + b"".join(chunks) + content + end


def bomb(size_megabytes: int, *, name: str, head: bytes = b"") -> ZipEntry:
    """Describe a member that inflates to a great many zeros from a thousandth of the bytes.

    Args:
        size_megabytes: The inflated size, in units of 2^20 bytes, beside the head.
        name: The member's path.
        head: What the member begins with, so that readers take it for something.
    """
    megabyte = bytes(1 << 20)
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # After a full flush the stream depends on nothing before it, so one block can be repeated.
    raw = compressor.compress(head) + compressor.flush(zlib.Z_FULL_FLUSH)
    block = compressor.compress(megabyte) + compressor.flush(zlib.Z_FULL_FLUSH)
    raw += block * size_megabytes + compressor.flush()
    crc = zlib.crc32(head)
    for _ in range(size_megabytes):
        crc = zlib.crc32(megabyte, crc)
    return ZipEntry(
        name=name, content=b"", raw=raw, crc=crc, size=len(head) + (size_megabytes << 20)
    )


def renamed_by_extra(name: str, other: str) -> bytes:
    """Return an Info-ZIP Unicode Path field that gives an entry another name (§4.6.9)."""
    body = struct.pack("<BI", 1, zlib.crc32(name.encode())) + other.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body
