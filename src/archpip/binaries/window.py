"""A bounds-checked view of one region of a source, through which all formats read.

This module is independent of formats. A read beyond the region is an error that names the
structure, so that readers need not check lengths.
"""

from struct import Struct

from archpip.binaries.errors import MalformedBinaryError, TruncatedBinaryError
from archpip.binaries.limits import MAX_NAME_BYTES
from archpip.binaries.model import ByteSource

_STRING_STEP = 256  # Nearly every library name ends within it.


class Window:
    """The bytes `[start, start + size)` of a source; offsets here count from `start`.

    The bytes of the first read are kept, so that header fields cost one read of the source.
    """

    __slots__ = ("_head", "_source", "size", "start")

    def __init__(
        self, source: ByteSource, *, start: int = 0, size: int | None = None, head: bytes = b""
    ) -> None:
        """View `size` bytes from `start`, all that follow when `size` is not given.

        `head` is what the caller already read from `start`, so that it is not read again.
        """
        available = max(source.size - start, 0)
        self._source = source
        self.start = start
        self.size = available if size is None else min(size, available)
        self._head = head[: self.size]

    def read(self, offset: int, length: int, what: str) -> bytes:
        """Return exactly `length` bytes.

        Raises:
            TruncatedBinaryError: The region ends before them; `what` names the structure.
            BytesNotHeldError: The source does not have them.
        """
        end = offset + length
        if end <= len(self._head):
            return self._head[offset:end]
        left = max(self.size - offset, 0)
        if length <= left:
            content = self._source.read_at(self.start + offset, length)
            if len(content) == length:
                return content
            left = len(content)  # a file that shrank since it was opened
        raise TruncatedBinaryError(what=what, offset=self.start + offset, wanted=length, got=left)

    def sub(self, offset: int, size: int) -> "Window":
        """View a region of this region, cut off at the end of this one."""
        offset = min(offset, self.size)
        size = min(size, self.size - offset)
        head = self._head[offset : offset + size]
        return Window(self._source, start=self.start + offset, size=size, head=head)

    def keep_head(self, length: int) -> None:
        """Read the region's first bytes in one go, fewer if it is shorter."""
        length = min(length, self.size)
        if length > len(self._head):
            self._head = self._source.read_at(self.start, length)

    def unpack(self, layout: Struct, offset: int, what: str) -> tuple[int, ...]:
        """Return the fields of a structure of integers."""
        return layout.unpack(self.read(offset, layout.size, what))

    def string(self, offset: int, what: str, *, limit: int = MAX_NAME_BYTES) -> str:
        """Return the text up to the next zero byte.

        Bytes that are not UTF-8 are kept as backslash escapes: names are shown, never opened.

        Raises:
            TruncatedBinaryError: It begins outside the region.
            MalformedBinaryError: No zero byte follows within `limit` bytes or the region.
        """
        step = min(_STRING_STEP, self.size - offset)
        if step > 0:  # as nearly all names do, it ends within the first piece
            name, end, _ = self.read(offset, step, what).partition(b"\0")
            if end:
                return name.decode("utf-8", "backslashreplace")
        found = b""
        while len(found) <= limit:
            step = min(_STRING_STEP, self.size - offset - len(found))
            if step <= 0:
                break
            piece, end, _ = self.read(offset + len(found), step, what).partition(b"\0")
            found += piece
            if end:
                return found.decode("utf-8", "backslashreplace")
        if not found:
            raise TruncatedBinaryError(what=what, offset=self.start + offset, wanted=1, got=0)
        raise MalformedBinaryError(
            what=what, offset=self.start + offset, reason=f"does not end within {limit} bytes"
        )
