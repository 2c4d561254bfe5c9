"""Detect programs with embedded libraries, which the readers of binaries do not see.

PyInstaller appends an archive to its bootloader. In a one-file program it also holds the libraries
and modules; in a one-folder program it holds only Python code. Nuitka puts all files of a one-file
program into its constants. Nothing is unpacked here.

Source: https://pyinstaller.org/en/stable/advanced-topics.html#carchive, and `ARCHIVE_COOKIE` and
`TOC_ENTRY` of the bootloader's `pyi_archive.h`, where every number is big-endian; Nuitka's
`OnefileBootstrap.c`, `readChunk(&header)`, and what `OnefileCompressor.py` writes.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import closing

from archpip.binaries import BinaryKind, ByteSource
from archpip.environments.installed import InstalledWheel
from archpip.wheels import Inspection, Problem, ProblemKind, WheelUnreadableError

BY_PYINSTALLER = "PyInstaller packed it into one file; build it with --onedir to have it audited"
BY_NUITKA = "Nuitka packed it into one file; build it with --standalone alone to have it audited"
TOO_LARGE = "it has more than 4 GiB, too many to be searched for files packed into it"

_MAGIC = b"MEI\014\013\012\013\016"
_COOKIE = struct.Struct("!8sIIII64s")
"""Magic, length of the archive, offset and length of its table, version and library of Python."""
_ENTRY = struct.Struct("!IIIIBc")
"""Length of the entry, offset, length, length unpacked, whether compressed, kind; then its name."""
_BINARY = b"b"

# Nuitka's: whether compressed, and then either all as one zstd stream, or the first file: its name
# (UTF-16 on Windows), its size and whatever the release adds, and its content.
_PAYLOAD = re.compile(
    rb"KA[XY](?:\x28\xb5\x2f\xfd"
    rb"|[^\0]{1,255}\0.{8,32}?(?:\x7fELF|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|\x28\xb5\x2f\xfd)"
    rb"|(?:[^\0]\0){1,255}\0\0.{8,32}?(?:MZ|\x28\xb5\x2f\xfd))",
    re.DOTALL,
)
_PAYLOAD_HEAD_BYTES = 1024
_LEAST_PROGRAM_BYTES = 1 << 20
"""Nuitka's one-file programs have Python's library in them, of some megabytes."""
_CHUNK_BYTES = 1 << 20

_MOST_PROGRAM_BYTES = 1 << 32
"""PyInstaller's numbers have 32 bits; and a sparse file of any size takes no room on a disk."""

# The archive ends with its cookie, and behind that a signature may follow, which has one or two
# hashes for every 4096 bytes of the program (macOS), and certificates.
_PROGRAM_BYTES_PER_HASH_BYTE = 64
_END_BYTES = 64 * 1024
_MOST_TABLE_BYTES = 16 << 20


def find_packed(source: InstalledWheel, inspection: Inspection) -> Iterator[Problem]:
    """Yield a problem for each program that has other binaries packed into it."""
    for member in inspection.binaries:
        if all(s.kind is not BinaryKind.EXECUTABLE for s in member.binary.slices):
            continue
        try:
            with closing(source.open(member.path)) as content:
                if detail := find_packing(content):
                    kind = ProblemKind.UNREADABLE_MEMBER
                    yield Problem(kind=kind, member=member.path, detail=detail)
        except WheelUnreadableError as error:
            yield Problem(kind=error.kind, member=member.path, detail=error.reason)


def find_packing(source: ByteSource) -> str:
    """Return by what a program was packed into one file, and what to do; empty if it is not.

    A PyInstaller archive whose table cannot be read counts, since its content is unknown; so does a
    program too large to be searched.

    Raises:
        WheelUnreadableError: The source cannot be read.
    """
    if source.size > _MOST_PROGRAM_BYTES:
        return TOO_LARGE
    if _has_archive(source):
        return BY_PYINSTALLER
    return BY_NUITKA if _has_payload(source) else ""


def _has_payload(source: ByteSource) -> bool:
    if source.size < _LEAST_PROGRAM_BYTES:
        return False
    starts = range(0, source.size, _CHUNK_BYTES)
    wanted = _CHUNK_BYTES + _PAYLOAD_HEAD_BYTES
    return any(_PAYLOAD.search(source.read_at(start, wanted)) for start in starts)


def _has_archive(source: ByteSource) -> bool:
    wanted = _END_BYTES + source.size // _PROGRAM_BYTES_PER_HASH_BYTE
    start = max(0, source.size - wanted)
    end = source.read_at(start, source.size - start)
    position = end.rfind(_MAGIC)
    if position < 0 or len(end) - position < _COOKIE.size:
        return False
    _, length, offset, table_bytes, _, _ = _COOKIE.unpack_from(end, position)
    first = start + position + _COOKIE.size - length
    if first < 0 or offset + table_bytes > length:
        return False  # The same eight bytes in a program that reads such archives.
    if table_bytes > _MOST_TABLE_BYTES:
        return True
    return _holds_binaries(source.read_at(first + offset, table_bytes))


def _holds_binaries(table: bytes) -> bool:
    position = 0
    while position < len(table):
        if len(table) - position < _ENTRY.size:
            return True
        length, *_, kind = _ENTRY.unpack_from(table, position)
        if kind == _BINARY or length < _ENTRY.size:
            return True
        position += length
    return False
