from collections.abc import Sequence
from pathlib import Path
from unittest.mock import Mock

import pytest
from unearth.auth import KeyringBaseProvider

from archpip.index import KeyringProvider
from archpip.index import authentication as module
from archpip.index.authentication import IndexAuthentication

URL = "https://index.example/simple/a/"


class FakeKeyring(KeyringBaseProvider):
    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    def get_auth_info(self, url: str, username: str | None) -> tuple[str, str] | None:
        self.asked.append((url, username))
        return ("me", "secret") if url == "index.example" else None

    def save_auth_info(self, url: str, username: str, password: str) -> None:
        raise AssertionError(url, username, password)

    def delete_auth_info(self, url: str, username: str) -> None:
        raise AssertionError(url, username)


class BrokenKeyring(FakeKeyring):
    def get_auth_info(self, url: str, username: str | None) -> tuple[str, str] | None:
        raise RuntimeError(url, username)


@pytest.fixture(autouse=True)
def no_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))


def ask(
    authentication: IndexAuthentication,
    url: str = URL,
    *,
    statuses: Sequence[int] = (401, 200),
    is_refused: bool = False,
) -> list[str | None]:
    """Return the Authorization headers of the requests that a server sees which answers so."""
    tries = authentication.tries(url, is_refused=is_refused)
    seen = [next(tries)]
    for status in statuses:
        try:
            seen.append(tries.send(status))
        except StopIteration:
            break
    return seen


def test_keyring_is_asked_only_after_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = FakeKeyring()
    monkeypatch.setattr(module, "_open_keyrings", lambda _: [keyring])
    auth = IndexAuthentication(KeyringProvider.AUTO, index_urls=["https://index.example/simple"])
    assert ask(auth) == [None, "Basic bWU6c2VjcmV0"]
    assert keyring.asked == [("https://index.example/simple/", None), ("index.example", None)]


def test_what_the_keyring_said_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = FakeKeyring()
    monkeypatch.setattr(module, "_open_keyrings", lambda _: [keyring])
    auth = IndexAuthentication(KeyringProvider.AUTO, index_urls=[])
    ask(auth)
    assert ask(auth, URL + "b")[0] == "Basic bWU6c2VjcmV0"
    assert len(keyring.asked) == 1


def test_broken_keyring_gives_way_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_open_keyrings", lambda _: [BrokenKeyring(), FakeKeyring()])
    auth = IndexAuthentication(KeyringProvider.AUTO, index_urls=[])
    assert ask(auth) == [None, "Basic bWU6c2VjcmV0"]


def test_nobody_is_prompted() -> None:
    auth = IndexAuthentication(KeyringProvider.DISABLED, index_urls=[])
    assert ask(auth) == [None]


def test_netrc_is_used_at_once(tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine index.example login me password secret\n")
    auth = IndexAuthentication(KeyringProvider.DISABLED, index_urls=[])
    assert ask(auth)[0] == "Basic bWU6c2VjcmV0"
    assert ask(auth, "https://other.example/")[0] is None


def test_host_that_asks_for_nothing_is_not_searched_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    auth = IndexAuthentication(KeyringProvider.DISABLED, index_urls=["https://index.example/s"])
    search = Mock(return_value=(None, None))
    monkeypatch.setattr(auth, "_get_new_credentials", search)
    for url in ("https://files.example/a", "https://files.example/b", URL, URL):
        assert ask(auth, url, statuses=[200]) == [None]
    searched = [call.args[0] for call in search.call_args_list]
    assert searched == ["https://files.example/a", URL, URL]


def test_open_host_that_closes_is_searched_for_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_open_keyrings", lambda _: [FakeKeyring()])
    auth = IndexAuthentication(KeyringProvider.AUTO, index_urls=[])
    assert ask(auth, statuses=[200]) == [None]
    assert ask(auth) == [None, "Basic bWU6c2VjcmV0"]


def test_refusal_that_is_known_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_open_keyrings", lambda _: [FakeKeyring()])
    auth = IndexAuthentication(KeyringProvider.AUTO, index_urls=[])
    assert ask(auth, statuses=[200], is_refused=True) == ["Basic bWU6c2VjcmV0"]
