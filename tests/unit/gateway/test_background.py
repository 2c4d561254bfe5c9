from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import ParamSpec, TypeVar

import pytest
from packaging.utils import NormalizedName

from archpip.gateway import BackgroundJudge, FileSettings, Gateway, View, WheelJudge, file_key
from archpip.gateway.errors import WheelRefusedError
from archpip.gateway.rendering import JSON_TYPE
from tests.unit.gateway.fake_upstream import METADATA, FakeUpstream, make_link

A = NormalizedName("a")
FAT = "a-{}-cp312-cp312-macosx_10_13_universal2.whl"

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Later(Executor):
    """Runs what was submitted when it is told to."""

    def __init__(self) -> None:
        self.tasks: list[Callable[[], object]] = []

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        self.tasks.append(lambda: fn(*args, **kwargs))
        return Future()

    def run(self) -> None:
        while self.tasks:
            self.tasks.pop(0)()


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
def gateway(upstream: FakeUpstream, later: Later, tmp_path: Path) -> Gateway:
    judge = WheelJudge(opener=upstream, inspections=upstream)
    return Gateway(
        upstream=upstream,
        opener=upstream,
        judge=judge,
        files=FileSettings(folder=tmp_path),
        background=BackgroundJudge(judge, executor=later, quiet_seconds=0),
    )


def ask(gateway: Gateway, view: View) -> str:
    page = gateway.render(view, A, JSON_TYPE, compressed=False)
    return (page.plain or b"").decode()


def test_rest_is_judged_after_the_page_newest_first(
    gateway: Gateway, upstream: FakeUpstream, later: Later, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 6)))

    ask(gateway, view)
    ahead = set(upstream.opened)
    later.run()

    assert ahead == {FAT.format(5)}
    assert upstream.opened[1:] == [FAT.format(number) for number in (4, 3, 2, 1)]
    gateway.close()


def test_approval_in_the_background_leaves_the_page_as_it_is(
    gateway: Gateway, upstream: FakeUpstream, later: Later, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 6)))
    before = ask(gateway, view)

    later.run()

    assert ask(gateway, view) == before
    gateway.close()


def test_refusal_in_the_background_takes_the_wheel_away_and_stops_who_has_an_older_page(
    gateway: Gateway, upstream: FakeUpstream, later: Later, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 6)))
    upstream.wrong = {FAT.format(1)}
    assert FAT.format(1) in ask(gateway, view)

    later.run()

    assert FAT.format(1) not in ask(gateway, view)
    with pytest.raises(WheelRefusedError, match="AP101"):
        gateway.find_file(view, A, file_key(make_link(FAT.format(1)).url), FAT.format(1))
    gateway.close()


def test_only_the_newest_of_very_many_are_judged(
    gateway: Gateway, upstream: FakeUpstream, later: Later, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 131)))

    ask(gateway, view)
    later.run()

    assert len(upstream.opened) == 100
    assert FAT.format(31) in upstream.opened
    gateway.close()


def test_projects_that_wait_are_bounded_by_their_files(
    upstream: FakeUpstream, later: Later, view: View
) -> None:
    judge = WheelJudge(opener=upstream, inspections=upstream)
    background = BackgroundJudge(judge, executor=later, quiet_seconds=0)
    for name in ("a", "b", "c"):
        upstream.offer(name, *(f"{name}-{number}.tar.gz" for number in range(12_000)))

    for name in ("a", "b", "c"):
        background.add(view, upstream.project(NormalizedName(name)))
    waiting = len(later.tasks)
    later.run()
    background.add(view, upstream.project(NormalizedName("c")))

    assert waiting == 2
    assert len(later.tasks) == 1
    judge.close()


def test_project_waits_once_and_comes_back_after_its_turn(
    gateway: Gateway, upstream: FakeUpstream, later: Later, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 6)))
    upstream.down = {FAT.format(3): 503}
    for media_type in (JSON_TYPE, "text/html"):
        gateway.render(view, A, media_type, compressed=False)
    assert len(later.tasks) == 1
    later.run()
    assert FAT.format(2) not in upstream.opened

    upstream.down = {}
    gateway.render(view, A, "application/vnd.pypi.simple.v1+html", compressed=False)
    later.run()

    assert FAT.format(1) in upstream.opened
    gateway.close()


def test_nothing_is_begun_once_it_is_closed(
    gateway: Gateway, upstream: FakeUpstream, later: Later, view: View
) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 6)))
    ask(gateway, view)

    gateway.close()
    later.run()

    assert len(upstream.opened) == 1


def test_page_with_nothing_undecided_asks_for_nothing(
    gateway: Gateway, later: Later, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1), "a-1.tar.gz")

    ask(gateway, view)

    assert not later.tasks
    gateway.close()


def test_no_wheel_is_begun_while_a_client_waits(upstream: FakeUpstream, view: View) -> None:
    upstream.offer("a", *(FAT.format(number) for number in range(1, 4)))
    judge = WheelJudge(opener=upstream, inspections=upstream)
    background = BackgroundJudge(judge, quiet_seconds=0.05)

    with background.held():
        background.add(view, upstream.project(A))
        background.close()

    assert upstream.opened == []
    judge.close()


def test_metadata_of_a_wheel_that_was_opened_is_at_hand(
    gateway: Gateway, upstream: FakeUpstream, view: View
) -> None:
    upstream.offer("a", FAT.format(1))
    ask(gateway, view)

    assert gateway.metadata(make_link(FAT.format(1))) == METADATA
    assert upstream.opened == [FAT.format(1)]
    gateway.close()
