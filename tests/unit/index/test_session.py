import gzip
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from archpip.index import (
    AuthenticationRequiredError,
    CertificateFileError,
    IndexUnavailableError,
    InsecureOriginError,
    SessionOptions,
)
from archpip.index.session import Session, check_status
from archpip.index.transport import TransportError
from tests.unit.index.fake_web import Answer, FakeWeb, MakeSession, Reply

URL = "https://index.example/simple/a/"
PACKED = gzip.compress(b"page")


def status(code: int, **headers: str) -> Reply:
    return Reply(code, headers=headers)


def test_answer_comes_back_whatever_its_status(session: MakeSession) -> None:
    assert session().get(URL).status == 404


@pytest.mark.parametrize(
    "failure",
    [
        TransportError("refused"),
        Reply(200, b"he", cut=TransportError("end of file before message length reached")),
        *(status(code) for code in (429, 500, 502, 503, 504)),
    ],
    ids=str,
)
def test_what_may_pass_is_tried_again(web: FakeWeb, session: MakeSession, failure: Answer) -> None:
    web.answer(URL, failure, failure, Reply(200, b"here"))
    assert session().get(URL).content == b"here"
    assert web.pauses == [0.25, 0.5]


def test_tries_are_counted_and_the_last_failure_is_told(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, status(503))
    with pytest.raises(IndexUnavailableError, match="HTTP 503 Service Unavailable") as caught:
        session(retries=3).get(URL)
    assert (len(web.requests), caught.value.status) == (4, 503)
    assert web.pauses == [0.25, 0.5, 1.0]


@pytest.mark.parametrize(
    ("written", "pause"),
    [
        ("7", 7.0),
        ("9999", 30.0),
        ("soon", 0.25),
        ("Fri, 31 Dec 9999 23:59:59 -1000", 0.25),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", 0.25),
    ],
)
def test_retry_after_is_obeyed_within_reason(
    web: FakeWeb, session: MakeSession, written: str, pause: float
) -> None:
    web.answer(URL, status(429, **{"retry-after": written}), Reply())
    session().get(URL)
    assert web.pauses == [pause]


def test_retry_after_may_be_a_date(web: FakeWeb, session: MakeSession) -> None:
    then = datetime.now(UTC) + timedelta(seconds=20)
    web.answer(
        URL,
        status(503, **{"retry-after": format_datetime(then, usegmt=True)}),
        Reply(),
    )
    session().get(URL)
    assert 15 < web.pauses[0] <= 20


def test_hopeless_failures_are_told_at_once(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, TransportError("its certificate is not trusted", may_pass=False))
    with pytest.raises(IndexUnavailableError, match="is not trusted"):
        session().get(URL)
    assert web.pauses == []


def test_redirect_without_end_is_followed_for_a_while(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, status(302, location=URL))
    with pytest.raises(IndexUnavailableError, match="redirects more than 20 times"):
        session().get(URL)
    assert web.pauses == []


def test_redirect_may_be_relative_and_keeps_credentials(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, status(308, location="../b/"))
    web.answer("https://index.example/simple/b/", Reply(200, b"here"))
    answer = session().get(URL.replace("//", "//me:secret@"))
    assert (answer.url, answer.content) == ("https://index.example/simple/b/", b"here")
    assert ["authorization" in request.headers for request in web.requests] == [True, True]
    assert [answer.is_closed for answer in web.opened] == [True, True]


def test_redirect_to_what_is_no_url_is_an_error(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, status(302, location="https://[broken/"))
    with pytest.raises(IndexUnavailableError, match="redirects to what is no URL"):
        session().get(URL)
    assert web.pauses == []


def test_server_of_an_index_is_private_once_it_got_credentials(
    web: FakeWeb, session: MakeSession
) -> None:
    opened = session("https://me:secret@index.example/simple/")
    before = opened.is_private("https://index.example")
    for url in (URL, URL.replace("//index", "//me:secret@files")):
        web.answer(url, Reply(200, b"here"))
        opened.get(url)
    known = [opened.is_private(f"https://{host}.example") for host in ("index", "files", "other")]
    assert (before, *known) == (False, True, False, False)


def test_refused_credentials_are_not_tried_for_ever(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, status(401))
    assert session(keyring_provider="disabled").get(URL).status == 401
    assert len(web.requests) == 1


def test_pages_may_be_compressed_on_their_way_and_files_not(
    web: FakeWeb, session: MakeSession
) -> None:
    opened = session()
    opened.get(URL)
    with opened.stream(URL):
        accepted = [request.headers["accept-encoding"] for request in web.requests]
    assert accepted == ["gzip", "identity"]


