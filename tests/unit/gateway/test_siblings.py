"""A hollow module of a thin wheel is found by the wheel for the other architecture."""

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from packaging.utils import NormalizedName

from archpip.binaries import UnboundSymbols
from archpip.gateway import FileSettings, Gateway, View, WheelJudge, WheelRefusedError, file_key
from archpip.index import IndexUnavailableError, Link
from archpip.resolution import WheelFacts, ignore
from archpip.wheels import Inspection, WheelSource, compare_siblings, inspect_wheel
from fake_index.binaries import write_binary
from fake_index.macho import MachO, defined, flat
from tests.unit.gateway.fake_upstream import METADATA, FakeUpstream, make_link
from tests.unit.wheels.fakes import FakeWheelSource

A = NormalizedName("a")
ARM = "a-1-cp312-cp312-macosx_11_0_arm64.whl"
INTEL = "a-1-cp312-cp312-macosx_10_13_x86_64.whl"
SDIST = "a-1.tar.gz"
MODULES = {
    ARM: MachO(architecture="arm64", symbols=(flat("_sum"),), code_bytes=50_000),
    INTEL: MachO(architecture="x86_64", symbols=(defined("_sum"),), code_bytes=900_000),
}


class RealWheels:
    """Implements `WheelOpener` and `Inspections`."""

    def __init__(self) -> None:
        self.down: dict[str, int | None] = {}
        self.opened: list[str] = []
        self.kept: set[str] = set()
        """File names whose inspections the store has."""
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()

    def wheel(
        self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
    ) -> WheelFacts:
        self.opened.append(link.filename)
        self.begun.set()
        assert self.may_end.wait(10)
        if link.filename in self.down:
            status = self.down[link.filename]
            raise IndexUnavailableError(url=link.url, reason="it is silent", status=status)
        on_metadata(METADATA)
        inspection = self._inspect(link.filename) if inspect else None
        return WheelFacts(metadata=METADATA, inspection=inspection, sha256=link.sha256)

    def compare(
        self, link: Link, sibling: Link, paths: Collection[str]
    ) -> Mapping[str, UnboundSymbols]:
        return compare_siblings(self._open(link.filename), self._open(sibling.filename), paths)

    def get_inspections(self, sha256s: Iterable[str]) -> Mapping[str, Inspection]:
        asked = set(sha256s)
        links = map(make_link, self.kept)
        return {link.sha256: self._inspect(link.filename) for link in links if link.sha256 in asked}

    def _inspect(self, filename: str) -> Inspection:
        return inspect_wheel(self._open(filename), sha256=None)[0]

    @staticmethod
    def _open(filename: str) -> WheelSource:
        tag = filename.removesuffix(".whl").split("-", 2)[2]
        contents = {
            "a/_sum.cpython-312-darwin.so": write_binary(MODULES[filename]),
            "a-1.dist-info/METADATA": METADATA,
            "a-1.dist-info/WHEEL": f"Tag: {tag}\n".encode(),
        }
        return FakeWheelSource(contents=contents, filename=filename)


@pytest.fixture
def wheels() -> RealWheels:
    return RealWheels()


@pytest.fixture
def upstream() -> FakeUpstream:
    upstream = FakeUpstream()
    upstream.offer("a", ARM, INTEL, SDIST)
    return upstream


