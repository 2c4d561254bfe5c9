from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archpip.app.policies import read_shared_policy
from archpip.index import IndexUnavailableError

URL = "https://user:secret@archpip.example/policy.toml"


@dataclass
class FakeServer:
    """A server of one text, whose ETag is the text itself."""

    text: str = "version = 1"
    down: bool = False
    asked: list[str | None] = field(default_factory=list)

    def fetch_text(self, url: str, *, etag: str | None) -> tuple[str, str | None] | None:
        self.asked.append(etag)
        if self.down:
            raise IndexUnavailableError(url=url, reason="it is silent")
        return None if etag == self.text else (self.text, self.text)


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


def read(server: FakeServer, folder: Path, warnings: list[str]) -> str:
    return read_shared_policy(
        URL,
        server=server,
        folder=folder,
        warn=warnings.append,
        is_valid=lambda text: text.startswith("version"),
    )


def test_text_is_asked_for_each_time_and_sent_once(server: FakeServer, tmp_path: Path) -> None:
    warnings: list[str] = []

    assert [read(server, tmp_path, warnings) for _ in range(2)] == ["version = 1"] * 2
    server.text = "version = 2"
    assert read(server, tmp_path, warnings) == "version = 2"

    assert server.asked == [None, "version = 1", "version = 1"]
    assert warnings == []


def test_copy_does_while_the_server_is_away_and_that_is_told(
    server: FakeServer, tmp_path: Path
) -> None:
    warnings: list[str] = []
    read(server, tmp_path, warnings)
    server.down = True

    assert read(server, tmp_path, warnings) == "version = 1"
    assert len(warnings) == 1
    assert "it is silent" in warnings[0]
    assert "secret" not in warnings[0] + "".join(path.read_text() for path in tmp_path.iterdir())


def test_what_is_no_policy_does_not_replace_the_copy(server: FakeServer, tmp_path: Path) -> None:
    warnings: list[str] = []
    read(server, tmp_path, warnings)
    server.text = "<p>Log in to this network"

    assert read(server, tmp_path, warnings) == server.text
    server.down = True
    assert read(server, tmp_path, warnings) == "version = 1"
    assert server.asked == [None, "version = 1", "version = 1"]


def test_without_a_copy_the_server_must_answer(server: FakeServer, tmp_path: Path) -> None:
    server.down = True

    with pytest.raises(IndexUnavailableError, match="it is silent"):
        read(server, tmp_path, [])


@pytest.mark.parametrize("damaged", ["{", '{"etag": 5, "text": "version = 0"}', '{"etag": ""}'])
def test_copy_that_is_damaged_is_none(server: FakeServer, tmp_path: Path, damaged: str) -> None:
    read(server, tmp_path, [])
    for path in tmp_path.iterdir():
        path.write_text(damaged)

    assert read(server, tmp_path, []) == "version = 1"
    assert server.asked == [None, None]


def test_text_holds_where_no_copy_can_be_kept(server: FakeServer, tmp_path: Path) -> None:
    (tmp_path / "policies").write_text("a file where a folder should be")

    assert read(server, tmp_path / "policies", []) == "version = 1"
