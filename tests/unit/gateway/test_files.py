import errno
import hashlib
import os
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import Mock

import pytest
from msgspec.structs import replace

from archpip.gateway import TransferEndedError
from archpip.gateway.files import FileShelf, Transfer
from archpip.index import FileStream, IndexUnavailableError, Link

CONTENT = b"0123456789"


def make_link(content: bytes = CONTENT, *, hashed: bool = True) -> Link:
    sha256 = hashlib.sha256(content).hexdigest()
    return Link(
        url="https://files.example/a-1.tar.gz",
        filename="a-1.tar.gz",
        hashes=(("sha256", sha256),) if hashed else (),
    )


@dataclass
class Server:
    """Sends `CONTENT` in two pieces, the second when it is told to."""

    fault: Exception | None = None
    """In place of the second piece."""
    total_bytes: int | None = len(CONTENT)
    asked: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def open_file(self, _link: Link) -> Iterator[FileStream]:
        self.asked += 1
        yield FileStream(self.total_bytes, self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        yield CONTENT[:4]
        self.go_on.wait(30)
        if self.fault:
            raise self.fault
        yield CONTENT[4:]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def shelf(server: Server, tmp_path: Path) -> Iterator[FileShelf]:
    shelf = FileShelf(tmp_path, open_file=server.open_file, most_bytes=25)
    yield shelf
    server.go_on.set()
    shelf.close()


def read_all(transfer: Path | Transfer) -> bytes:
    assert isinstance(transfer, Transfer)
    with transfer.open() as file:
        found = b""
        while len(found) < transfer.total_bytes():
            found += transfer.read(file, 100)
    return found


def test_full_disk_is_told_and_not_where_it_is(
    shelf: FileShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path))
    monkeypatch.setattr(Path, "mkdir", Mock(side_effect=full))

    with pytest.raises(TransferEndedError) as raised:
        shelf.get(make_link())

    assert str(raised.value) == "The file broke off: it cannot be kept: No space left on device"


def test_nobody_waits_for_a_file_whose_fetching_broke(tmp_path: Path) -> None:
    shelf = FileShelf(tmp_path, open_file=Mock(side_effect=ZeroDivisionError), most_bytes=25)
    outcomes: list[BaseException] = []

    def get() -> None:
        try:
            shelf.get(make_link())
        except CancelledError as error:
            outcomes.append(error)

    getting = threading.Thread(target=get, daemon=True)
    getting.start()
    getting.join(5)

    assert len(outcomes) == 1


def test_file_is_read_while_it_arrives_and_then_kept(shelf: FileShelf, server: Server) -> None:
    transfer = shelf.get(make_link())
    assert isinstance(transfer, Transfer)
    with transfer.open() as file:
        assert transfer.read(file, 100) == CONTENT[:4]
        server.go_on.set()
        assert transfer.read(file, 100) == CONTENT[4:]
    shelf.close()

    kept = shelf.get(make_link())

    assert isinstance(kept, Path)
    assert kept.read_bytes() == CONTENT
    assert server.asked == 1


def test_hash_of_an_index_never_names_a_file_elsewhere(server: Server, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not for clients")
    (tmp_path / "files").mkdir()
    link = replace(make_link(), hashes=(("sha256", "../secret"),))
    shelf = FileShelf(tmp_path / "files", open_file=server.open_file, most_bytes=25)
    server.go_on.set()
    assert read_all(shelf.get(link)) == CONTENT
    shelf.close()


def test_file_that_two_ask_for_is_fetched_once(shelf: FileShelf, server: Server) -> None:
    assert shelf.get(make_link()) is shelf.get(make_link())
    assert server.asked == 1


def test_file_that_breaks_off_ends_in_an_error_and_leaves_nothing(
    shelf: FileShelf, server: Server, tmp_path: Path
) -> None:
    server.fault = IndexUnavailableError(url="https://files.example/", reason="it hung up")
    transfer = shelf.get(make_link())
    server.go_on.set()

    with pytest.raises(TransferEndedError, match="it hung up"):
        read_all(transfer)
    shelf.close()
    assert list(tmp_path.iterdir()) == []


def test_file_that_broke_off_before_it_was_opened_has_ended(tmp_path: Path) -> None:
    transfer = Transfer(tmp_path / "dropped", len(CONTENT))
    transfer.fail(IndexUnavailableError(url="https://files.example/", reason="it hung up"))

    with pytest.raises(TransferEndedError, match="it hung up"):
        transfer.open()


def test_file_without_a_hash_is_fetched_each_time(shelf: FileShelf, server: Server) -> None:
    server.go_on.set()

    found = [read_all(shelf.get(make_link(hashed=False))) for _ in range(2)]

    assert found == [CONTENT, CONTENT]
    assert server.asked == 2


def test_length_that_nobody_said_is_waited_for(shelf: FileShelf, server: Server) -> None:
    server.total_bytes = None
    server.go_on.set()

    assert read_all(shelf.get(make_link())) == CONTENT


def test_file_that_cannot_be_had_is_an_error_at_once(tmp_path: Path) -> None:
    @contextmanager
    def fail(link: Link) -> Iterator[FileStream]:
        if link.filename:
            raise IndexUnavailableError(url=link.url, reason="it is silent")
        yield FileStream(None, iter(()))

    shelf = FileShelf(tmp_path, open_file=fail, most_bytes=25)

    with pytest.raises(IndexUnavailableError, match="silent"):
        shelf.get(make_link())
    shelf.close()


def test_files_that_were_not_asked_for_lately_go_first(
    shelf: FileShelf, server: Server, tmp_path: Path
) -> None:
    for age, name in ((30, "old.part"), (20, "b" * 64), (10, "c" * 64)):
        (tmp_path / name).write_bytes(CONTENT)
        os.utime(tmp_path / name, (age * -1 + 1_000_000, age * -1 + 1_000_000))
    server.go_on.set()

    read_all(shelf.get(make_link()))
    shelf.close()

    assert {path.name[0] for path in tmp_path.iterdir()} == {"c", make_link().sha256[0]}  # type: ignore[index]
