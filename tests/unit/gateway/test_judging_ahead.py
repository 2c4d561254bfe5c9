"""What is judged or fetched before it is asked for, and how long an answer waits."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.utils import NormalizedName
from starlette.testclient import TestClient

from archpip.gateway import (
    FileSettings,
    Gateway,
    View,
    WheelJudge,
    WheelRefusedError,
    file_key,
    make_asgi,
)
from archpip.gateway.rendering import JSON_TYPE
from archpip.index import Link
from archpip.resolution import WheelFacts, ignore
from tests.unit.gateway.fake_upstream import FakeUpstream, make_link

A = NormalizedName("a")
FAT = "a-{}-cp312-cp312-macosx_10_13_universal2.whl"
LINUX = "a-{}-cp312-cp312-manylinux_2_17_x86_64.whl"


def names(gateway: Gateway, view: View) -> list[str]:
    return [file.filename for file in gateway.page(view, A).files]


def test_newest_version_with_wheels_is_judged_ahead(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 7)), LINUX.format(8))

    page = gateway.page(view, A)

    assert upstream.opened == [FAT.format(6)]
    assert page.undecided == 5


def test_judging_ahead_goes_down_to_a_version_with_nothing_wrong(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 8)))
    upstream.wrong = {FAT.format(7), FAT.format(6), FAT.format(4)}

    page = gateway.page(view, A)

    assert upstream.opened == [FAT.format(7), FAT.format(6), FAT.format(5)]
    assert page.undecided == 4


def test_every_python_is_judged_ahead_where_a_lock_is_for_all(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    wheels = [f"a-1-cp{python}-cp{python}-macosx_11_0_arm64.whl" for python in (310, 311, 312)]
    upstream.offer("a", *wheels)

    gateway.page(View(name="all", target=view.target, every_python=True), A)

    assert sorted(upstream.opened) == wheels


def test_version_of_a_universal_lock_is_judged_whole_when_any_of_its_files_is_asked_for(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    # uv locks every wheel of a version, and may read the metadata of another system's.
    view = View(name="all", target=view.target, every_python=True)
    upstream.offer("a", LINUX.format(1), *(FAT.format(number) for number in (1, 2, 3)))
    upstream.wrong = {FAT.format(1)}
    keys = {file.filename: file.key for file in gateway.page(view, A).files}
    key = file_key(make_link(LINUX.format(1)).url)

    with pytest.raises(WheelRefusedError, match="universal2"):
        gateway.find_file(view, A, key, LINUX.format(1))

    assert keys[LINUX.format(1)] == key
    assert FAT.format(1) not in names(gateway, view)
    # What is left of the version is settled: the index itself serves it.
    keys = {file.filename: file.key for file in gateway.page(view, A).files}
    assert keys[LINUX.format(1)] is None


def test_answer_that_takes_too_long_is_given_up_and_judging_goes_on(
    upstream: FakeUpstream, view: View, tmp_path: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        def wheel(
            self, link: Link, *, inspect: bool, on_metadata: Callable[[bytes], None] = ignore
        ) -> WheelFacts:
            begun.set()
            go_on.wait()
            return upstream.wheel(link, inspect=inspect, on_metadata=on_metadata)

        compare = upstream.compare

    gateway = Gateway(
        upstream=upstream,
        opener=Slow(),
        judge=WheelJudge(opener=Slow(), inspections=upstream),
        files=FileSettings(folder=tmp_path),
        answer_seconds=0,
    )
    upstream.offer("a", FAT.format(1))
    client = TestClient(make_asgi(gateway, lambda _: view), raise_server_exceptions=False)

    late = client.get("/macos-arm64/simple/a/")
    assert begun.wait(timeout=30)
    go_on.set()
    gateway.close()

    assert late.status_code == 504
    assert late.headers["content-type"] == "application/problem+json"
    assert "Ask again" in late.json()["detail"]
    assert upstream.opened == [FAT.format(1)]
    assert names(gateway, view) == [FAT.format(1)]


def test_pages_of_what_the_newest_wheel_requires_are_made_before_they_are_asked_for(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    for name in ("a", "b", "c"):
        upstream.offer(name, f"{name}-1-py3-none-any.whl")
    upstream.requires = {"a-1-py3-none-any.whl": ("b",), "b-1-py3-none-any.whl": ("c",)}

    gateway.render(view, A, JSON_TYPE, compressed=False)
    gateway.close()

    # And no more of what nobody asked for.
    assert [name for name in upstream.asked if name in {"a", "b", "c"}] == ["a", "b"]
    assert gateway.peek(view, NormalizedName("b"), JSON_TYPE) is not None
