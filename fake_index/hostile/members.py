"""Members that are bent: their bytes, their own headers, and copies that disagree."""

import struct
import zlib
from dataclasses import replace

from fake_index.hostile.bending import (
    ARCHIVE,
    FOREIGN,
    MODULE,
    SOURCE,
    WHEEL,
    bent,
    native_entry,
    with_changed,
    with_entries,
    with_every,
)
from fake_index.zips import (
    DEFLATED,
    FLAG_ENCRYPTED,
    FLAG_UTF8,
    STORED,
    ZipArchive,
    ZipEntry,
    bomb,
    write_zip,
)

_LOCAL_BYTES = 30
"""The fixed part of a local header (§4.3.7); the name follows."""


@bent(honest=True)
def _data_descriptors() -> bytes:
    """Sizes and checksums stand behind the data, zeros before it."""
    return with_every(lambda entry: replace(entry, data_descriptor=True))


@bent(honest=True)
def _stored() -> bytes:
    """Nothing is compressed."""
    return with_every(lambda entry: replace(entry, method=STORED))


@bent()
def _stored_descriptors() -> bytes:
    """Stored members with their sizes behind them: streaming readers must guess the end."""
    return with_every(lambda entry: replace(entry, method=STORED, data_descriptor=True))


@bent()
def _bomb() -> bytes:
    """A native module inflates a thousandfold, to 300 MB of zeros."""
    return with_entries(bomb(300, name="hostile/bomb.so", head=FOREIGN))


@bent()
def _overlap() -> bytes:
    """Two names share one member's bytes."""
    native = native_entry()
    at = ARCHIVE.entries.index(native)
    twin = replace(native, name="hostile/twin.so", lies_at=at)
    return write_zip(ZipArchive(entries=(*ARCHIVE.entries, twin)))


@bent()
def _nested_overlap() -> bytes:
    """A member's data is itself a member that the directory lists."""
    inner = ZipEntry(name="hostile/inner.so", content=FOREIGN, method=STORED)
    header = write_zip(ZipArchive(entries=(inner,)))[: 30 + len(inner.name) + len(FOREIGN)]
    outer = ZipEntry(name="hostile/outer.dat", content=header, method=STORED)
    archive = write_zip(ZipArchive(entries=(outer, *ARCHIVE.entries)))
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


@bent(honest=True)
def _duplicate_equal() -> bytes:
    """Paths are listed twice, with the same bytes."""
    again = (entry for entry in ARCHIVE.entries if entry.name in {SOURCE, MODULE})
    return with_entries(*again)


@bent()
def _duplicate_of_one_checksum() -> bytes:
    """One path is listed twice, with different text of the same length and checksum."""
    honest = WHEEL.files[0].content
    evil = b"evil = 1 #"
    return with_entries(ZipEntry(name=SOURCE, content=evil + _forged(evil, zlib.crc32(honest))))


def _forged(content: bytes, checksum: int) -> bytes:
    """Return the four bytes behind some content that give the whole a CRC-32."""
    every = 0xFFFF_FFFF
    table = [zlib.crc32(bytes((n,)), every) ^ every for n in range(256)]
    state = checksum ^ every
    for _ in range(4):  # backwards, byte by byte
        index = next(n for n in range(256) if table[n] >> 24 == state >> 24)
        state = ((state ^ table[index]) << 8 | index) & every
    return (state ^ zlib.crc32(content) ^ every).to_bytes(4, "little")


@bent()
def _duplicate_native() -> bytes:
    """One path is listed twice: first the honest module, then one for another architecture."""
    return with_entries(ZipEntry(name=MODULE, content=FOREIGN))


@bent()
def _duplicate_source() -> bytes:
    """One path is listed twice, with different text."""
    return with_entries(ZipEntry(name=SOURCE, content=b"honest = False\n"))


@bent()
def _duplicate_metadata() -> bytes:
    """METADATA is listed twice, and the copies want different projects."""
    changed = replace(WHEEL.metadata, requires=("evil",)).write()
    return with_entries(ZipEntry(name=f"{WHEEL.dist_info}/METADATA", content=changed))


@bent()
def _local_name_differs() -> bytes:
    """The member's own header names another file than the directory does."""
    return with_changed(SOURCE, lambda entry: replace(entry, local_name="hostile/__evil__.py"))


@bent()
def _local_size_differs() -> bytes:
    """The member's own header claims another size than the directory does."""
    return with_changed(SOURCE, lambda entry: replace(entry, local_size=3))


@bent()
def _local_method_differs() -> bytes:
    """The member's own header says stored where the directory says deflated."""
    return with_changed(SOURCE, lambda entry: replace(entry, local_method=STORED))


@bent()
def _local_flags_differ() -> bytes:
    """The member's own header says that it is a patch, which the directory does not."""
    return _with_local(SOURCE, 6, 1 << 5 | FLAG_UTF8)


@bent()
def _local_version_differs() -> bytes:
    """The member's own header needs a reader of a version that there is not."""
    return _with_local(SOURCE, 4, 110)


def _with_local(path: str, at: int, value: int) -> bytes:
    """Return the wheel with one field of a local header changed."""
    content = bytearray(write_zip(ARCHIVE))
    header = content.index(path.encode()) - _LOCAL_BYTES
    struct.pack_into("<H", content, header + at, value)
    return bytes(content)


@bent()
def _wrong_crc() -> bytes:
    """The native module's checksum is not that of its bytes."""
    return with_changed(MODULE, lambda entry: replace(entry, crc=0x12345678))


@bent()
def _encrypted() -> bytes:
    """The native module is flagged as encrypted."""
    return with_changed(MODULE, lambda entry: replace(entry, flags=entry.flags | FLAG_ENCRYPTED))


@bent()
def _unknown_method() -> bytes:
    """The native module uses a compression that no installer knows."""
    return with_changed(MODULE, lambda entry: replace(entry, method=97, raw=entry.content))


@bent()
def _broken_deflate() -> bytes:
    """The native module's compressed bytes are noise."""
    return with_changed(MODULE, lambda entry: replace(entry, raw=b"\xff" * 40))


@bent()
def _hidden_member() -> bytes:
    """A member stands between the others that the directory does not list."""
    return with_entries(ZipEntry(name="hostile/hidden.py", content=b"evil = True\n", hidden=True))


@bent()
def _descriptor_lies() -> bytes:
    """The sizes behind a member's data are not those that the directory lists."""
    return with_changed(SOURCE, lambda e: replace(e, data_descriptor=True, local_size=3))


@bent()
def _symbolic_link() -> bytes:
    """A member is a symbolic link to a file outside."""
    return with_entries(ZipEntry(name="hostile/link.so", content=b"/etc/passwd", mode=0o120777))


@bent()
def _huge_claim() -> bytes:
    """The directory claims that a module inflates to six gigabytes."""
    return with_changed(MODULE, lambda entry: replace(entry, size=6 << 30, zip64=True))


@bent()
def _size_too_small() -> bytes:
    """The directory claims that a module inflates to fewer bytes than it does."""
    return with_changed(MODULE, lambda entry: replace(entry, size=64))


@bent()
def _record_disagrees() -> bytes:
    """RECORD gives another hash for the native module than its bytes have."""
    return with_changed(MODULE, lambda entry: replace(entry, content=FOREIGN, method=DEFLATED))
