"""Whatever the bytes: archives are read, refused with our own errors, or read as zipfile does."""

import io
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from archpip.errors import WheelError
from archpip.wheels import RemoteWheel, open_wheel, read_metadata
from archpip.wheels.archive import ArchiveWheel
from fake_index.hostile import hostile_names, hostile_wheel
from tests.unit.wheels.fakes import URL, FakeRanges

NAME = "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
# Larger ones would only be slow: what is bent in them is bent in small ones too. Many members take
# seconds to write, in every process that collects tests.
SEEDS = {
    name: wheel.content
    for name in hostile_names()
    if name != "many-members" and len((wheel := hostile_wheel(name)).content) < 8192
}
HONEST = ("zip64", "data-descriptors", "stored", "comment")
MANY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def mutated(draw: st.DrawFn, names: tuple[str, ...]) -> bytes:
    """Return an archive with some bytes replaced, and perhaps cut short or shifted."""
    content = bytearray(SEEDS[draw(st.sampled_from(names))])
    if not content:
        return b""
    for _ in range(draw(st.integers(1, 4))):
        # Records that matter stand at the end: half of the edits go there.
        low = draw(st.sampled_from([0, max(0, len(content) - 500)]))
        at = draw(st.integers(low, len(content) - 1))
        content[at : at + 1] = draw(st.binary(min_size=0, max_size=3))
        if not content:
            return b""
    return bytes(content)


def read_all(wheel: ArchiveWheel) -> dict[str, bytes]:
    """Return every member's bytes; members that claim much are read at their head only."""
    contents = {}
    for member in wheel.members():
        with closing(wheel.open(member.path)) as content:
            contents[member.path] = content.read_at(0, min(member.size_bytes, 1 << 20))
    return contents


@MANY
@given(content=mutated(tuple(SEEDS)))
@example(content=b"")
@example(content=b"PK\x05\x06" + b"\0" * 18)
@example(content=b"PK\x05\x06" + b"\xff" * 18)
def test_reading_any_bytes_raises_our_errors_only(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)

    with closing(open_wheel(path)) as wheel, suppress(WheelError):
        wheel.problems()
        with suppress(WheelError):
            read_metadata(wheel)
        for member in wheel.members():
            with suppress(WheelError), closing(wheel.open(member.path)) as inflated:
                inflated.read_at(0, 4096)
                inflated.read_at(member.size_bytes - 1, 10)


@MANY
@given(content=mutated(HONEST))
def test_what_is_accepted_is_what_zipfile_reads(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)
    try:
        with closing(open_wheel(path)) as wheel:
            if wheel.problems():
                return
            contents = read_all(wheel)
    except WheelError:
        return

    with zipfile.ZipFile(io.BytesIO(content)) as expected:
        assert list(contents) == [n for n in expected.namelist() if not n.endswith("/")]
        assert contents == {name: expected.read(name) for name in contents}


@MANY
@given(content=mutated(tuple(SEEDS)))
def test_far_and_near_give_the_same_bytes_or_refuse(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)
    far = RemoteWheel(url=URL, filename=NAME, ranges=FakeRanges(content), download=lambda _: path)

    with closing(open_wheel(path)) as near, closing(far):
        assert outcome(far) == outcome(near)


def outcome(wheel: ArchiveWheel) -> dict[str, bytes] | str:
    try:
        return read_all(wheel)
    except WheelError as error:
        return str(error)


@pytest.mark.parametrize("name", HONEST)
def test_the_seeds_are_accepted(tmp_path: Path, name: str) -> None:
    path = tmp_path / NAME
    path.write_bytes(SEEDS[name])

    with closing(open_wheel(path)) as wheel:
        assert wheel.problems() == ()
        assert len(read_all(wheel)) == 5
