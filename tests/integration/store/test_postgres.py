"""The store in a real PostgreSQL: it keeps what it was given, for several machines at once."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from msgspec.structs import replace

from archpip.binaries import Depth
from archpip.errors import StoreError
from archpip.store import StoreServerError, StoreVersionError
from archpip.store.postgres import PostgresStore, locate
from archpip.wheels import Inspection
from fake_index.world import Behaviour, Fault
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.serving import get, serving
from tests.integration.store.server import PASSWORD, Relay, find_programs, running_server

pytestmark = pytest.mark.postgres

SHA = "ab" * 32
PAGE = "https://user:secret@index.example/simple/a/"
DAY = 86_400.0


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed")
    with running_server(programs) as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """An empty database."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    with PostgresStore(url) as store:
        yield store


@pytest.fixture
def inspection() -> Inspection:
    return Inspection(
        filename="a-1-py3-none-any.whl",
        sha256=SHA,
        size_bytes=1,
        tags=("py3-none-any",),
        declared_tags=(),
        root_is_purelib=True,
        binaries=(),
    )


def test_what_is_written_to_one_row_is_written_in_its_order(url: str, store: PostgresStore) -> None:
    for number in range(20):
        store.put_page_state(PAGE, f"state-{number}")
        store.put_page(PAGE, f"page-{number}", b"%d" % number)
    store.flush()

    with PostgresStore(url) as other:
        assert other.get_page(PAGE) == ("page-19", b"19")


def test_many_wheels_opened_at_once_leave_connections_to_write_with(
    url: str, inspection: Inspection
) -> None:
    told: list[StoreError] = []
    with PostgresStore(url, warn=told.append) as store, ThreadPoolExecutor(48) as threads:

        def open_wheel(number: int) -> None:
            sha256 = f"{number:064x}"
            with store.claim(sha256):
                store.put_inspection(sha256, replace(inspection, sha256=sha256))

        list(threads.map(open_wheel, range(200)))
        assert store.info().inspections == 200
    assert told == []


def test_what_one_replica_puts_another_finds(
    url: str, store: PostgresStore, inspection: Inspection
) -> None:
    store.put_inspection(SHA, inspection)
    store.put_metadata(SHA, b"Name: a\n")
    store.put_page(PAGE, "etag", b"<html>")
    store.put_page(PAGE, "etag-2", b"<html>2")
    store.put_page_state(PAGE, "etag-3")
    store.put_answer("question", b"{}")
    store.flush()

    with PostgresStore(url) as other:
        assert other.get_answer("question") == b"{}"
        assert other.get_page_state(PAGE) == "etag-3"
        assert other.get_inspection(SHA) == inspection
        assert other.get_inspections([SHA, "absent"]) == {SHA: inspection}
        assert other.get_inspections([]) == {}
        assert other.get_metadata(SHA) == b"Name: a\n"
        assert other.get_page(PAGE.replace("user:secret@", "")) == ("etag-3", b"<html>2")
        assert other.get_page("https://index.example/simple/b/") is None
        assert other.get_metadata("absent") is None


def test_only_a_deeper_inspection_replaces_one(
    store: PostgresStore, inspection: Inspection
) -> None:
    deep = replace(inspection, depth=Depth.SYMBOLS, size_bytes=2)
    for each in (deep, inspection):
        store.put_inspection(SHA, each)
        store.flush()

    assert store.get_inspection(SHA, depth=Depth.SYMBOLS) == deep


def test_two_replicas_open_a_wheel_once(url: str, inspection: Inspection) -> None:
    opened: list[str] = []
    start = threading.Barrier(4)

    def replica(name: str) -> Inspection | None:
        with PostgresStore(url) as store:
            start.wait()
            with store.claim(SHA):
                if store.get_inspection(SHA) is None:
                    opened.append(name)
                    time.sleep(0.2)
                    store.put_inspection(SHA, inspection)
            return store.get_inspection(SHA)

    with ThreadPoolExecutor(4) as replicas:
        found = list(replicas.map(replica, "abcd"))

    assert len(opened) == 1
    assert found == [inspection] * 4


def test_claim_of_a_replica_that_dies_is_free_again(url: str, server: str) -> None:
    with PostgresStore(url) as one, PostgresStore(url) as two:
        claim = one.claim(SHA)
        claim.__enter__()
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND granted"
            )
        with two.claim(SHA):
            pass
        claim.__exit__(None, None, None)


def test_rows_that_nobody_used_for_long_go(url: str) -> None:
    with PostgresStore(url, now=lambda: 1_000 * DAY) as old:
        old.put_metadata("unused", b"1")
        old.put_metadata("used", b"2")
    with PostgresStore(url, now=lambda: 1_080 * DAY) as later:
        later.get_metadata("used")
    with PostgresStore(url, now=lambda: 1_100 * DAY) as latest:
        assert latest.get_metadata("used") == b"2"
        assert latest.get_metadata("unused") is None


def test_it_says_what_it_holds_and_forgets(store: PostgresStore) -> None:
    store.put_metadata(SHA, b"Name: a\n")

    assert store.info().metadata == 1
    assert store.clear() > 0
    assert store.get_metadata(SHA) is None
    assert store.info().metadata == 0


