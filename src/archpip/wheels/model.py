"""What archpip knows of one wheel, true for every target.

An `Inspection` is what the store keeps, keyed by the file's sha256 and `READER_VERSION`. It holds
facts only: what they mean for a target is judged in `archpip.verdicts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

from archpip.binaries import Binary, ByteSource

READER_VERSION = 1
"""Raised whenever a reader sees more, or sees it differently: stored inspections then expire."""


class WheelSource(Protocol):
    """One wheel, wherever it lies. The opener closes it; closing twice is allowed."""

    @property
    def filename(self) -> str:
        """The wheel's file name, without a folder."""
        ...

    def names(self) -> tuple[str, ...]:
        """Return the path of every member, in directory order, `/`-separated."""
        ...

    def open(self, name: str) -> ByteSource:
        """Return a member's inflated bytes."""
        ...

    def close(self) -> None:
        """Free what the source holds."""
        ...


class RangeReader(Protocol):
    """Reads parts of remote files. Safe to call from several threads."""

    def length(self, url: str) -> int:
        """Return the file's size in bytes."""
        ...

    def read(self, url: str, start: int, stop: int) -> bytes:
        """Return the bytes in `[start, stop)`.

        Raises:
            RangesUnsupportedError: The server ignores, refuses or misstates ranges.
        """
        ...


class ProblemKind(StrEnum):
    """Why a part of a wheel could not be read, or cannot be trusted."""

    UNREADABLE_MEMBER = "unreadable-member"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too-large"
    TOO_MANY_MEMBERS = "too-many-members"
    RATIO = "compression-ratio"
    OVERLAP = "overlapping-members"
    DUPLICATE = "duplicate-member"
    HEADER_MISMATCH = "header-mismatch"
    UNSAFE_PATH = "unsafe-path"
    NAME_COLLISION = "name-collision"
    BAD_CRC = "bad-crc"
    MALFORMED_BINARY = "malformed-binary"
    NO_DIST_INFO = "no-dist-info"
    LEADING_BYTES = "leading-bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that kept the reader from a fact."""

    kind: ProblemKind
    member: str | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryMember:
    """One native binary in a wheel."""

    path: str
    """The member's path in the archive."""
    executable_bit: bool
    """The archive's Unix mode has an execute bit for the owner."""
    size_bytes: int
    binary: Binary


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """All facts read from one wheel."""

    filename: str
    sha256: str | None
    """Lower-case hex; `None` where the index gives none and the file was not read whole."""
    size_bytes: int
    tags: tuple[str, ...]
    """The file name's tags, expanded and sorted: `cp310-cp310-macosx_10_9_universal2`."""
    declared_tags: tuple[str, ...]
    """`Tag:` lines of WHEEL, expanded and sorted."""
    root_is_purelib: bool
    binaries: tuple[BinaryMember, ...]
    """In directory order."""
    import_roots: tuple[str, ...] = ()
    """Paths of the members that make a folder importable or hold modules a rule asks for
    (`*/__init__.py`, `*.pth`); kept because a binary's meaning depends on its neighbours."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCost:
    """What it cost to learn an inspection."""

    bytes_read: int
    bytes_total: int
    requests: int

    def __add__(self, other: Self) -> "ReadingCost":
        """Return the cost of both."""
        return ReadingCost(
            bytes_read=self.bytes_read + other.bytes_read,
            bytes_total=self.bytes_total + other.bytes_total,
            requests=self.requests + other.requests,
        )

    @classmethod
    def total(cls, costs: Iterable["ReadingCost"]) -> "ReadingCost":
        """Add costs up."""
        return sum(costs, start=cls(bytes_read=0, bytes_total=0, requests=0))
