"""The store keeps what it was given, tells trouble once, and never stops its caller."""

import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from archpip.binaries import Depth
from archpip.errors import StoreError
from archpip.store import (
    SqliteStore,
    StoreDamagedError,
    StoreUnusableError,
    StoreVersionError,
)
from archpip.store.database import SCHEMA_VERSION
from archpip.wheels import READER_VERSION, Inspection

SHA = "ab" * 32


def test_what_was_put_is_found_by_another_store(
    store: SqliteStore, path: Path, inspection: Inspection
) -> None:
    with store:
        store.put_inspection(SHA, inspection)
        store.put_metadata(SHA, b"Name: a\n")
        store.put_page("https://pypi.org/simple/a/", "etag", b"<html>")
        store.put_answer("question", b"{}")

    with SqliteStore(path) as other:
        assert other.get_inspection(SHA) == inspection
        assert other.get_metadata(SHA) == b"Name: a\n"
        assert other.get_page("https://pypi.org/simple/a/") == ("etag", b"<html>")
        assert other.get_page_state("https://pypi.org/simple/a/") == "etag"
        assert other.get_answer("question") == b"{}"


def test_what_was_never_put_is_not_found(store: SqliteStore) -> None:
    assert store.get_inspection(SHA) is None
    assert store.get_metadata(SHA) is None
    assert store.get_page("https://pypi.org/simple/a/") is None
    assert store.get_page_state("https://pypi.org/simple/a/") is None
    assert store.get_answer("question") is None


def test_the_state_of_a_page_changes_without_its_body(store: SqliteStore) -> None:
    url = "https://pypi.org/simple/a/"
    store.put_page(url, "asked at noon", b"<html>")
    store.put_page_state(url, "asked at one")
    store.put_page_state("https://pypi.org/simple/b/", "never put")
    store.flush()

    assert store.get_page(url) == ("asked at one", b"<html>")
    assert store.get_page_state("https://pypi.org/simple/b/") is None


def test_many_inspections_come_in_one_call(store: SqliteStore, inspection: Inspection) -> None:
    keys = [f"{number:064x}" for number in range(1200)]
    for key in keys:
        store.put_inspection(key, replace(inspection, sha256=key))
    store.flush()

    found = store.get_inspections([*keys, "absent"])

    assert sorted(found) == keys
    assert found[keys[7]].sha256 == keys[7]


def test_only_a_deeper_inspection_replaces_one(store: SqliteStore, inspection: Inspection) -> None:
    deep = replace(inspection, depth=Depth.LINKS)
    store.put_inspection(SHA, deep)
    store.flush()
    store.put_inspection(SHA, inspection)
    store.flush()

    assert store.get_inspection(SHA) == deep
    assert store.get_inspection(SHA, depth=Depth.SYMBOLS) is None


def test_an_inspection_of_another_reader_version_is_not_found(
    store: SqliteStore, path: Path, inspection: Inspection
) -> None:
    with store:
        store.put_inspection(SHA, inspection)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE inspections SET reader = ?", (READER_VERSION - 1,))
    connection.close()

    assert store.get_inspection(SHA) is None


def test_a_damaged_row_is_not_found(store: SqliteStore, path: Path, inspection: Inspection) -> None:
    with store:
        store.put_inspection(SHA, inspection)
        store.put_metadata(SHA, b"Name: a\n")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE inspections SET body = x'00'")
        connection.execute("UPDATE metadata SET body = 'text'")
    connection.close()

    assert store.get_inspection(SHA) is None
    assert store.get_metadata(SHA) is None


def test_neither_url_nor_credentials_of_a_page_are_on_disk(store: SqliteStore, path: Path) -> None:
    with store:
        store.put_page("https://user:secret@host.example/simple/a/", "", b"page")
        store.flush()
        assert store.get_page("https://other:word@host.example/simple/a/") == ("", b"page")

    assert b"secret" not in path.read_bytes()
    assert b"host.example" not in path.read_bytes()


def test_threads_share_a_store(store: SqliteStore) -> None:
    def work(number: int) -> bytes | None:
        store.put_metadata(f"{number}", b"%d" % number)
        store.flush()
        return store.get_metadata(f"{number}")

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(200))) == [b"%d" % number for number in range(200)]


