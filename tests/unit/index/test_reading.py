import gzip
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from archpip.index import AuthenticationRequiredError, IndexUnavailableError
from archpip.index.page import Page
from archpip.index.reading import NoPageStore, PageReader
from tests.unit.index.fake_web import FakeWeb, MakeSession, Reply, Request, html

URL = "https://index.example/simple/a/"
INDEX = "https://me:secret@index.example/simple"


class MemoryPageStore:
    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, bytes]] = {}
        self.packed: list[bytes | None] = []

    def get_page(self, url: str) -> tuple[str, bytes] | None:
        return self.pages.get(url)

    def get_page_state(self, url: str) -> str | None:
        return self.pages[url][0] if url in self.pages else None

    def put_page(self, url: str, state: str, body: bytes, *, packed: bytes | None = None) -> None:
        self.pages[url] = (state, body)
        self.packed.append(packed)

    def put_page_state(self, url: str, state: str) -> None:
        self.pages[url] = (state, self.pages[url][1])


def names(page: Page | None) -> list[str]:
    assert page is not None
    return list(page.filenames)


def test_request_prefers_json_and_asks_for_a_fresh_answer(
    web: FakeWeb, session: MakeSession
) -> None:
    web.page(URL, "")
    PageReader(session(), NoPageStore()).read(URL, location=INDEX)
    headers = web.requests[0].headers
    assert headers["accept"].startswith("application/vnd.pypi.simple.v1+json, ")
    assert headers["cache-control"] == "max-age=0"


@pytest.mark.parametrize("code", [404, 410])
def test_absent_page_is_none(web: FakeWeb, session: MakeSession, code: int) -> None:
    web.answer(URL, Reply(code))
    assert PageReader(session(), NoPageStore()).read(URL, location=INDEX) is None


def test_bucket_that_denies_listing_has_no_such_page(web: FakeWeb, session: MakeSession) -> None:
    body = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
    web.answer(URL, Reply(403, body))
    assert PageReader(session(), NoPageStore()).read(URL, location=INDEX) is None


@pytest.mark.parametrize("code", [401, 403])
def test_refusal_is_an_error(web: FakeWeb, session: MakeSession, code: int) -> None:
    web.answer(URL, Reply(code))
    with pytest.raises(AuthenticationRequiredError):
        PageReader(session(), NoPageStore()).read(URL, location=INDEX)


def test_redirected_page_starts_its_links_where_it_lies(web: FakeWeb, session: MakeSession) -> None:
    web.answer(URL, Reply(301, headers={"location": "https://cdn.example/x/"}))
    web.page("https://cdn.example/x/", '<a href="a-1.0.tar.gz">a</a>')
    page = PageReader(session(), NoPageStore()).read(URL, location=INDEX)
    assert page is not None
    link = page.make_link(0)
    assert link.url == "https://cdn.example/x/a-1.0.tar.gz"
    assert link.index_url == "https://me:****@index.example/simple"


@pytest.mark.parametrize(
    ("header", "condition"),
    [("etag", "if-none-match"), ("last-modified", "if-modified-since")],
)
def test_unchanged_page_is_taken_from_the_store(
    web: FakeWeb, session: MakeSession, header: str, condition: str
) -> None:
    store = MemoryPageStore()
    first = html('<a href="a-1.0.tar.gz">a</a>', **{header: "state"})
    web.answer(URL, first, Reply(304))
    reader = PageReader(session(), store)
    pages = [names(reader.read(URL, location=INDEX)) for _ in range(2)]
    assert pages == [["a-1.0.tar.gz"]] * 2
    assert condition not in web.requests[0].headers
    assert web.requests[1].headers[condition] == "state"


def test_changed_page_replaces_the_stored_one(web: FakeWeb, session: MakeSession) -> None:
    store = MemoryPageStore()
    for version in ("1.0", "2.0"):
        web.page(URL, f'<a href="a-{version}.tar.gz">a</a>', etag=version)
        PageReader(session(), store).read(URL, location=INDEX)
    assert b"a-2.0.tar.gz" in store.pages[URL][1]


def test_page_that_cannot_be_read_is_not_kept(web: FakeWeb, session: MakeSession) -> None:
    store = MemoryPageStore()
    headers = {"etag": "state", "content-type": "application/vnd.pypi.simple.v1+json"}
    web.answer(URL, Reply(200, b'{"files": [', headers))
    with pytest.raises(IndexUnavailableError, match="broken"):
        PageReader(session(), store).read(URL, location=INDEX)
    assert store.pages == {}


