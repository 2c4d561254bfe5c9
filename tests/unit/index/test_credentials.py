import sys
from http import HTTPStatus

import pytest

from archpip.index import Authenticate, KeyringProvider, SessionOptions
from archpip.index.credentials import CredentialsOnDemand

URL = "https://index.example/simple/a/"
WITHOUT_NETRC = SessionOptions(has_netrc=False)


def ask(auth: CredentialsOnDemand, url: str = URL, *, status: int = 200) -> list[str | None]:
    """Return the Authorization headers that a server sees which answers so."""
    tries = auth.tries(url)
    seen = [next(tries)]
    while True:
        try:
            seen.append(tries.send(status))
        except StopIteration:
            return seen


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "archpip.index.authentication", None)


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("status", [200, 404, 503])
def test_open_index_loads_nothing(status: int) -> None:
    auth = CredentialsOnDemand(WITHOUT_NETRC, index_urls=("https://index.example/simple",))
    assert ask(auth, status=status) == [None]


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize(
    ("options", "index_url", "url"),
    [
        (SessionOptions(), "https://index.example/simple", URL),
        (WITHOUT_NETRC, "https://me:secret@index.example/simple", URL),
        (WITHOUT_NETRC, "https://index.example/simple", URL.replace("//", "//me:secret@")),
    ],
    ids=["netrc", "index", "url"],
)
def test_credentials_at_hand_are_looked_for_at_once(
    options: SessionOptions, index_url: str, url: str
) -> None:
    auth = CredentialsOnDemand(options, index_urls=(index_url,))
    with pytest.raises(ImportError):
        ask(auth, url)


def test_url_with_credentials_is_asked_with_them() -> None:
    auth = CredentialsOnDemand(WITHOUT_NETRC, index_urls=())
    assert ask(auth, URL.replace("//", "//me:secret@")) == ["Basic bWU6c2VjcmV0"]


def test_refusal_has_credentials_looked_for() -> None:
    auth = CredentialsOnDemand(WITHOUT_NETRC, index_urls=())
    assert ask(auth, status=HTTPStatus.UNAUTHORIZED) == [None]
    assert type(auth._loaded).__name__ == "IndexAuthentication"


INDEX = "https://me:secret@index.example/simple"


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("status", [200, HTTPStatus.UNAUTHORIZED])
def test_index_that_is_never_to_know_who_asks_is_given_nothing(status: int) -> None:
    auth = CredentialsOnDemand(
        SessionOptions(), index_urls=(INDEX,), authenticate=[(INDEX, Authenticate.NEVER)]
    )
    assert ask(auth, status=status) == [None]
    assert ask(auth, "https://index.example/files/a.whl", status=status) == [None]


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize(
    "url", ["https://index.example:8443/simple/a/", "https://other.example/simple/a/"]
)
def test_what_is_said_of_an_index_holds_for_no_other(url: str) -> None:
    auth = CredentialsOnDemand(
        SessionOptions(), index_urls=(INDEX,), authenticate=[(INDEX, Authenticate.NEVER)]
    )
    with pytest.raises(ImportError):
        ask(auth, url)


def test_index_that_is_always_to_know_who_asks_is_not_asked_otherwise() -> None:
    open_url = "https://index.example/simple"
    options = SessionOptions(has_netrc=False, keyring_provider=KeyringProvider.DISABLED)

    with_them = CredentialsOnDemand(
        options, index_urls=(INDEX,), authenticate=[(INDEX, Authenticate.ALWAYS)]
    )
    without = CredentialsOnDemand(
        options, index_urls=(open_url,), authenticate=[(open_url, Authenticate.ALWAYS)]
    )

    assert ask(with_them) == ["Basic bWU6c2VjcmV0"]
    assert list(without.tries(URL)) == []
