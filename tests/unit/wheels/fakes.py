"""Wheels in memory: a range reader that counts, and a source without an archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from archpip.binaries import BytesSource
from archpip.wheels import (
    Member,
    Problem,
    RangesUnsupportedError,
    ReadingCost,
    Tail,
    WheelUnreadableError,
)

URL = "https://host.example/wheel.whl"


class Manner(Enum):
    """How a server treats ranges."""

    HONOURED = auto()
    REFUSED = auto()
    REFUSED_AFTER_TAIL = auto()
    SHORT = auto()  # half of what was asked for
    ELSEWHERE = auto()  # as many bytes as asked for, from another place
    TAIL_ELSEWHERE = auto()


@dataclass
class FakeRanges:
    """Serves one file, and keeps what it was asked."""

    content: bytes
    manner: Manner = Manner.HONOURED
    rounds: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    """The ranges of each call; those of one call may run side by side."""

    def read_tail(self, url: str, length: int) -> Tail:
        size = len(self.content)
        start = max(0, size - length)
        self.rounds.append(((start, size),))
        if self.manner is Manner.REFUSED:
            raise RangesUnsupportedError(url=url, reason="it answers 200")
        if self.manner is Manner.TAIL_ELSEWHERE:
            return Tail(content=self.content[: size - start], file_size=size)
        return Tail(content=self.content[start:], file_size=size)

    def read_many(self, url: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
        self.rounds.append(tuple(ranges))
        if self.manner is Manner.REFUSED_AFTER_TAIL:
            raise RangesUnsupportedError(url=url, reason="it answers 416")
        return tuple(self._answer(start, stop) for start, stop in ranges)

    def _answer(self, start: int, stop: int) -> bytes:
        match self.manner:
            case Manner.SHORT:
                return self.content[start : (start + stop) // 2]
            case Manner.ELSEWHERE:
                return self.content[start + 7 : stop + 7].ljust(stop - start, b"\0")
            case _:
                return self.content[start:stop]

    @property
    def bytes_served(self) -> int:
        return sum(stop - start for call in self.rounds for start, stop in call)


class FakeContent(BytesSource):
    """A member's bytes in memory."""

    at_hand = False

    def read_head(self, length: int) -> bytes:
        return self.read_at(0, length)

    def estimate_compressed(self, length: int) -> int:
        return length

    def close(self) -> None:
        """Nothing is held."""


@dataclass(kw_only=True)
class FakeWheelSource:
    """A `WheelSource` over a mapping, for what does not depend on archives."""

    filename: str = "demo-1.0-py3-none-any.whl"
    contents: Mapping[str, bytes]
    executable: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    found_problems: tuple[Problem, ...] = ()
    prefetched: list[dict[str, int | None]] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        return sum(map(len, self.contents.values()))

    def members(self) -> tuple[Member, ...]:
        return tuple(
            Member(
                path=path,
                size_bytes=len(content),
                compressed_bytes=len(content),
                executable_bit=path in self.executable,
            )
            for path, content in self.contents.items()
        )

    def problems(self) -> tuple[Problem, ...]:
        return self.found_problems

    def prefetch(self, wanted: Mapping[str, int | None]) -> None:
        self.prefetched.append(dict(wanted))

    def open(self, path: str) -> FakeContent:
        if path in self.unreadable:
            raise WheelUnreadableError(filename=self.filename, member=path, reason="damaged")
        return FakeContent(self.contents[path])

    def cost(self) -> ReadingCost:
        return ReadingCost(bytes_read=0, bytes_total=self.size_bytes, requests=0)

    def close(self) -> None:
        """Nothing is held."""
