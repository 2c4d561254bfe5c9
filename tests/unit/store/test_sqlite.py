"""The store keeps what it was given, for as long as there is room."""

import gzip
import random
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from archpip.binaries import Depth
from archpip.errors import StoreError
from archpip.store import (
    SqliteStore,
)
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


def test_page_is_kept_as_a_server_packed_it(store: SqliteStore, path: Path) -> None:
    url, packed = "https://pypi.org/simple/a/", gzip.compress(b"<html>")
    with store:
        store.put_page(url, "etag", b"<html>", packed=packed)
    with closing(sqlite3.connect(path)) as rows:
        assert rows.execute("SELECT body FROM pages").fetchall() == [(packed,)]
    with SqliteStore(path) as other:
        assert other.get_page(url) == ("etag", b"<html>")


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
            lambda path, **_: sqlite3.connect(path, factory=Slow, check_same_thread=False),
        )
        found = list(readers.map(store.get_metadata, [SHA, SHA]))

    assert found == [b"Name: a\n"] * 2
    store.close()


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


def test_a_store_that_stays_open_for_days_notes_on_which_a_row_was_used(path: Path) -> None:
    today = [100]
    with SqliteStore(path, now=lambda: 86_400.0 * today[0]) as store:
        store.put_metadata(SHA, b"x")
        store.flush()
        today[0] = 150
        assert store.get_metadata(SHA)
        store.flush()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT used FROM metadata").fetchall() == [(150,)]


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
