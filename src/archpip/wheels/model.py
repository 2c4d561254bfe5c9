"""The facts of one wheel, true for every target.

The store keeps `Inspection`s, keyed by the file's sha256 and `READER_VERSION`. They contain only
facts: what these mean for a target is judged in `archpip.verdicts`.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from msgspec import Struct

from archpip.binaries import Binary, ByteSource, Depth

READER_VERSION = 20
"""Raised whenever readers find more or other facts, which invalidates stored inspections."""


class ProblemKind(StrEnum):
    """Why a part of a wheel could not be read, or cannot be trusted."""

    UNREADABLE_MEMBER = "unreadable-member"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too-large"
    TOO_MANY_MEMBERS = "too-many-members"
    RATIO = "compression-ratio"
    OVERLAP = "overlapping-members"
    HIDDEN_BYTES = "hidden-bytes"
    DUPLICATE = "duplicate-member"
    HEADER_MISMATCH = "header-mismatch"
    UNSAFE_PATH = "unsafe-path"
    BACKSLASH = "backslash"  # of an otherwise safe path: on Windows it ends a folder's name
    NAME_COLLISION = "name-collision"
    BAD_CRC = "bad-crc"
    MALFORMED_BINARY = "malformed-binary"
    NO_DIST_INFO = "no-dist-info"
    LEADING_BYTES = "leading-bytes"
    TRAILING_BYTES = "trailing-bytes"
    AMBIGUOUS_METADATA = "ambiguous-metadata"


class Problem(Struct, frozen=True, kw_only=True):
    """Something that kept the reader from reading a fact."""

    kind: ProblemKind
    member: str | None
    detail: str


class BinaryMember(Struct, frozen=True, kw_only=True):
    """One native binary in a wheel."""

    path: str
    """The member's path in the archive."""
    executable_bit: bool
    """The archive's Unix mode has an execute bit for the owner."""
    size_bytes: int
    binary: Binary


class Inspection(Struct, frozen=True, kw_only=True):
    """All facts read from one wheel."""

    filename: str
    sha256: str | None
    """Lower-case hex; `None` if the index gives none and the file was not read whole."""
    size_bytes: int
    tags: tuple[str, ...]
    """The file name's tags, expanded and sorted: `cp310-cp310-macosx_10_9_universal2`."""
    declared_tags: tuple[str, ...]
    """`Tag:` lines of WHEEL, expanded and sorted."""
    root_is_purelib: bool
    binaries: tuple[BinaryMember, ...]
    """In directory order."""
    import_roots: tuple[str, ...] = ()
    """Members that determine how binaries are imported, in directory order: the `__init__.py` of
    every folder above one, and Python modules and packages of the same name beside one."""
    path_folders: tuple[str, ...] = ()
    """Folders that the wheel's `*.pth` files add to `sys.path`, below the folder that the wheel is
    installed to, in the order in which they are added; no repeats."""
    demanded: tuple[str, ...] = ()
    """Modules that look as if the wheel did without them, and that it needs. Of those whose suffix
    names another machine than their code is for, and of public ones without an architecture that
    many others beside them have: those without which their outermost package, or a third of its
    files, cannot be imported. Of those that a wheel for any Python has for a single one, or for
    Windows: those in an outermost package whose `__init__.py` imports them whatever happens, or in
    a wheel without Python source."""
    fallbacks: tuple[str, ...] = ()
    """Of the modules without an architecture that another in their folder has, those in an
    outermost package whose `__init__.py` imports them only where another import failed; in
    directory order."""
    guarded: tuple[str, ...] = ()
    """In a wheel for any platform, the modules that the rest of it does without: its Python imports
    them only in a `try` that goes on; in directory order."""
    spared: tuple[str, ...] = ()
    """In a wheel for any platform, the libraries on which few modules of its package depend, and
    whose names say nothing of machines; package by package."""
    problems: tuple[Problem, ...] = ()
    depth: Depth = Depth.HEADERS
    """Each binary was read at least this deep, most deeper. The store replaces an inspection by a
    deeper one."""


class ReadingCost(Struct, frozen=True, kw_only=True):
    """The cost of reading an inspection."""

    bytes_read: int
    bytes_total: int
    requests: int


class Member(NamedTuple):
    """One file of an archive, as its directory lists it. Folders are not members.

    A tuple, as there are thousands and it is made three times as fast.
    """

    path: str
    """`/`-separated, as written in the archive; it may be unsafe, see `WheelSource.problems`."""
    size_bytes: int
    compressed_bytes: int
    executable_bit: bool
    """The archive's Unix mode has an execute bit for the owner."""


class MemberContent(ByteSource, Protocol):
    """The inflated bytes of one member."""

    @property
    def at_hand(self) -> bool:
        """Whether any part can be read at once: nothing is fetched or inflated for it."""
        ...

    def read_head(self, length: int) -> bytes:
        """Return the first bytes, at most `length`: fewer if more would have to be fetched."""
        ...

    def estimate_compressed(self, length: int) -> int:
        """Return about how many bytes of the archive inflate to the first `length`."""
        ...

    def close(self) -> None:
        """Free the inflated bytes; closing twice is allowed."""
        ...


class WheelSource(Protocol):
    """One wheel, local or remote. The opener closes it; closing twice is allowed.

    Only one thread may use a source at a time.
    """

    @property
    def filename(self) -> str:
        """The wheel's file name, without a folder."""
        ...

    @property
    def size_bytes(self) -> int:
        """The archive's size."""
        ...

    def members(self) -> tuple[Member, ...]:
        """Return every file, in directory order; a path repeats if the archive repeats it.

        Raises:
            InvalidWheelError: The file is not a zip archive, or its directory cannot be read.
        """
        ...

    def problems(self) -> tuple[Problem, ...]:
        """Return the problems of the archive as a whole, in directory order."""
        ...

    def prefetch(self, wanted: Mapping[str, int | None]) -> None:
        """Announce what will be read next, so that a remote source can request it at once.

        `wanted` gives, by path, how many bytes of a member's head, as stored in the archive, are
        enough; `None` for all of it. Paths without a member are ignored.
        """
        ...

    def open(self, path: str) -> MemberContent:
        """Return a member's content, which is inflated only as far as it is read.

        The caller closes it before the wheel. Reading it raises `WheelUnreadableError` if the bytes
        are damaged or hidden.
        """
        ...

    def cost(self) -> ReadingCost:
        """Return the cost of the reads so far."""
        ...

    def close(self) -> None:
        """Free the source's resources."""
        ...


class Tail(Struct, frozen=True, kw_only=True):
    """The last bytes of a remote file."""

    content: bytes
    """As many as requested, or the whole file if it is smaller."""
    file_size: int
    """The size of the whole file in bytes (from Content-Range)."""


class RangeReader(Protocol):
    """Reads parts of remote files. Safe to call from several threads.

    Every method raises `RangesUnsupportedError` if the server ignores, refuses or misstates ranges
    (a 200, a wrong Content-Range, another length than requested); the caller then downloads the
    file. Other failures are the implementation's own `IndexAccessError`s.
    """

    def read_tail(self, url: str, length: int) -> Tail:
        """Return the last `length` bytes and the file's size, in one request if possible."""
        ...

    def read_many(self, url: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
        """Return the bytes of each `[start, stop)`, in order; requests may run concurrently."""
        ...