@pytest.fixture
def gateway(upstream: FakeUpstream, wheels: RealWheels, tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(
        upstream=upstream,
        opener=wheels,
        judge=WheelJudge(opener=wheels, inspections=wheels),
        files=FileSettings(folder=tmp_path),
    )
    yield gateway
    gateway.close()


def names(gateway: Gateway, view: View) -> list[str]:
    return [file.filename for file in gateway.page(view, A).files]


def test_hollow_thin_wheel_is_kept_out(gateway: Gateway, view: View) -> None:
    assert names(gateway, view) == [INTEL, SDIST]
    [refusal] = gateway.refusals
    assert (refusal.filename, refusal.message[:5]) == (ARM, "AP202")


def test_what_the_store_knows_of_it_is_not_enough(
    gateway: Gateway, view: View, wheels: RealWheels
) -> None:
    wheels.kept = {ARM, INTEL}
    assert names(gateway, view) == [INTEL, SDIST]


def test_sibling_about_as_large_is_not_opened(
    gateway: Gateway, view: View, upstream: FakeUpstream, wheels: RealWheels
) -> None:
    upstream.offer("a", *(make_link(name, size_bytes=1000) for name in (ARM, INTEL)))
    wheels.kept = {ARM}

    assert names(gateway, view) == [ARM, INTEL]
    assert INTEL not in wheels.opened


def test_it_is_refused_to_who_asks_for_it(
    gateway: Gateway, view: View, upstream: FakeUpstream
) -> None:
    newer = "a-2-py3-none-any.whl"
    upstream.offer("a", make_link(ARM, yanked=""), INTEL, newer)

    with pytest.raises(WheelRefusedError, match="AP202"):
        gateway.find_file(view, A, file_key(make_link(ARM).url), ARM)


def test_sibling_that_cannot_be_had_now_makes_no_page(
    gateway: Gateway, view: View, wheels: RealWheels
) -> None:
    wheels.down = {INTEL: 500}
    with pytest.raises(IndexUnavailableError, match="silent"):
        gateway.page(view, A)

    wheels.down = {}
    assert names(gateway, view) == [INTEL, SDIST]


def test_sibling_that_is_gone_says_nothing(
    gateway: Gateway, view: View, wheels: RealWheels
) -> None:
    wheels.down = {INTEL: 404}
    assert names(gateway, view) == [ARM, INTEL, SDIST]


class TestLaterSibling:
    """Pages are read again each time that somebody asks."""

    @pytest.fixture
    def gateway(
        self, upstream: FakeUpstream, wheels: RealWheels, tmp_path: Path
    ) -> Iterator[Gateway]:
        gateway = Gateway(
            upstream=upstream,
            opener=wheels,
            judge=WheelJudge(opener=wheels, inspections=wheels),
            files=FileSettings(folder=tmp_path),
            fresh_seconds=0,
        )
        upstream.offer("a", ARM, SDIST)
        with closing(gateway):
            yield gateway

    def test_it_is_seen_when_the_page_is_read_again(
        self, gateway: Gateway, view: View, upstream: FakeUpstream
    ) -> None:
        assert names(gateway, view) == [ARM, SDIST]
        upstream.offer("a", ARM, INTEL, SDIST)
        assert names(gateway, view) == [INTEL, SDIST]
        upstream.offer("a", ARM, SDIST)
        assert names(gateway, view) == [ARM, SDIST]

    def test_it_is_seen_beside_what_the_store_knew(
        self, gateway: Gateway, view: View, upstream: FakeUpstream, wheels: RealWheels
    ) -> None:
        wheels.kept = {ARM}
        assert names(gateway, view) == [ARM, SDIST]
        upstream.offer("a", ARM, INTEL, SDIST)
        assert names(gateway, view) == [INTEL, SDIST]

    def test_it_is_seen_although_the_wheel_is_still_being_opened(
        self, gateway: Gateway, view: View, upstream: FakeUpstream, wheels: RealWheels
    ) -> None:
        wheels.may_end.clear()
        with ThreadPoolExecutor() as threads:
            before = threads.submit(names, gateway, view)
            assert wheels.begun.wait(10)
            upstream.offer("a", ARM, INTEL, SDIST)
            after = threads.submit(names, gateway, view)
            wheels.may_end.set()
            before.result(10)
            assert after.result(10) == [INTEL, SDIST]
        assert names(gateway, view) == [INTEL, SDIST]

    def test_who_comes_with_the_page_from_before_is_told(
        self, gateway: Gateway, view: View, upstream: FakeUpstream
    ) -> None:
        key = file_key(make_link(ARM).url)
        names(gateway, view)
        assert gateway.find_file(view, A, key, ARM).filename == ARM
        assert gateway.peek_metadata(view, A, key, ARM) == METADATA

        upstream.offer("a", ARM, INTEL, SDIST)

        with pytest.raises(WheelRefusedError, match="AP202"):
            gateway.find_file(view, A, key, ARM)
        assert gateway.peek_metadata(view, A, key, ARM) is None

    def test_page_that_did_not_change_opens_nothing_again(
        self, gateway: Gateway, view: View, upstream: FakeUpstream, wheels: RealWheels
    ) -> None:
        upstream.offer("a", ARM, INTEL, SDIST)
        assert names(gateway, view) == names(gateway, view)
        assert sorted(wheels.opened) == [ARM, INTEL][::-1]
