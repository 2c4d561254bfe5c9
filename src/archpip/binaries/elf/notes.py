"""The notes of an ELF file that name the system it was made for.

Source: gABI chapter 5 "Note Section"; LSB Core "Note Sections" for NT_GNU_ABI_TAG; bionic's
`libc/arch-common/bionic/crtbrand.S` for Android's.
"""

from collections.abc import Iterator

from msgspec import Struct

from archpip.binaries.elf.image import PT_NOTE, Image
from archpip.binaries.limits import MAX_NOTE_BYTES, MAX_NOTES, check_limit
from archpip.binaries.model import Platform

_GNU_SYSTEMS = {
    0: Platform.LINUX,
    1: Platform.OTHER_UNIX,  # the Hurd
    2: Platform.OTHER_UNIX,  # Solaris
    3: Platform.FREEBSD,
}
_OWNERS = {
    b"FreeBSD": Platform.FREEBSD,
    b"NetBSD": Platform.OTHER_UNIX,
    b"OpenBSD": Platform.OTHER_UNIX,
}
# Names and payloads are padded to 4 bytes, or to 8 where the segment is aligned so.
_UNIT = 4
_WIDE_UNIT = 8

_ABI_TAG = 1  # the number that all of these owners chose for "made for this system"


class Note(Struct, frozen=True):
    """One note."""

    owner: bytes
    number: int
    payload: bytes


def read_platform(image: Image) -> tuple[Platform | None, tuple[int, int, int] | None]:
    """Return the system that the notes name, and Android's API level as a version.

    Raises:
        TruncatedBinaryError: A note segment lies outside the file.
        UnsupportedBinaryError: There are more notes than in any real file.
    """
    word = image.layout("I")
    for count, note in enumerate(_iter_notes(image), start=1):
        check_limit("notes", count, MAX_NOTES)
        if note.number != _ABI_TAG:
            continue
        if note.owner == b"Android" and len(note.payload) >= word.size:
            (level,) = word.unpack_from(note.payload)
            return Platform.ANDROID, (level, 0, 0)
        if note.owner == b"GNU" and len(note.payload) >= word.size:
            (system,) = word.unpack_from(note.payload)
            return _GNU_SYSTEMS.get(system, Platform.OTHER_UNIX), None
        if note.owner in _OWNERS:
            return _OWNERS[note.owner], None
    return None, None


def _iter_notes(image: Image) -> Iterator[Note]:
    header = image.layout("3I")  # n_namesz, n_descsz, n_type
    for segment in image.segments:
        if segment.type != PT_NOTE or segment.size > MAX_NOTE_BYTES:
            continue
        content = image.file.read(segment.offset, segment.size, "notes")
        unit = _WIDE_UNIT if segment.alignment == _WIDE_UNIT else _UNIT
        position = 0
        while position + header.size <= len(content):
            name_size, payload_size, number = header.unpack_from(content, position)
            name = position + header.size
            payload = position + _align(header.size + name_size, unit)
            yield Note(
                owner=content[name : name + name_size].rstrip(b"\0"),
                number=number,
                payload=content[payload : payload + payload_size],
            )
            position = payload + _align(payload_size, unit)


def _align(size: int, unit: int) -> int:
    return -(-size // unit) * unit
