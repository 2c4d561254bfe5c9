"""Wheels opened by a second process: the same facts; or nothing, and then they are opened here."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archpip.app import parts, second_process
from archpip.app.configuration import Configuration
from archpip.app.parts import Parts
from archpip.app.second_process import SecondProcess
from archpip.app.wheel_service import Terms
from archpip.codec import decode, encode
from archpip.index import (
    Authenticate,
    IndexLocations,
    IndexPin,
    IndexTerms,
    Link,
    SessionOptions,
)
from archpip.index.client import IndexClient
from archpip.resolution import Opener, WheelFacts, ignore
from archpip.targets import detect_host
from fake_index.binaries import native_binary, write_binary
from fake_index.server import FakeIndex
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from fake_index.world import Behaviour, Fault, Index, IndexFile, Project, Ranges, World
from tests.conftest import FakeWorldFactory

MODULE = write_binary(native_binary("linux-x86_64", init="fast"))
Serve = Callable[..., FakeIndex]
Begin = Callable[..., SecondProcess]


IMPATIENT = """
from archpip.on_demand import load_msgspec
load_msgspec()
from archpip.app import wheel_service
wheel_service._IDLE_SECONDS = 0.5
wheel_service.serve()
"""


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def make_file(name: str, *, module: bytes = MODULE) -> IndexFile:
    wheel = Wheel(
        metadata=CoreMetadata(name=name, version="1"),
        tag="cp311-cp311-manylinux_2_17_x86_64",
        files=(WheelFile(path=f"{name}/fast.cpython-311-x86_64-linux-gnu.so", content=module),),
    )
    return IndexFile(filename=wheel.filename, content=write_wheel(wheel))


GOOD = make_file("good")
OTHER = make_file("other")
BROKEN = replace(make_file("broken"), content=b"no archive" * 1000)


def link_to(fake: FakeIndex, file: IndexFile) -> Link:
    return Link(
        url=fake.file_url(file.filename),
        filename=file.filename,
        hashes=(("sha256", file.sha256),),
    )


@pytest.fixture
def serve(fake_world: FakeWorldFactory) -> Serve:
    def make(**behaviour: object) -> FakeIndex:
        projects = tuple(
            Project(name=file.filename.partition("-")[0], files=(file,))
            for file in (GOOD, OTHER, BROKEN)
        )
        index = Index(name="main", projects=projects, behaviour=Behaviour(**behaviour))  # type: ignore[arg-type]  # any field
        return fake_world(World(indexes=(index,)))

    return make


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin a process, and wait until it is ready."""
    begun: list[SecondProcess] = []

    def make(*index_urls: str) -> SecondProcess:
        locations = IndexLocations(index_urls=index_urls)
        process = SecondProcess(locations, SessionOptions(retries=0), begin_at=1)
        begun.append(process)
        nowhere = Link(url="file:///nowhere.whl", filename="nowhere.whl")
        assert process.open(nowhere, ignore) is None
        wait_until(lambda: process.is_ready)
        return process

    yield make
    for process in begun:
        process.close()


def test_a_wheel_says_the_same_as_when_it_is_opened_here(serve: Serve, begin: Begin) -> None:
    fake = serve()
    link = link_to(fake, GOOD)
    heard: list[bytes] = []

    facts = begin(fake.index_url()).open(link, heard.append)

    with IndexClient(IndexLocations(index_urls=(fake.index_url(),))) as client:
        expected = Opener(client.ranges, client.download).open(
            link, inspect=True, on_metadata=ignore
        )
    assert facts == expected
    assert facts is not None
    assert facts.inspection is not None
    assert [binary.path for binary in facts.inspection.binaries] == [
        "good/fast.cpython-311-x86_64-linux-gnu.so"
    ]
    assert heard == [facts.metadata]


def test_few_wheels_are_opened_here(serve: Serve) -> None:
    fake = serve()
    process = SecondProcess(IndexLocations(), SessionOptions())

    opened = [process.open(link_to(fake, GOOD), ignore) for _ in range(3)]

    assert opened == [None, None, None]
    assert process.pid is None


def test_it_may_be_begun_before_a_wheel_is_asked_for(serve: Serve) -> None:
    process = SecondProcess(IndexLocations(), SessionOptions())
    process.begin()
    begun = process.pid

    for _ in range(5):  # the number of the wheel with which it is begun otherwise is among them
        process.open(link_to(serve(), GOOD), ignore)

    assert begun is not None
    assert process.pid == begun
    process.close()
    process.begin()
    assert process.pid is None


def test_it_ends_where_nothing_is_asked_and_is_begun_again(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_process, "_PROGRAM", IMPATIENT)
    fake = serve()
    process = SecondProcess(IndexLocations(index_urls=(fake.index_url(),)), SessionOptions())
    begun = []
    for _ in range(2):
        process.begin()
        begun.append(process.pid)
        wait_until(lambda: process.is_ready)
        assert process.open(link_to(fake, GOOD), ignore) is not None
        wait_until(lambda: process.pid is None)
    process.close()

    assert None not in begun
    assert begun[0] != begun[1]


def test_credentials_of_an_index_url_are_used(serve: Serve, begin: Begin) -> None:
    fake = serve(credentials=("user", "secret"))
    process = begin(fake.index_url(credentials=("user", "secret")))

    assert process.open(link_to(fake, GOOD), ignore) is not None