def test_page_without_a_validator_is_not_kept(web: FakeWeb, session: MakeSession) -> None:
    store = MemoryPageStore()
    web.page(URL, "")
    PageReader(session(), store).read(URL, location=INDEX)
    assert store.pages == {}


def test_nothing_that_is_kept_holds_credentials(web: FakeWeb, session: MakeSession) -> None:
    store = MemoryPageStore()
    web.page(URL, "", etag="x")
    PageReader(session(), store).read(URL.replace("//", "//me:secret@"), location=INDEX)
    assert "secret" not in repr(store.pages)


def test_error_is_not_kept_and_not_taken_for_a_page(web: FakeWeb, session: MakeSession) -> None:
    store = MemoryPageStore()
    web.answer(URL, Reply(500, headers={"etag": "x"}))
    with pytest.raises(IndexUnavailableError):
        PageReader(session(), store).read(URL, location=INDEX)
    assert store.pages == {}


def test_local_index_is_read_from_its_index_html(session: MakeSession, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text('<a href="../../a-1.0.tar.gz">a</a>')
    reader = PageReader(session(), NoPageStore())
    page = reader.read(f"{tmp_path.as_uri()}/a/", location=tmp_path.as_uri())
    assert page is not None
    assert page.make_link(0).url == (tmp_path.parent / "a-1.0.tar.gz").as_uri()
    assert reader.read(f"{tmp_path.as_uri()}/b/", location=tmp_path.as_uri()) is None


class Clock:
    """Says what time it is: whatever it was set to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("later", "asked"),
    [(0, 1), (59, 1), (60, 2), (-1, 2)],
    ids=["same-moment", "fresh", "stale", "clock-set-back"],
)
def test_page_is_believed_for_as_long_as_is_said(
    web: FakeWeb, session: MakeSession, later: float, asked: int
) -> None:
    web.page(URL, '<a href="a-1.tar.gz">a</a>')
    clock = Clock()
    reader = PageReader(session(), MemoryPageStore(), max_age_seconds=60, now=clock)
    first = reader.read(URL, location=INDEX)
    clock.now += later
    assert names(reader.read(URL, location=INDEX)) == names(first)
    assert len(web.requests) == asked


def test_unchanged_page_is_believed_anew(web: FakeWeb, session: MakeSession) -> None:
    page = html('<a href="a-1.tar.gz">a</a>', etag='"1"')
    web.answer(URL, page, Reply(304))
    clock = Clock()
    reader = PageReader(session(), MemoryPageStore(), max_age_seconds=60, now=clock)
    for moment in (1000, 1100, 1150):
        clock.now = moment
        assert names(reader.read(URL, location=INDEX)) == ["a-1.tar.gz"]
    assert len(web.requests) == 2


def test_page_that_nobody_may_believe_and_no_server_can_confirm_is_not_kept(
    web: FakeWeb, session: MakeSession
) -> None:
    web.page(URL, "")
    store = MemoryPageStore()
    PageReader(session(), store).read(URL, location=INDEX)
    assert not store.pages


def test_page_that_came_packed_is_kept_so(web: FakeWeb, session: MakeSession) -> None:
    packed = gzip.compress(b"<html>")
    headers = {"content-type": "text/html", "etag": "1", "content-encoding": "gzip"}
    web.answer(URL, Reply(200, packed, headers))
    store = MemoryPageStore()
    PageReader(session(), store).read(URL, location=INDEX)
    assert (store.pages[URL][1], store.packed) == (b"<html>", [packed])


def test_page_kept_by_an_older_archpip_is_asked_for(web: FakeWeb, session: MakeSession) -> None:
    web.page(URL, "")
    store = MemoryPageStore()
    store.put_page(URL, f'{{"url": "{URL}", "content-type": "text/html"}}', b"")
    PageReader(session(), store, max_age_seconds=60).read(URL, location=INDEX)
    assert len(web.requests) == 1


def test_digest_changes_with_the_page_and_only_then(web: FakeWeb, session: MakeSession) -> None:
    digests = []
    for version in ("1.0", "1.0", "2.0"):
        web.page(URL, f'<a href="a-{version}.tar.gz">a</a>')
        digests.append(PageReader(session(), NoPageStore()).digest(URL))
    assert digests[0] == digests[1] != digests[2]


def test_page_whose_digest_was_asked_for_is_not_asked_for_again(
    web: FakeWeb, session: MakeSession
) -> None:
    web.page(URL, '<a href="a-1.tar.gz">a</a>', etag="1")
    store = MemoryPageStore()
    reader = PageReader(session(), store)
    digest = reader.digest(URL)
    assert store.pages == {}  # nobody knows yet whether it can be read
    assert names(reader.read(URL, location=INDEX)) == ["a-1.tar.gz"]
    assert reader.digest(URL) == digest
    assert len(web.requests) == 1
    assert digest in store.pages[URL][0]


@pytest.mark.parametrize("validator", [{"etag": "1"}, {}], ids=["confirmed", "sent-again"])
def test_digest_of_an_unchanged_page_needs_no_body_of_the_store(
    web: FakeWeb, session: MakeSession, validator: dict[str, str]
) -> None:
    page = html('<a href="a-1.tar.gz">a</a>', **validator)
    web.answer(URL, page, Reply(304) if validator else page)
    store = MemoryPageStore()
    clock = Clock()
    first = PageReader(session(), store, max_age_seconds=60, now=clock)
    first.read(URL, location=INDEX)
    kept = store.pages[URL]
    clock.now += 60
    second = PageReader(session(), store, max_age_seconds=60, now=clock)
    assert second.digest(URL) == first.digest(URL)
    assert store.pages[URL][0] != kept[0]  # it is believed anew
    assert store.pages[URL][1] is kept[1]
    assert names(second.read(URL, location=INDEX)) == ["a-1.tar.gz"]
    assert len(web.requests) == 2


def test_page_that_another_process_took_away_is_fetched(web: FakeWeb, session: MakeSession) -> None:
    web.page(URL, '<a href="a-1.tar.gz">a</a>')
    store = MemoryPageStore()
    PageReader(session(), store, max_age_seconds=60).read(URL, location=INDEX)
    reader = PageReader(session(), store, max_age_seconds=60)
    reader.digest(URL)
    store.pages.clear()
    assert names(reader.read(URL, location=INDEX)) == ["a-1.tar.gz"]


def test_digest_of_an_absent_page_is_empty(
    web: FakeWeb, session: MakeSession, tmp_path: Path
) -> None:
    web.answer(URL, Reply(404))
    reader = PageReader(session(), NoPageStore())
    assert reader.digest(URL) == ""
    assert reader.read(URL, location=INDEX) is None
    assert reader.digest(f"{tmp_path.as_uri()}/a/") == ""


def test_digest_of_a_local_page(session: MakeSession, tmp_path: Path) -> None:
    reader = PageReader(session(), NoPageStore())
    digests = []
    for text in ("1", "2"):
        (tmp_path / "index.html").write_text(text)
        digests.append(reader.digest(f"{tmp_path.as_uri()}/"))
    assert len({"", *digests}) == 3


def test_page_that_is_as_it_was_need_not_be_read_to_be_kept(
    web: FakeWeb, session: MakeSession
) -> None:
    web.page(URL, '<a href="a-1.tar.gz">a</a>')
    store = MemoryPageStore()
    reader = PageReader(session(), store, max_age_seconds=60)
    digest = reader.digest(URL)
    reader.keep_unread()
    assert PageReader(session(), store, max_age_seconds=60).digest(URL) == digest
    assert len(web.requests) == 1


def test_page_that_is_read_while_its_digest_is_on_its_way_is_asked_for_once(
    web: FakeWeb, session: MakeSession
) -> None:
    old, new = (html(f'<a href="a-{n}.tar.gz">a</a>') for n in (1, 2))
    asked, answers = Event(), Event()

    def answer_late(_request: Request) -> Reply:
        asked.set()
        answers.wait(5)
        return old

    web.answer(URL, answer_late, new)
    reader = PageReader(session(), NoPageStore())
    with ThreadPoolExecutor(2) as pool:
        digest = pool.submit(reader.digest, URL)
        asked.wait(5)
        page = pool.submit(reader.read, URL, location=INDEX)
        with pytest.raises(TimeoutError):
            page.result(0.05)
        answers.set()

    assert names(page.result()) == ["a-1.tar.gz"]
    assert digest.result() == reader.digest(URL)
    assert len(web.requests) == 1
