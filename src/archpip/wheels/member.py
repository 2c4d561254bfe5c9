"""The bytes of one member of an archive, inflated only as far as they are read.

Source: PKWARE APPNOTE 6.3.10 §4.3.7 (local header), §4.3.9 (data descriptor), §4.4.5 (methods).
"""

import struct
import tempfile
import zlib

from archpip.binaries import ByteSource
from archpip.wheels.content import ArchiveContent
from archpip.wheels.directory import (
    FLAG_DATA_DESCRIPTOR,
    FLAG_ENCRYPTED,
    FLAG_MASKED,
    FLAG_STRONG_ENCRYPTION,
    FLAGS_KNOWN,
    FULL32,
    MOST_NEEDED,
    Entry,
    widen_sizes,
)
from archpip.wheels.errors import InvalidWheelError, WheelUnreadableError
from archpip.wheels.model import ProblemKind

STORED = 0
DEFLATED = 8

MAX_MEMBER_BYTES = 16 * 1024**3
"""Limit for the inflated bytes of a member; the largest known is a 2 GB CUDA library."""

LOCAL_HEADER_BYTES = 30
"""The fixed part of a local header; the name and the extra field follow."""

ENCRYPTION_FLAGS = FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION | FLAG_MASKED

_MEMORY_BYTES = 4 * 1024 * 1024
"""Inflated bytes beyond this are kept in a temporary file."""
_USUAL_EXTRA = 32
"""Read with the header, so that its extra field, if it has one, seldom costs another read."""
_FIRST_WINDOW = 4 * 1024
_LAST_WINDOW = 8 * 1024 * 1024
"""Compressed bytes fetched at once, least and most, when a remote member is read further."""
_ESTIMATE_MARGIN = 64
_STEP = 1024 * 1024
"""Bytes inflated at once, so that a zip bomb does not fill the memory."""
_FIRST_CHUNK = 4 * 1024
_CHUNK = 256 * 1024
# §4.3.7: signature, needed, flags, method, time, date, crc, compressed, size, name, extra length.
_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE = b"PK\x03\x04"


def read_local_header(archive: ByteSource, entry: Entry, *, filename: str) -> int:
    """Check a member's local header against the directory, and return the offset of its data.

    Raises:
        WheelUnreadableError: They disagree, so that two readers may see two different files.
    """

    def refuse(reason: str) -> WheelUnreadableError:
        return WheelUnreadableError(
            filename=filename, member=entry.path, reason=reason, kind=ProblemKind.HEADER_MISMATCH
        )

    name_end = _LOCAL.size + len(entry.raw_name)
    header = archive.read_at(entry.header_offset, name_end + _USUAL_EXTRA)
    if len(header) < name_end or header[:4] != _LOCAL_SIGNATURE:
        raise refuse("no local header stands where the directory points")
    _, needed, flags, method, _, _, crc, compressed, size, name_length, extra_length = (
        _LOCAL.unpack_from(header)
    )
    if name_length != len(entry.raw_name) or header[_LOCAL.size : name_end] != entry.raw_name:
        raise refuse("its local header has another name")
    # Only these flags change what is read; writers differ in the others, such as deflate's level.
    if method != entry.method or (flags ^ entry.flags) & (ENCRYPTION_FLAGS | FLAG_DATA_DESCRIPTOR):
        raise refuse("its local header has another method or other flags")
    if flags & ~(FLAGS_KNOWN | ENCRYPTION_FLAGS) or needed & 0xFF > MOST_NEEDED:
        raise refuse("its local header needs what not every installer knows")
    if FULL32 in {compressed, size}:
        extra = header[name_end : name_end + extra_length]
        if len(extra) < extra_length:
            extra = archive.read_at(entry.header_offset + name_end, extra_length)
        # §4.5.3: a local header has both sizes in its zip64 field.
        try:
            size, compressed, _ = widen_sizes(extra, size, compressed, 0, filename)
        except InvalidWheelError as error:
            raise refuse(error.reason) from error
    # §4.4.4: with a data descriptor, the three values are zero here and follow the data.
    deferred = bool(flags & FLAG_DATA_DESCRIPTOR)
    pairs = ((crc, entry.crc), (compressed, entry.compressed_bytes), (size, entry.size_bytes))
    if any(local != listed and not (deferred and local == 0) for local, listed in pairs):
        raise refuse("its local header has another size or checksum")
    return entry.header_offset + name_end + int(extra_length)


