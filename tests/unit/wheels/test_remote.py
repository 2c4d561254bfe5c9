"""A far wheel is read in few requests, and a server that lies costs one download."""

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from archpip.wheels import (
    InvalidWheelError,
    RangesUnsupportedError,
    RemoteWheel,
    WheelUnreadableError,
    read_metadata,
)
from archpip.wheels.remote import TAIL_BYTES, RemoteContent, merge_ranges
from fake_index.hostile import MODULE, WHEEL, hostile_wheel
from fake_index.wheels import Wheel, WheelFile, write_wheel
from tests.unit.wheels.fakes import URL, FakeRanges, Manner

KIB = 1024
NOISE = random.Random(1).randbytes(200 * KIB)  # noqa: S311 -- incompressible, and the same each time
LARGE = replace(
    WHEEL,
    files=(*WHEEL.files, *(WheelFile(path=f"hostile/{n}.so", content=NOISE) for n in range(4))),
)


@pytest.fixture
def downloads() -> list[str]:
    """The URLs that were downloaded whole."""
    return []


class Open(Protocol):
    def __call__(self, ranges: FakeRanges, *, with_metadata: bool = False) -> RemoteWheel: ...


@pytest.fixture
def opened(tmp_path: Path, downloads: list[str]) -> Iterator[Open]:
    wheels: list[RemoteWheel] = []

    def open_remote(ranges: FakeRanges, *, with_metadata: bool = False) -> RemoteWheel:
        def download(url: str) -> Path:
            downloads.append(url)
            path = tmp_path / "whole.whl"
            path.write_bytes(ranges.content)
            return path

        wheel = RemoteWheel(
            url=URL,
            filename="hostile-1.0-py3-none-any.whl",
            ranges=ranges,
            download=download,
            with_metadata=with_metadata,
        )
        wheels.append(wheel)
        return wheel

    yield open_remote
    for wheel in wheels:
        wheel.close()


def read(wheel: RemoteWheel, path: str, length: int = 1 << 20) -> bytes:
    with closing(wheel.open(path)) as content:
        return content.read_at(0, length)


def test_no_request_is_made_before_a_question(opened: Open) -> None:
    ranges = FakeRanges(b"")

    wheel = opened(ranges)

    assert ranges.rounds == []
    assert wheel.cost().bytes_total == 0


def test_a_small_wheel_costs_one_request(opened: Open, downloads: list[str]) -> None:
    ranges = FakeRanges(write_wheel(WHEEL))
    wheel = opened(ranges)

    assert read_metadata(wheel) == WHEEL.metadata.write()
    assert read(wheel, MODULE) == WHEEL.files[1].content

    size = len(ranges.content)
    assert ranges.rounds == [((0, size),)]
    cost = wheel.cost()
    assert (cost.requests, cost.bytes_read, cost.bytes_total) == (1, size, size)
    assert downloads == []


def test_the_heads_of_members_come_in_one_round(opened: Open) -> None:
    ranges = FakeRanges(write_wheel(LARGE))
    wheel = opened(ranges)
    paths = [f"hostile/{n}.so" for n in range(4)]

    wheel.prefetch(dict.fromkeys(paths, 1024))
    for path in paths:
        with closing(wheel.open(path)) as content:
            head = content.read_head(4096)
        assert head
        assert NOISE.startswith(head)

    assert len(ranges.rounds) == 2
    assert len(ranges.rounds[1]) == 4
    assert wheel.cost().requests == 5
    assert wheel.cost().bytes_read == ranges.bytes_served < TAIL_BYTES + 8 * KIB


def test_what_was_not_foreseen_is_fetched_when_it_is_read(opened: Open) -> None:
    ranges = FakeRanges(write_wheel(LARGE))
    wheel = opened(ranges)
    wheel.prefetch({"hostile/2.so": 1024})

    assert read(wheel, "hostile/2.so") == NOISE

    assert wheel.cost().bytes_read < 2 * len(NOISE)


def test_a_member_fetched_whole_is_not_asked_for_again(opened: Open) -> None:
    ranges = FakeRanges(write_wheel(LARGE))
    wheel = opened(ranges)
    wheel.prefetch({"hostile/1.so": None, "absent": None})

    assert read(wheel, "hostile/1.so") == NOISE
    assert read(wheel, "hostile/1.so") == NOISE

    assert len(ranges.rounds) == 2


def test_a_directory_larger_than_the_tail_takes_a_second_request(opened: Open) -> None:
    files = tuple(WheelFile(path=f"hostile/{n:04}.py", content=b"") for n in range(2000))
    ranges = FakeRanges(write_wheel(replace(WHEEL, files=files)))
    wheel = opened(ranges)

    assert len(wheel.members()) == len(files) + 3

    ((tail_start, _),), ((_, stop),) = ranges.rounds
    assert stop == tail_start  # what the tail brought is not asked for again


