"""How the tests of this package read bytes, and sources that watch or limit what is read."""

from archpip.binaries import Binary, BytesSource, Depth, PrefixSource, Slice, read_binary


def read(content: bytes, depth: Depth = Depth.SYMBOLS) -> Binary:
    """Read a binary that is known to be one."""
    binary = read_binary(BytesSource(content), depth=depth)
    assert binary is not None
    return binary


def read_slice(content: bytes, depth: Depth = Depth.SYMBOLS) -> Slice:
    """Read a binary of one slice."""
    (only,) = read(content, depth).slices
    return only


def read_prefix(content: bytes, length: int, depth: Depth) -> Binary:
    """Read a binary of which only the first `length` bytes are at hand."""
    binary = read_binary(PrefixSource(content[:length], size=len(content)), depth=depth)
    assert binary is not None
    return binary


class WatchedSource:
    """A source that notes what is read of it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.reads: list[tuple[int, int]] = []

    @property
    def size(self) -> int:
        return len(self._content)

    def read_at(self, offset: int, length: int) -> bytes:
        assert offset >= 0
        assert length >= 0
        self.reads.append((offset, length))
        return self._content[offset : offset + length]


def patched(content: bytes, offset: int, replacement: bytes) -> bytes:
    """Return the bytes with some of them replaced."""
    return content[:offset] + replacement + content[offset + len(replacement) :]
