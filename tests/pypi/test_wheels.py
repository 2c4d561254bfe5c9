"""Real wheels read by ranges: what they hold, and how little of them is read."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from packaging.utils import canonicalize_name

from archpip.architecture import Architecture
from archpip.binaries import Depth
from archpip.index import IndexLocations, Link
from archpip.index.client import IndexClient
from archpip.wheels import (
    Inspection,
    ReadingCost,
    RemoteWheel,
    inspect_wheel,
    open_wheel,
    read_metadata,
)

pytestmark = pytest.mark.pypi

# Labelled wheels whose question needs no symbol table.
WITHOUT_SYMBOLS = (
    "uamqp-1.4.3-cp310-cp310-macosx_10_9_universal2.whl",
    "ruamel.yaml.clib-0.2.7-cp311-cp311-macosx_10_9_universal2.whl",
    "lameenc-1.9.0-cp311-cp311-macosx_10_9_universal2.whl",
    "grpcio-1.42.0-cp310-cp310-macosx_10_10_universal2.whl",
    "playwright-1.65.2-py3-none-macosx_11_0_universal2.whl",
    "coincurve-21.0.0-cp311-cp311-win_arm64.whl",
    "blingfire-0.1.8-py3-none-any.whl",
    "setuptools-84.2.1-py3-none-any.whl",
    "pydivsufsort-0.0.12-cp312-cp312-macosx_11_0_arm64.whl",
    "pythonnet-3.2.1-cp311.cp312.cp313.cp314.cp315-none-any.whl",
    "sdbus-0.14.1-cp39-abi3-manylinux_2_28_aarch64.whl",
    "swig-3.0.8-py2.py3-none-macosx_10_9_universal2.whl",
    "clang_format-13.0.1-py2.py3-none-macosx_10_9_universal2.whl",
    "pymongo-3.12.3-cp310-cp310-macosx_10_9_universal2.whl",
    "tokenizers-0.13.3-cp311-cp311-macosx_10_11_universal2.whl",
    "grpcio_tools-1.41.0-cp310-cp310-macosx_10_10_universal2.whl",
    "protobuf-3.19.0-cp310-cp310-macosx_10_9_universal2.whl",
)

UAMQP = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"


@pytest.fixture(scope="module")
def client() -> Iterator[IndexClient]:
    with IndexClient(IndexLocations()) as client:
        yield client


def find_link(client: IndexClient, filename: str) -> Link:
    links = client.project(canonicalize_name(filename.partition("-")[0])).links()
    return next(link for link in links if link.filename == filename)


def inspect(client: IndexClient, filename: str) -> tuple[Inspection, ReadingCost]:
    link = find_link(client, filename)
    wheel = RemoteWheel(url=link.url, filename=filename, ranges=client.ranges)
    with closing(wheel):
        inspection, _ = inspect_wheel(wheel, sha256=link.sha256)
        assert read_metadata(wheel).startswith(b"Metadata-Version: ")
        return inspection, wheel.cost()


def test_where_no_symbols_are_needed_a_hundredth_of_the_bytes_is_read(client: IndexClient) -> None:
    found = [inspect(client, filename) for filename in WITHOUT_SYMBOLS]

    assert [i.filename for i, _ in found if i.problems or not i.binaries] == []
    costs = [cost for _, cost in found]
    assert sum(c.bytes_read for c in costs) <= 0.01 * sum(c.bytes_total for c in costs)
    assert sum(c.requests for c in costs) <= 5 * len(found)


def test_the_hollow_slice_of_uamqp_is_found_by_ranges(client: IndexClient) -> None:
    inspection, _ = inspect(client, UAMQP)

    (member,) = inspection.binaries
    unbound = {s.architecture: s.unbound.count if s.unbound else 0 for s in member.binary.slices}
    assert unbound == {Architecture.X86_64: 0, Architecture.ARM64: 315}


@pytest.mark.parametrize("filename", [UAMQP, WITHOUT_SYMBOLS[8], WITHOUT_SYMBOLS[9]])
def test_the_downloaded_wheel_gives_the_same_inspection(
    client: IndexClient, filename: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = find_link(client, filename)
    path = client.download(link, tmp_path_factory.mktemp("wheel"))

    with closing(open_wheel(path)) as wheel:
        near, cost = inspect_wheel(wheel, sha256=link.sha256, depth=Depth.HEADERS)

    far, _ = inspect(client, filename)
    assert near == far
    assert cost.requests == 0
