import errno
import hashlib
from pathlib import Path
from unittest.mock import Mock

import pytest

from archpip.errors import ExitCode
from archpip.index import (
    AuthenticationRequiredError,
    DownloadWriteError,
    FileCache,
    HashMismatchError,
    IndexUnavailableError,
    Link,
    SizeMismatchError,
)
from archpip.index.downloads import download
from archpip.index.transport import TransportError
from tests.unit.index.fake_web import FakeWeb, MakeSession, Reply

URL = "https://files.example/a-1.0.tar.gz"
CONTENT = b"archive" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def link(**facts: object) -> Link:
    return Link(**{"url": URL, "filename": "a-1.0.tar.gz", **facts})  # type: ignore[arg-type]  # by name


def contents(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_file_is_written_under_its_own_name(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    web.answer(URL, Reply(200, CONTENT))
    folder = tmp_path / "not/there/yet"
    path = download(session(), link(hashes=(("sha256", SHA256),)), folder)
    assert (path, path.read_bytes()) == (folder / "a-1.0.tar.gz", CONTENT)
    assert contents(folder) == ["a-1.0.tar.gz"]
    assert web.requests[0].headers["accept-encoding"] == "identity"


def test_every_promised_hash_is_checked(web: FakeWeb, session: MakeSession, tmp_path: Path) -> None:
    web.answer(URL, Reply(200, CONTENT))
    hashes = (("md5", "0" * 32), ("sha256", SHA256))
    with pytest.raises(HashMismatchError, match="md5") as caught:
        download(session(), link(hashes=hashes), tmp_path)
    assert caught.value.expected == "0" * 32
    assert contents(tmp_path) == []


def test_promised_size_is_checked(web: FakeWeb, session: MakeSession, tmp_path: Path) -> None:
    web.answer(URL, Reply(200, CONTENT))
    with pytest.raises(SizeMismatchError, match="7000 bytes, but 7001"):
        download(session(), link(size_bytes=7001), tmp_path)
    assert contents(tmp_path) == []


def test_file_that_is_there_is_not_fetched_again(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    (tmp_path / "a-1.0.tar.gz").write_bytes(CONTENT)
    download(session(), link(hashes=(("sha256", SHA256),)), tmp_path)
    assert web.requests == []


@pytest.mark.parametrize("hashes", [(("sha256", SHA256),), ()], ids=["damaged", "unknown"])
def test_file_that_cannot_be_trusted_is_fetched_again(
    web: FakeWeb, session: MakeSession, tmp_path: Path, hashes: tuple[tuple[str, str], ...]
) -> None:
    (tmp_path / "a-1.0.tar.gz").write_bytes(b"half")
    web.answer(URL, Reply(200, CONTENT))
    assert download(session(), link(hashes=hashes), tmp_path).read_bytes() == CONTENT


def test_file_is_downloaded_once(web: FakeWeb, session: MakeSession, tmp_path: Path) -> None:
    web.answer(URL, Reply(200, CONTENT))
    cache = FileCache(tmp_path / "files")
    for folder in ("first", "second"):
        path = download(
            session(), link(hashes=(("sha256", SHA256),)), tmp_path / folder, cache=cache
        )
        assert path.read_bytes() == CONTENT
    assert len(web.requests) == 1


def test_damaged_cached_file_is_downloaded_again(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    web.answer(URL, Reply(200, CONTENT))
    cache = FileCache(tmp_path / "files")
    damaged = tmp_path / "files" / SHA256
    damaged.parent.mkdir()
    damaged.write_bytes(b"archive")
    path = download(session(), link(hashes=(("sha256", SHA256),)), tmp_path / "out", cache=cache)
    assert path.read_bytes() == damaged.read_bytes() == CONTENT
    assert contents(tmp_path / "out") == ["a-1.0.tar.gz"]


def test_cut_download_is_tried_again(web: FakeWeb, session: MakeSession, tmp_path: Path) -> None:
    web.answer(URL, TransportError("cut"), Reply(200, CONTENT))
    assert download(session(), link(), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("code", "error"), [(404, IndexUnavailableError), (403, AuthenticationRequiredError)]
)
def test_file_that_cannot_be_had(
    web: FakeWeb, session: MakeSession, tmp_path: Path, code: int, error: type[Exception]
) -> None:
    web.answer(URL, Reply(code))
    with pytest.raises(error):
        download(session(), link(), tmp_path)
    assert contents(tmp_path) == []


def test_full_disk_is_said_and_leaves_nothing(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    web.answer(URL, Reply(200, CONTENT))

    full = Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(DownloadWriteError, match="No space left on device") as caught:
        download(session(), link(), tmp_path, full)
    assert caught.value.exit_code is ExitCode.USAGE  # as of all that cannot be written
    assert contents(tmp_path) == []


def test_interruption_leaves_nothing(web: FakeWeb, session: MakeSession, tmp_path: Path) -> None:
    web.answer(URL, Reply(200, CONTENT))

    with pytest.raises(KeyboardInterrupt):
        download(session(), link(), tmp_path, Mock(side_effect=KeyboardInterrupt))
    assert contents(tmp_path) == []


def test_folder_that_cannot_be_made_is_said(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    web.answer(URL, Reply(200, CONTENT))
    (tmp_path / "file").touch()
    with pytest.raises(DownloadWriteError):
        download(session(), link(), tmp_path / "file/folder")


def test_progress_ends_with_all_bytes(web: FakeWeb, session: MakeSession, tmp_path: Path) -> None:
    web.answer(URL, Reply(200, CONTENT, {"content-length": str(len(CONTENT))}))
    heard: list[tuple[int, int | None]] = []
    download(session(), link(), tmp_path, lambda _, done, total: heard.append((done, total)))
    assert heard[-1] == (7000, 7000)


@pytest.mark.parametrize("name", ["..", "a/b.whl", "a\\b.whl", "", "a\0.whl"])
def test_name_that_leads_elsewhere_is_refused(
    session: MakeSession, tmp_path: Path, name: str
) -> None:
    with pytest.raises(IndexUnavailableError, match="is not a file name"):
        download(session(), link(filename=name), tmp_path)


def test_local_file_is_copied_and_checked(session: MakeSession, tmp_path: Path) -> None:
    source = tmp_path / "a-1.0.tar.gz"
    source.write_bytes(CONTENT)
    local = link(url=source.as_uri(), hashes=(("sha256", SHA256),))
    assert download(session(), local, tmp_path / "out").read_bytes() == CONTENT
    with pytest.raises(IndexUnavailableError):
        download(session(), link(url=(tmp_path / "none.whl").as_uri()), tmp_path / "out")


def test_read_failure_is_not_taken_for_a_full_disk(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    web.answer(URL, Reply(200, b"half", cut=TransportError("cut")))
    with pytest.raises(IndexUnavailableError, match="cut"):
        download(session(retries=1), link(), tmp_path)
    assert (len(web.requests), contents(tmp_path)) == (2, [])