class MemberSource:
    """A `ByteSource` over one member.

    Inflated bytes are kept, in memory while they are few, so reads may go back; no more is inflated
    than was requested. Once the last byte is read, the checksum is verified.
    """

    def __init__(
        self,
        archive: ArchiveContent,
        entry: Entry,
        *,
        filename: str,
    ) -> None:
        """Read nothing yet. `filename` is the wheel's, for messages."""
        self._archive = archive
        self._entry = entry
        self._filename = filename
        self._data_start = 0
        self._inflated = tempfile.SpooledTemporaryFile(max_size=_MEMORY_BYTES)  # noqa: SIM115 -- closed by close()
        self._reset()

    @property
    def size(self) -> int:
        """The member's size as the directory lists it."""
        return self._entry.size_bytes

    @property
    def at_hand(self) -> bool:
        """`False`: all before a part must be inflated, and may have to be fetched."""
        return False

    def read_at(self, offset: int, length: int) -> bytes:
        """Return inflated bytes; fewer than `length` only at the member's end.

        Raises:
            WheelUnreadableError: The bytes are damaged, encrypted, compressed in an unknown way,
                or contradict the directory.
        """
        stop = min(offset + length, self.size)
        if offset >= stop:
            return b""
        try:
            return self._read(offset, stop)
        except WheelUnreadableError:
            if not self._archive.refresh():
                raise
            self._reset()
            return self._read(offset, stop)

    @property
    def inflated_bytes(self) -> int:
        """How many bytes were inflated so far."""
        return self._done

    def read_head(self, length: int) -> bytes:
        """Return the first bytes, fewer than `length` if more would have to be fetched.

        Raises:
            WheelUnreadableError: As `read_at`.
        """
        stop = min(length, self.size)
        if not stop:
            return b""
        self.read_at(0, 1)
        if self._entry.method == STORED:
            return self.read_at(0, min(stop, max(1, self._archive.held(self._data_start))))
        while self._done < stop and self._is_more_at_hand():
            self.read_at(0, min(stop, self._done + 1))
        return self.read_at(0, min(stop, self._done))

    def estimate_compressed(self, length: int) -> int:
        """Return about how many bytes of the archive inflate to the first `length`.

        Estimated from the ratio so far, with a margin: headers are full of zeros, later bytes less
        so.
        """
        taken = self._consumed - len(self._inflater.unconsumed_tail)
        if self._entry.method == STORED or not self._done:
            return length
        return taken * length * 5 // (self._done * 4) + _ESTIMATE_MARGIN

    def close(self) -> None:
        """Free the inflated bytes."""
        self._inflated.close()

    def _reset(self) -> None:
        self._inflated.seek(0)
        self._inflated.truncate()
        self._done = 0
        self._consumed = 0
        self._crc = 0
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._opened = False

    def _read(self, offset: int, stop: int) -> bytes:
        if not self._opened:
            self._open()
        if self._entry.method == STORED:
            return self._read_stored(offset, stop)
        while self._done < stop:
            self._inflate()
        self._inflated.seek(offset)
        return self._inflated.read(stop - offset)

    def _open(self) -> None:
        entry = self._entry
        if entry.flags & ENCRYPTION_FLAGS:
            raise self._refuse("it is encrypted", ProblemKind.ENCRYPTED)
        if entry.flags & ~FLAGS_KNOWN:
            raise self._refuse(f"its flags {entry.flags:#06x} are not known")
        if entry.method not in {STORED, DEFLATED}:
            raise self._refuse(f"compression method {entry.method} is not known")
        if entry.size_bytes > MAX_MEMBER_BYTES:
            raise self._refuse(
                f"{entry.size_bytes} bytes are more than the limit", ProblemKind.TOO_LARGE
            )
        if entry.method == STORED and entry.compressed_bytes != entry.size_bytes:
            raise self._refuse("it is stored, and its two sizes differ")
        self._data_start = read_local_header(self._archive, entry, filename=self._filename)
        self._opened = True

    def _read_stored(self, offset: int, stop: int) -> bytes:
        content = self._archive.read_at(self._data_start + offset, stop - offset)
        if len(content) != stop - offset:
            raise self._refuse("the archive ends inside it")
        whole = offset == 0 and stop == self.size
        if whole and zlib.crc32(content) != self._entry.crc:
            raise self._refuse("its checksum is wrong", ProblemKind.BAD_CRC)
        return content

    def _inflate(self) -> None:
        """Inflate one more step, never more than the member's size allows."""
        if self._inflater.eof:
            raise self._refuse("it holds less than its size says")
        limit = min(_STEP, self.size - self._done)
        inflated = self._decompress(self._inflater.unconsumed_tail or self._next_chunk(), limit)
        self._done += len(inflated)
        self._crc = zlib.crc32(inflated, self._crc)
        try:
            self._inflated.seek(0, 2)
            self._inflated.write(inflated)
        except OSError as error:  # a large member is kept in a temporary file
            raise self._refuse(f"it cannot be unpacked: {error.strerror or error}") from error
        if self._done == self.size:
            self._check_end()

    def _is_more_at_hand(self) -> bool:
        """Return whether more can be inflated without fetching."""
        pending = self._inflater.unconsumed_tail
        return bool(pending) or self._archive.held(self._data_start + self._consumed) > 0

    def _check_end(self) -> None:
        """Check the checksum, and that nothing follows the last byte."""
        while not self._inflater.eof:
            if self._decompress(self._inflater.unconsumed_tail or self._next_chunk(), 1):
                raise self._refuse("it holds more than its size says")
        if self._consumed != self._entry.compressed_bytes or self._inflater.unused_data:
            raise self._refuse("something stands behind its data")
        if self._crc != self._entry.crc:
            raise self._refuse("its checksum is wrong", ProblemKind.BAD_CRC)

    def _decompress(self, compressed: bytes, limit: int) -> bytes:
        try:
            return self._inflater.decompress(compressed, limit)
        except zlib.error as error:
            raise self._refuse(f"its data is damaged ({error})") from error

    def _next_chunk(self) -> bytes:
        """Return compressed bytes: those at hand, or larger and larger pieces."""
        at = self._data_start + self._consumed
        left = self._entry.compressed_bytes - self._consumed
        if self._consumed and not self._archive.held(at):
            # A caller that has read so far will read on, so each round trip fetches more.
            ahead = max(_FIRST_WINDOW, min(_LAST_WINDOW, 2 * self._consumed))
            self._archive.prefetch([(at, at + min(left, ahead))])
        wanted = min(left, _CHUNK, max(_FIRST_CHUNK, self._consumed))
        chunk = self._archive.read_at(at, min(wanted, self._archive.held(at) or wanted))
        if not chunk:
            raise self._refuse("its data ends early")
        self._consumed += len(chunk)
        return chunk

    def _refuse(
        self, reason: str, kind: ProblemKind = ProblemKind.UNREADABLE_MEMBER
    ) -> WheelUnreadableError:
        return WheelUnreadableError(
            filename=self._filename, member=self._entry.path, reason=reason, kind=kind
        )
