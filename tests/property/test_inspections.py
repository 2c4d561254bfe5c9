"""Whatever its members hold, a wheel's inspection ends in facts and problems, and can be kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archpip.binaries import Depth
from archpip.errors import WheelError
from archpip.wheels import (
    RemoteWheel,
    inspect_wheel,
    inspection_from_json,
    inspection_to_json,
)
from fake_index.binaries import native_binary, write_binary, write_wasm
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.unit.wheels.fakes import URL, FakeRanges, FakeWheelSource

NAME = "demo-1.0-cp311-cp311-macosx_11_0_universal2.whl"
PLATFORMS = ("linux-aarch64", "linux-armv7l", "windows-arm64", "macos-arm64", "macos-universal2")
BINARIES = (
    *(write_binary(native_binary(platform, init="native")) for platform in PLATFORMS),
    write_wasm(),
    b"!<arch>\n",
    b"",
)
# Names that take different ways: loadable, maybe a program, an extension module, objects, data.
PATHS = ("a/x.so", "a/bin/x", "a/x.cpython-311-darwin.so", "a/x.a", "a/x.dat", "x.pth")


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(BINARIES)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, min(len(content), 4096)))
        content[at : at + 1] = draw(st.binary(max_size=4))
    return bytes(content[: draw(st.integers(0, 20_000))])


contents = st.dictionaries(st.sampled_from(PATHS), mutated(), max_size=4)


@settings(max_examples=200, deadline=None)
@given(members=contents, depth=st.sampled_from(Depth))
def test_any_members_give_an_inspection_that_can_be_kept(
    members: dict[str, bytes], depth: Depth
) -> None:
    source = FakeWheelSource(contents=members, filename=NAME)

    inspection, _ = inspect_wheel(source, sha256=None, depth=depth)

    assert inspection_from_json(inspection_to_json(inspection)) == inspection
    troubled = {p.member for p in inspection.problems}
    assert all(b.path in troubled or b.binary.depth >= depth for b in inspection.binaries)


@settings(max_examples=100, deadline=None)
@given(members=contents)
def test_a_far_wheel_gives_the_facts_of_a_near_one(members: dict[str, bytes]) -> None:
    files = tuple(WheelFile(path=path, content=content) for path, content in members.items())
    content = write_wheel(Wheel(metadata=CoreMetadata(name="demo", version="1.0"), files=files))
    far = RemoteWheel(url=URL, filename=NAME, ranges=FakeRanges(content))
    near = FakeWheelSource(contents=members, filename=NAME)

    inspection, cost = inspect_wheel(far, sha256=None)
    expected, _ = inspect_wheel(near, sha256=None)

    assert inspection.binaries == expected.binaries
    assert cost.bytes_read <= len(content)


@pytest.mark.parametrize("text", ["{}", "[1]", '{"filename": 3}'])
def test_what_was_not_written_here_is_refused(text: str) -> None:
    with pytest.raises(WheelError):
        inspection_from_json(text)