def test_two_stores_write_one_file(path: Path, warnings: list[StoreError]) -> None:
    with (
        SqliteStore(path, warn=warnings.append) as one,
        SqliteStore(path, warn=warnings.append) as other,
    ):
        for number in range(100):
            one.put_metadata(f"one-{number}", b"1")
            other.put_metadata(f"other-{number}", b"2")
    with SqliteStore(path) as store:
        assert store.info().metadata == 200
    assert warnings == []


@pytest.mark.parametrize("content", [b"no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(
    store: SqliteStore, path: Path, warnings: list[StoreError], content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)

    assert store.get_metadata(SHA) is None
    store.put_metadata(SHA, b"new")
    store.flush()

    assert store.get_metadata(SHA) == b"new"
    (error,) = warnings
    assert isinstance(error, StoreDamagedError)
    assert error.moved_to.read_bytes() == content
    store.close()


def test_damage_met_while_reading_loses_the_store_only(
    store: SqliteStore, path: Path, warnings: list[StoreError]
) -> None:
    with store:
        for number in range(500):
            store.put_metadata(f"{number}", number.to_bytes(2, "big") * 200)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)

    assert store.get_metadata("7") is None
    store.put_metadata("7", b"again")
    store.flush()

    assert store.get_metadata("7") == b"again"
    assert [type(error) for error in warnings] == [StoreDamagedError]
    store.close()


def test_damage_that_many_readers_meet_is_told_once(
    store: SqliteStore, path: Path, warnings: list[StoreError]
) -> None:
    with store:
        for number in range(500):
            store.put_metadata(f"{number}", number.to_bytes(2, "big") * 200)
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)

    with ThreadPoolExecutor(8) as readers:
        found = set(readers.map(store.get_metadata, map(str, range(64))))

    assert found == {None}
    assert [type(error) for error in warnings] == [StoreDamagedError]
    store.close()


def test_reader_does_not_wait_for_another(store: SqliteStore) -> None:
    store.put_metadata(SHA, b"Name: a\n")
    store.flush()
    store.get_metadata(SHA)
    meeting = threading.Barrier(2, timeout=30)

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:  # noqa: ANN401  # SQLite's
            meeting.wait()  # Both threads are here at once, or it breaks.
            return super().execute(sql, values)

    with ThreadPoolExecutor(2) as readers, pytest.MonkeyPatch.context() as patch:
        store.close()
        patch.setattr(
            "archpip.store.sqlite.connect",
            lambda path: sqlite3.connect(path, factory=Slow, check_same_thread=False),
        )
        found = list(readers.map(store.get_metadata, [SHA, SHA]))

    assert found == [b"Name: a\n"] * 2
    store.close()


def test_a_newer_store_is_left_alone(
    store: SqliteStore, path: Path, warnings: list[StoreError]
) -> None:
    with store:
        store.put_metadata(SHA, b"kept")
    _set_version(path, 99)

    assert store.get_metadata(SHA) is None
    assert store.get_metadata(SHA) is None
    store.put_metadata(SHA, b"lost")
    store.flush()

    assert [str(error) for error in warnings] == [
        f"the store {path} has version 99, and this archpip knows versions up to {SCHEMA_VERSION}"
    ]
    with pytest.raises(StoreVersionError):
        store.info()
    _set_version(path, SCHEMA_VERSION)
    with SqliteStore(path) as other:
        assert other.get_metadata(SHA) == b"kept"


def test_an_older_store_is_begun_anew(store: SqliteStore, path: Path) -> None:
    with store:
        store.put_metadata(SHA, b"old")
    _set_version(path, 0)

    assert store.get_metadata(SHA) is None
    assert store.info().metadata == 0
    store.close()


def test_another_programs_database_is_left_alone(
    store: SqliteStore, path: Path, warnings: list[StoreError]
) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.execute("PRAGMA user_version = 1")
    connection.close()

    assert store.get_metadata(SHA) is None
    (error,) = warnings
    assert isinstance(error, StoreUnusableError)
    assert "another program's" in str(error)


