"""Trouble with the file is told once, and never stops whoever asks."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archpip.errors import StoreError
from archpip.store import (
    SqliteStore,
    StoreDamagedError,
    StoreUnusableError,
    StoreVersionError,
)
from archpip.store.database import SCHEMA_VERSION
from archpip.wheels import Inspection

SHA = "ab" * 32


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
        f"The store {path} has version 99, and this archpip knows versions up to {SCHEMA_VERSION}"
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
        f"The store {path} cannot be used: database or disk is full"
    ]
    store.close()


def test_a_file_held_by_another_process_is_waited_for_once_and_told_and_tried_again_later(
    path: Path, warnings: list[StoreError], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archpip.store.sqlite._READ_WAIT_SECONDS", 0.01)
    monkeypatch.setattr("archpip.store.sqlite._WRITE_WAIT_SECONDS", 0.01)
    now = [0.0]
    store = SqliteStore(path, warn=warnings.append, clock=lambda: now[0])
    with store:
        store.put_metadata(SHA, b"kept")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("DELETE FROM answers")

    store.put_metadata("late", b"lost")
    store.flush()
    assert store.get_metadata(SHA) is None
    holder.execute("ROLLBACK")
    holder.close()
    assert store.get_metadata(SHA) is None
    now[0] = 60.0
    store.put_metadata("later", b"kept")
    store.flush()

    assert store.get_metadata(SHA) == b"kept"
    assert store.get_metadata("late") is None
    assert store.get_metadata("later") == b"kept"
    assert [str(error) for error in warnings] == [f"The store {path} is in use by another process"]
    store.close()


def test_store_that_cannot_be_used_says_so_when_it_is_checked(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "store.sqlite3") as store:
        store.check()
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnusableError):
        SqliteStore(tmp_path / "file" / "store.sqlite3").check()


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
