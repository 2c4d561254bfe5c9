from pathlib import Path

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from archpip.gateway import TransferEndedError
from archpip.gateway.files import Transfer
from archpip.gateway.sending import FileAnswer
from archpip.index import IndexUnavailableError

CONTENT = bytes(range(100))


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    app: ASGIApp = FileAnswer(path, etag="ab")
    return TestClient(app)


@pytest.mark.parametrize(
    ("asked", "status", "content_range", "expected"),
    [
        (None, 200, None, CONTENT),
        ("bytes=10-19", 206, "bytes 10-19/100", CONTENT[10:20]),
        ("bytes=90-", 206, "bytes 90-99/100", CONTENT[90:]),
        ("bytes=-7", 206, "bytes 93-99/100", CONTENT[93:]),
        ("bytes=-700", 200, None, CONTENT),
        ("bytes=95-500", 206, "bytes 95-99/100", CONTENT[95:]),
        ("bytes=100-", 416, "bytes */100", b""),
        ("bytes=-0", 416, "bytes */100", b""),
        ("bytes=20-10", 200, None, CONTENT),
        ("bytes=1-2,5-6", 200, None, CONTENT),
        ("lines=1-2", 200, None, CONTENT),
        ("bytes=-", 200, None, CONTENT),
        (f"bytes={'9' * 5000}-", 200, None, CONTENT),
        (f"bytes=-{'9' * 5000}", 200, None, CONTENT),
    ],
)
def test_ranges(
    client: TestClient, asked: str | None, status: int, content_range: str | None, expected: bytes
) -> None:
    response = client.get("/", headers={"Range": asked} if asked else {})

    assert (response.status_code, response.content) == (status, expected)
    assert response.headers.get("content-range") == content_range


def test_range_of_another_file_is_the_whole(client: TestClient) -> None:
    same = client.get("/", headers={"Range": "bytes=0-1", "If-Range": '"ab"'})
    other = client.get("/", headers={"Range": "bytes=0-1", "If-Range": '"cd"'})

    assert (same.status_code, other.status_code) == (206, 200)


def test_file_is_not_sent_twice_nor_for_head(client: TestClient) -> None:
    assert client.get("/", headers={"If-None-Match": '"ab"'}).status_code == 304
    head = client.head("/")
    assert (head.content, head.headers["content-length"]) == (b"", "100")
    assert head.headers["accept-ranges"] == "bytes"


def test_file_that_broke_off_before_it_was_opened_ends_short_without_a_failure_of_ours(
    tmp_path: Path,
) -> None:
    transfer = Transfer(tmp_path / "dropped", len(CONTENT))
    transfer.fail(IndexUnavailableError(url="https://files.example/", reason="it hung up"))

    # A failure of the app's would be raised here.
    response = TestClient(FileAnswer(transfer, etag="ab")).get("/")

    assert (response.headers["content-length"], response.content) == ("100", b"")


def test_kept_file_that_was_dropped_meanwhile_is_no_failure_of_ours(tmp_path: Path) -> None:
    client = TestClient(FileAnswer(tmp_path / "dropped", etag="ab"))

    with pytest.raises(TransferEndedError, match="it was dropped"):
        client.get("/")