def test_a_folder_that_cannot_be_made_is_told_once(
    tmp_path: Path, warnings: list[StoreError], inspection: Inspection
) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = SqliteStore(tmp_path / "file" / "store.sqlite3", warn=warnings.append)

    assert store.get_metadata(SHA) is None
    store.put_inspection(SHA, inspection)
    assert store.get_inspection(SHA) is None
    store.close()

    assert [type(error) for error in warnings] == [StoreUnusableError]
    assert warnings[0].hint is not None


def test_a_full_disk_stops_writes_but_not_reads(
    store: SqliteStore, path: Path, warnings: list[StoreError], monkeypatch: pytest.MonkeyPatch
) -> None:
    with store:
        store.put_metadata(SHA, b"kept")
    connect = sqlite3.connect

    def connect_to_small_disk(*args: object, **kwargs: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **kwargs)  # type: ignore[call-overload]  # handed through
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_to_small_disk)
    for number in range(3):
        store.put_metadata(f"{number}", b"".join(i.to_bytes(4, "big") for i in range(50_000)))
        store.flush()

    assert store.get_metadata(SHA) == b"kept"
    assert store.get_metadata("0") is None
    assert [str(error) for error in warnings] == [
        f"the store {path} cannot be used: database or disk is full"
    ]
    store.close()


def test_a_file_held_by_another_process_is_waited_for_and_then_forgotten(
    store: SqliteStore, path: Path, warnings: list[StoreError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archpip.store.database._BUSY_SECONDS", 0.01)
    with store:
        store.put_metadata(SHA, b"kept")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    store.put_metadata("late", b"lost")
    store.flush()
    assert store.get_metadata(SHA) == b"kept"
    holder.execute("ROLLBACK")
    holder.close()
    store.put_metadata("later", b"kept")
    store.flush()

    assert store.get_metadata("late") is None
    assert store.get_metadata("later") == b"kept"
    assert warnings == []
    store.close()


def test_store_that_cannot_be_used_says_so_when_it_is_checked(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "store.sqlite3").check()
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnusableError):
        SqliteStore(tmp_path / "file" / "store.sqlite3").check()


def test_info_counts(store: SqliteStore, path: Path, inspection: Inspection) -> None:
    store.put_inspection(SHA, inspection)
    store.put_metadata(SHA, b"x")
    store.put_metadata("other", b"x")

    info = store.info()

    assert (info.inspections, info.metadata, info.pages) == (1, 2, 0)
    assert info.location == str(path)
    assert info.size_bytes >= path.stat().st_size
    store.close()


def test_a_store_that_is_too_large_forgets_what_was_unused_longest(path: Path) -> None:
    def on_day(day: int) -> SqliteStore:
        return SqliteStore(path, now=lambda: 86_400.0 * day, most_bytes=300_000)

    noise = random.Random(1).randbytes(100_000)  # noqa: S311 -- incompressible, the same each time
    for day in (100, 150, 199):
        with on_day(day) as store:
            store.put_metadata(f"day-{day}", noise)
            store.flush()
            assert store.get_metadata("day-100")

    with on_day(200) as store:
        store.put_metadata("day-200", b"x")
        store.flush()
        kept = [d for d in (100, 150, 199, 200) if store.get_metadata(f"day-{d}")]

    assert kept == [100, 199, 200]


def test_clear_removes_every_file_and_the_store_works_on(store: SqliteStore, path: Path) -> None:
    store.put_metadata(SHA, b"x")
    store.flush()

    assert store.clear() > 0

    assert list(path.parent.iterdir()) == []
    assert store.get_metadata(SHA) is None
    store.put_metadata(SHA, b"y")
    store.flush()
    assert store.get_metadata(SHA) == b"y"
    store.close()


def test_clear_works_on_a_newer_store(store: SqliteStore, path: Path) -> None:
    with store:
        store.put_metadata(SHA, b"x")
    _set_version(path, 99)
    assert store.get_metadata(SHA) is None

    store.clear()
    store.put_metadata(SHA, b"y")
    store.flush()

    assert store.get_metadata(SHA) == b"y"
    store.close()


def _set_version(path: Path, version: int) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