def test_where_metadata_is_wanted_a_longer_tail_brings_it(opened: Open) -> None:
    before = WheelFile(path="hostile/0.so", content=NOISE)
    requires = tuple(f"needed-{n}=={random.Random(n).random()}" for n in range(TAIL_BYTES // 8))  # noqa: S311 -- hard to compress
    long = replace(WHEEL.metadata, requires=requires)
    content = write_wheel(replace(WHEEL, metadata=long, files=(before,)))
    found = {}
    for with_metadata in (False, True):
        wheel = opened(ranges := FakeRanges(content), with_metadata=with_metadata)
        assert read_metadata(wheel) == long.write()
        found[with_metadata] = len(ranges.rounds)

    assert found == {False: 2, True: 1}


@pytest.mark.parametrize("manner", [m for m in Manner if m is not Manner.HONOURED])
def test_a_server_without_true_ranges_costs_one_download(
    opened: Open, downloads: list[str], manner: Manner
) -> None:
    ranges = FakeRanges(write_wheel(LARGE), manner)
    wheel = opened(ranges)

    assert [m.path for m in wheel.members()][:2] == [f.path for f in LARGE.files[:2]]
    wheel.prefetch(dict.fromkeys(["hostile/0.so", "hostile/3.so"], 1024))
    assert read(wheel, "hostile/0.so") == NOISE
    assert read(wheel, "hostile/3.so") == NOISE
    assert read_metadata(wheel) == WHEEL.metadata.write()

    assert downloads == [URL]
    cost = wheel.cost()
    assert cost.bytes_total == len(ranges.content)
    assert cost.bytes_read >= len(ranges.content)


@pytest.mark.parametrize("manner", [Manner.REFUSED, Manner.REFUSED_AFTER_TAIL, Manner.SHORT])
def test_without_a_download_the_refusal_goes_through(manner: Manner) -> None:
    ranges = FakeRanges(write_wheel(LARGE), manner)
    wheel = RemoteWheel(url=URL, filename="hostile-1.0-py3-none-any.whl", ranges=ranges)

    with pytest.raises(RangesUnsupportedError, match="cannot be read in parts"):
        read(wheel, "hostile/0.so")


def test_a_damaged_wheel_is_downloaded_once_and_is_damaged(
    opened: Open, downloads: list[str]
) -> None:
    wheel = opened(FakeRanges(hostile_wheel("wrong-crc").content))

    for _ in range(2):
        with pytest.raises(WheelUnreadableError, match="its checksum is wrong"):
            read(wheel, MODULE)
    assert downloads == [URL]


def test_what_is_no_archive_is_downloaded_once_and_is_none(
    opened: Open, downloads: list[str]
) -> None:
    wheel = opened(FakeRanges(b"<html>" * 100_000))

    for _ in range(2):
        with pytest.raises(InvalidWheelError, match="not a zip archive"):
            wheel.members()
    assert downloads == [URL]


def test_far_and_near_wheels_have_the_same_members(opened: Open) -> None:
    wheel = Wheel(metadata=WHEEL.metadata, files=LARGE.files)
    ranges = FakeRanges(write_wheel(wheel))

    far, near = opened(ranges), opened(replace(ranges, manner=Manner.REFUSED))

    assert far.members() == near.members()
    assert far.problems() == near.problems() == ()


@pytest.mark.parametrize(
    ("ranges", "merged"),
    [
        ([], []),
        ([(5, 9), (0, 5)], [(0, 9)]),
        ([(0, 100), (50, 60)], [(0, 100)]),
        ([(0, 10), (8_000, 8_010)], [(0, 8_010)]),
        ([(0, 10), (200_000, 200_010)], [(0, 10), (200_000, 200_010)]),
        # One gap of 60 KB fits in what may be read for nothing, the wider one no more.
        (
            [(0, 10), (60_000, 60_010), (130_000, 130_010)],
            [(0, 60_010), (130_000, 130_010)],
        ),
    ],
)
def test_ranges_that_lie_close_are_joined(
    ranges: list[tuple[int, int]], merged: list[tuple[int, int]]
) -> None:
    assert merge_ranges(ranges, spare_bytes=64_000) == merged


def test_any_order_of_reads_gives_the_files_bytes() -> None:
    order = random.Random(7)  # noqa: S311 -- a fixed order
    content = order.randbytes(300 * KIB)
    remote = RemoteContent(URL, FakeRanges(content), None)
    for _ in range(300):
        start = order.randrange(len(content))
        length = order.randrange(9000)
        if order.random() < 0.3:
            remote.prefetch([(start, start + length), (start // 2, start // 2 + length)])
        assert remote.read_at(start, length) == content[start : start + length]
        held = remote.held(start)
        assert held >= min(length, len(content) - start)


def test_what_was_fetched_first_is_dropped_when_there_is_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("archpip.wheels.remote._KEPT_BYTES", 100 * KIB)
    content = random.Random(3).randbytes(1000 * KIB)  # noqa: S311 -- the same each time
    remote = RemoteContent(URL, FakeRanges(content), None)

    for start in range(0, 900 * KIB, 50 * KIB):
        assert remote.read_at(start, 50 * KIB) == content[start : start + 50 * KIB]

    assert remote.held(0) == 0
    assert remote.held(len(content) - TAIL_BYTES) == TAIL_BYTES
    assert remote.read_at(0, 10) == content[:10]