def test_tables_of_a_newer_archpip_are_left_alone(url: str, store: PostgresStore) -> None:
    store.info()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE archpip_schema SET version = 99")

    told: list[StoreError] = []
    with PostgresStore(url, warn=told.append) as other:
        with pytest.raises(StoreVersionError, match="version 99"):
            other.info()
        assert other.get_metadata(SHA) is None
        # What is not tried again for a while is why it cannot be used all the same.
        with pytest.raises(StoreServerError, match="version 99"):
            other.check()
    assert [error.hint for error in told] == [
        "Upgrade archpip, or give another database as the store."
    ]


def test_server_that_is_away_is_told_once_and_found_again(url: str) -> None:
    told: list[StoreError] = []
    seconds = [0.0]
    away = url.rpartition(":")[0] + ":1/postgres"
    with PostgresStore(away, warn=told.append, clock=lambda: seconds[0]) as store:
        assert store.get_metadata(SHA) is None
        with store.claim(SHA):
            store.put_metadata(SHA, b"Name: a\n")
        seconds[0] = 60
        assert store.get_page(PAGE) is None
        store._url = url
        seconds[0] = 120
        assert store.get_metadata(SHA) is None
        store.put_metadata(SHA, b"Name: a\n")
        store.flush()
        assert store.get_metadata(SHA) == b"Name: a\n"
        store.check()

    assert len(told) == 1
    assert isinstance(told[0], StoreServerError)
    assert PASSWORD not in str(told[0])


def test_server_that_was_away_for_long_is_found_again_at_once(url: str) -> None:
    before, _, rest = url.rpartition(":")
    port, _, database = rest.partition("/")
    relay = Relay(int(port))
    relay.join()
    seconds = [0.0]
    by_relay = f"{before}:{relay.port}/{database}"
    with PostgresStore(by_relay, warn=lambda _: None, clock=lambda: seconds[0]) as store:
        store.put_metadata(SHA, b"Name: a\n")
        store.flush()
        relay.cut()
        assert store.get_metadata(SHA) is None
        seconds[0] = 60
        began = time.monotonic()
        assert store.get_metadata(SHA) is None
        assert time.monotonic() - began < 4  # a refused connection is an answer
        relay.join()
        seconds[0] = 120
        began = time.monotonic()
        assert store.get_metadata(SHA) == b"Name: a\n"
        assert time.monotonic() - began < 4
    relay.cut()


def test_replicas_make_the_tables_at_once(url: str) -> None:
    def start(_: int) -> int:
        with PostgresStore(url) as store:
            return store.info().metadata

    with ThreadPoolExecutor(6) as replicas:
        assert list(replicas.map(start, range(6))) == [0] * 6


def test_commands_remember_in_the_database_and_never_show_its_password(
    url: str, fake_world: FakeWorldFactory, archpip_cli: ArchpipCommand
) -> None:
    fake = fake_world("hollow-universal2")
    asked = (
        *("lock", "uamqp==1.3.0", "--target-platform", "macos-arm64", "--python-version", "3.10"),
        *("-v", "--index-url", fake.index_url()),
    )

    first = archpip_cli(*asked, "--store", url)
    fake.forget()
    second = archpip_cli(*asked, ARCHPIP_STORE=url)
    info = archpip_cli("cache", "info", "--store", url, "--format", "json")
    shown = archpip_cli("config", "show", ARCHPIP_STORE=url)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert not [path for path in fake.paths() if path.endswith(".whl")]
    assert json.loads(info.stdout)["inspections"] == 1
    assert json.loads(info.stdout)["path"] == locate(url)
    for run in (first, second, info, shown):
        assert PASSWORD not in run.stdout + run.stderr


def test_two_gateways_open_a_wheel_once(url: str, fake_world: FakeWorldFactory) -> None:
    slowly = Behaviour(faults=(Fault(path="*.whl", delay_seconds=0.5),))
    fake = fake_world("hollow-universal2", slowly)
    arguments = ("--store", url, "--index-url", fake.index_url())
    page = "/macos-arm64/simple/uamqp/"

    with serving(*arguments) as one, serving(*arguments) as two, ThreadPoolExecutor(2) as clients:
        answers = list(clients.map(lambda gateway: get(gateway + page), (one, two)))

    names = [[file["filename"] for file in answer.json()["files"]] for answer in answers]
    asked = Counter(
        (each.path, each.headers.get("range"))
        for each in fake.requests
        if each.path.endswith(".whl")
    )
    assert names[0] == names[1]
    assert "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl" not in names[0]
    assert set(asked.values()) == {1}


def test_unreadable_address_does_not_show_its_password(archpip_cli: ArchpipCommand) -> None:
    run = archpip_cli("cache", "info", "--store", "postgresql://me:hunter2@host:port/x?y=hunter2")

    assert run.returncode != 0
    assert "Traceback" not in run.stderr
    assert PASSWORD not in run.stdout + run.stderr


def test_location_has_no_secret() -> None:
    assert locate("postgresql://u:p@h:5/db?password=s") == "postgresql://h:5/db"