@pytest.mark.parametrize(
    ("encoding", "body", "packed"),
    [("gzip", PACKED, PACKED), ("X-GZIP", PACKED, PACKED), ("identity", b"page", None)],
    ids=["gzip", "old-name", "identity"],
)
def test_packed_answer_is_unpacked(
    web: FakeWeb, session: MakeSession, encoding: str, body: bytes, packed: bytes | None
) -> None:
    web.answer(URL, Reply(200, body, {"content-encoding": encoding}))
    answer = session().get(URL)
    assert (answer.content, answer.packed) == (b"page", packed)


def test_answer_that_nothing_here_unpacks_is_refused(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, Reply(200, b"page", {"content-encoding": "br"}))
    with pytest.raises(IndexUnavailableError, match="its answer is packed by 'br'"):
        session().get(URL)
    assert len(web.requests) == 1


def test_credentials_go_into_a_header_and_into_no_message(
    web: FakeWeb, session: MakeSession
) -> None:
    web.answer(URL, status(500))
    with pytest.raises(IndexUnavailableError) as caught:
        session().get(URL.replace("//", "//me:secret@"))
    assert web.asked[0] == URL
    assert web.requests[0].headers["authorization"].startswith("Basic ")
    assert "secret" not in str(caught.value)
    assert "me:****@index.example" in str(caught.value)


def test_credentials_of_an_index_serve_its_files_too(web: FakeWeb, session: MakeSession) -> None:
    opened = session("https://me:secret@index.example/simple")
    opened.get("https://index.example/files/a.whl")
    opened.get("https://other.example/files/a.whl")
    with_credentials = ["authorization" in request.headers for request in web.requests]
    assert with_credentials == [True, False]


def test_redirect_to_another_host_carries_no_credentials(
    web: FakeWeb, session: MakeSession
) -> None:
    web.answer(URL, status(302, location="https://cdn.example/a"))
    web.answer("https://cdn.example/a", Reply(200, b"here"))
    assert session().get(URL.replace("//", "//me:secret@")).content == b"here"
    assert ["authorization" in request.headers for request in web.requests] == [True, False]


@pytest.mark.parametrize("location", ["http://cdn.example/a", "http://index.example/a"])
def test_redirect_to_plain_http_is_refused(
    web: FakeWeb, session: MakeSession, location: str
) -> None:
    web.answer(URL, status(302, location=location))
    with pytest.raises(InsecureOriginError):
        session().get(URL)


def test_redirect_to_a_local_file_is_refused(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    web.answer(URL, status(302, location=secret.as_uri()))
    with pytest.raises(IndexUnavailableError):
        session().get(URL)


def test_plain_http_names_the_flag_that_allows_it(session: MakeSession) -> None:
    with pytest.raises(InsecureOriginError) as caught:
        session().get("http://index.example/simple/a/")
    assert "--trusted-host index.example" in caught.value.hint


def test_trusted_host_may_be_asked_in_the_clear(web: FakeWeb, session: MakeSession) -> None:
    web.page("http://index.example/simple/a/", "hello")
    trusting = session(trusted_hosts=("index.example",))
    assert trusting.get("http://index.example/simple/a/").status == 200


@pytest.mark.parametrize("code", [401, 403])
def test_refusal_says_how_to_give_credentials(code: int) -> None:
    with pytest.raises(AuthenticationRequiredError, match=f"HTTP {code}") as caught:
        check_status(code, URL)
    assert "netrc" in caught.value.hint


def test_other_statuses_are_unavailability() -> None:
    with pytest.raises(IndexUnavailableError, match="HTTP 418"):
        check_status(418, URL)


@pytest.mark.parametrize("field", ["certificates", "client_certificate"])
@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unusable_certificate_file_is_named(
    tmp_path: Path, field: str, content: str | None
) -> None:
    path = tmp_path / "bundle.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CertificateFileError, match=r"bundle\.pem"):
        Session(SessionOptions(**{field: path}), index_urls=())  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize("content", ["AAA", "AAAA"], ids=["no base64", "no certificate"])
def test_damaged_certificate_is_named_when_it_is_first_needed(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bundle.pem"
    path.write_text(f"-----BEGIN CERTIFICATE-----\n{content}\n-----END CERTIFICATE-----\n")
    with pytest.raises(CertificateFileError, match=r"bundle\.pem"):
        Session(SessionOptions(certificates=path), index_urls=()).get("https://index.test/")
