"""Several processes share one store, and one that is killed takes nothing with it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from archpip.errors import StoreError
from archpip.store import SqliteStore

WRITE = """
import sys
from pathlib import Path
from archpip.store import SqliteStore

path, name = Path(sys.argv[1]), sys.argv[2]
with SqliteStore(path) as store:
    for number in range(int(sys.argv[3])):
        store.put_metadata(f"{name}-{number}", f"{name}-{number}".encode() * 50)
        if number % 20 == 0:
            store.flush()
            print(number, flush=True)
"""


def start(path: Path, name: str, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITE, str(path), name, str(count)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    processes = [start(path, f"p{number}", 300) for number in range(4)]

    for process in processes:
        _, complaints = process.communicate(timeout=60)
        assert (process.returncode, complaints) == (0, "")

    with SqliteStore(path) as store:
        assert store.info().metadata == 4 * 300
        assert store.get_metadata("p3-299") == b"p3-299" * 50


def test_a_killed_process_leaves_what_was_flushed(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    told: list[StoreError] = []
    for attempt in range(5):
        process = start(path, f"a{attempt}", 100_000)
        assert process.stdout is not None
        flushed = [int(process.stdout.readline()) for _ in range(3 + attempt)]
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)

        with SqliteStore(path, warn=told.append) as store:
            for number in range(flushed[-1] + 1):
                expected = f"a{attempt}-{number}".encode() * 50
                assert store.get_metadata(f"a{attempt}-{number}") == expected
    assert told == []


def test_what_was_put_is_written_when_the_process_ends_by_an_error(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    code = (
        "import sys; from pathlib import Path; from archpip.store import SqliteStore\n"
        "SqliteStore(Path(sys.argv[1])).put_metadata('key', b'value')\n"
        "raise SystemExit(3)\n"
    )

    run = subprocess.run([sys.executable, "-c", code, str(path)], check=False)

    assert run.returncode == 3
    with SqliteStore(path) as store:
        assert store.get_metadata("key") == b"value"


def test_a_process_that_dies_while_reading_hurts_nobody(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with SqliteStore(path) as store:
        store.put_metadata("key", b"value")
    code = (
        "import os, sys; from pathlib import Path; from archpip.store import SqliteStore\n"
        "SqliteStore(Path(sys.argv[1])).get_metadata('key')\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=False)

    with SqliteStore(path) as store:
        store.put_metadata("other", b"value")
        store.flush()
        assert store.get_metadata("other") == b"value"