@pytest.mark.parametrize(
    "behaviour",
    [
        {"credentials": ("user", "secret")},
        {"ranges": Ranges.IGNORED},
        {"faults": (Fault(path="*.whl", status=500),)},
    ],
    ids=["credentials", "ranges", "error"],
)
def test_a_host_that_refuses_is_asked_no_more(
    serve: Serve, begin: Begin, behaviour: dict[str, object]
) -> None:
    fake = serve(**behaviour)
    process = begin(fake.index_url())

    assert process.open(link_to(fake, GOOD), ignore) is None
    fake.forget()
    assert process.open(link_to(fake, OTHER), ignore) is None
    assert fake.requests == ()


def test_a_wheel_that_cannot_be_read_says_nothing_of_others(serve: Serve, begin: Begin) -> None:
    fake = serve()
    process = begin(fake.index_url())

    assert process.open(link_to(fake, BROKEN), ignore) is None
    assert process.open(link_to(fake, OTHER), ignore) is not None


def test_a_process_that_is_killed_at_work_leaves_the_wheel_to_who_asked(
    serve: Serve, begin: Begin
) -> None:
    fake = serve(faults=(Fault(path="*.whl", delay_seconds=3),))
    process = begin(fake.index_url())
    found: list[WheelFacts | None] = []
    asking = threading.Thread(
        target=lambda: found.append(process.open(link_to(fake, GOOD), ignore))
    )
    asking.start()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGTERM)
    asking.join(2)

    assert found == [None]
    assert process.open(link_to(fake, OTHER), ignore) is None


def test_who_does_not_want_to_hear_is_not_waited_for(serve: Serve, begin: Begin) -> None:
    def refuse(_metadata: bytes) -> None:
        raise LookupError("nobody waits")

    fake = serve()
    process = begin(fake.index_url())

    with pytest.raises(LookupError, match="nobody waits"):
        process.open(link_to(fake, GOOD), refuse)
    assert process.open(link_to(fake, OTHER), ignore) is not None


def test_it_is_told_all_that_this_process_knows_of_indexes() -> None:
    terms = IndexTerms(
        authenticate=Authenticate.NEVER,
        ignored_statuses=frozenset({403}),
        uploaded_before=datetime(2026, 1, 1, tzinfo=UTC),
        exempt=frozenset({"a"}),
    )
    told = Terms(
        locations=IndexLocations(
            index_urls=("https://user:secret@index.example/simple",),
            find_links=("wheels",),
            pins=(IndexPin(url="https://pinned.example", projects=("acme-*",)),),
            terms=(("https://index.example/simple", terms),),
        ),
        session=SessionOptions(
            trusted_hosts=("index.example",),
            certificates=Path("ca.pem"),
            client_certificate=Path("client.pem"),
            proxy="http://proxy.example",
            has_netrc=False,
        ),
    )

    assert decode(encode(told), Terms) == told


def test_who_asks_for_more_than_it_opens_at_once_opens_the_rest(
    serve: Serve, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_process, "_MOST_AT_ONCE", 1)
    fake = serve()
    process = begin(fake.index_url())
    meanwhile: list[WheelFacts | None] = []

    with ThreadPoolExecutor() as threads:

        def ask_for_another(_metadata: bytes) -> None:
            another = threads.submit(process.open, link_to(fake, OTHER), ignore)
            meanwhile.append(another.result(timeout=20))

        assert process.open(link_to(fake, GOOD), ask_for_another) is not None
    assert meanwhile == [None]
    assert process.open(link_to(fake, OTHER), ignore) is not None


@pytest.mark.parametrize("program", ["print('what?')", "raise SystemExit", "import nowhere"])
def test_a_program_that_does_not_answer_is_done_without(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(second_process, "_PROGRAM", program)
    fake = serve()
    process = SecondProcess(IndexLocations(), SessionOptions(), begin_at=1)

    for _ in range(10):
        assert process.open(link_to(fake, GOOD), ignore) is None
        time.sleep(0.02)
    process.close()


@pytest.mark.parametrize("executable", ["", "/nowhere/python"])
def test_without_an_interpreter_nothing_is_begun(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    process = SecondProcess(IndexLocations(), SessionOptions(), begin_at=1)

    assert process.open(link_to(serve(), GOOD), ignore) is None
    assert process.pid is None
    process.close()


@pytest.mark.parametrize(("cores", "asked"), [(1, 0), (2, 1)])
def test_one_core_has_no_room_for_it(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cores: int, asked: int
) -> None:
    calls: list[Link] = []

    def open_nothing(_self: SecondProcess, link: Link, _told: Callable[[bytes], None]) -> None:
        calls.append(link)

    monkeypatch.setattr(parts, "count_cores", lambda: cores)
    monkeypatch.setattr(SecondProcess, "open", open_nothing)
    fake = serve()
    with Parts(
        Configuration(
            host=detect_host(),
            python=Path(sys.executable),
            environ={},
            data_folder=tmp_path / "data",
            locations=IndexLocations(index_urls=(fake.index_url(),)),
            cache_folder=tmp_path,
        ),
        warn=pytest.fail,
    ) as made:
        assert made.world.wheel(link_to(fake, GOOD), inspect=True).inspection is not None

    assert len(calls) == asked
