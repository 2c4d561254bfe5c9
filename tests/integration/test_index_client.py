"""The index client over real sockets, against an index that behaves well, badly and not at all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.utils import NormalizedName

from archpip.index import (
    AuthenticationRequiredError,
    HashMismatchError,
    IndexLocations,
    IndexUnavailableError,
    Link,
    ProjectNotFoundError,
    SessionOptions,
    SizeMismatchError,
)
from archpip.index.client import IndexClient
from archpip.store import SqliteStore
from archpip.wheels import RangesUnsupportedError
from fake_index.server import FakeIndex
from fake_index.world import (
    Behaviour,
    Fault,
    Index,
    IndexFile,
    PageFormat,
    Project,
    Ranges,
    World,
)

NAME = NormalizedName("a-b")
WHEEL = "a_b-1.0+cpu.1-py3-none-any.whl"
CONTENT = bytes(range(256)) * 40
FILES = (
    IndexFile(
        filename=WHEEL,
        content=CONTENT,
        metadata=b"Metadata-Version: 2.1\nName: a-b\nVersion: 1.0+cpu.1\n",
        requires_python=">=3.8,<4",
    ),
    IndexFile(filename="a-b-0.9.tar.gz", content=b"sdist", yanked='says "no" & <goes>'),
)

Serve = Callable[..., FakeIndex]
Open = Callable[..., IndexClient]


@pytest.fixture
def serve(fake_world: Callable[[World], FakeIndex]) -> Serve:
    def make(behaviour: Behaviour | None = None) -> FakeIndex:
        project = Project(name="a-b", files=FILES)
        index = Index(name="main", projects=(project,), behaviour=behaviour or Behaviour())
        return fake_world(World(indexes=(index,)))

    return make


@pytest.fixture
def open_client() -> Iterator[Open]:
    opened = []

    def make(*index_urls: str, store: SqliteStore | None = None) -> IndexClient:
        client = IndexClient(
            IndexLocations(index_urls=index_urls),
            SessionOptions(retries=1, timeout_seconds=5),
            store=store,
            sleep=lambda _: None,
        )
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


def wheel_of(client: IndexClient) -> Link:
    return next(link for link in client.project(NAME).links() if link.filename == WHEEL)


def read_tail_and_part(client: IndexClient, url: str) -> None:
    client.ranges.read_tail(url, 100)
    client.ranges.read_many(url, [(10, 20)])


@pytest.mark.parametrize("absolute", [True, False], ids=["absolute", "relative"])
def test_html_and_json_of_one_index_say_the_same(
    serve: Serve, open_client: Open, *, absolute: bool
) -> None:
    found = []
    for pages in (PageFormat.HTML, PageFormat.JSON):
        index = serve(Behaviour(pages=pages, absolute_urls=absolute))
        links = open_client(index.index_url()).project(NAME).links()
        found.append(
            [
                (
                    link.url.removeprefix(index.url),
                    link.filename,
                    link.sha256,
                    link.requires_python,
                    link.yanked,
                    link.metadata_hashes,
                )
                for link in links
            ]
        )
    assert found[0] == found[1]
    assert [(line[1], line[4]) for line in found[0]] == [
        (WHEEL, None),
        ("a-b-0.9.tar.gz", 'says "no" & <goes>'),
    ]


def test_metadata_is_that_of_the_wheel(serve: Serve, open_client: Open) -> None:
    client = open_client(serve().index_url())
    assert client.metadata(wheel_of(client)) == FILES[0].metadata


def test_download_survives_a_plus_in_the_name(
    serve: Serve, open_client: Open, tmp_path: Path
) -> None:
    client = open_client(serve().index_url())
    path = client.download(wheel_of(client), tmp_path)
    assert (path.name, path.read_bytes()) == (WHEEL, CONTENT)


def test_ranges_bring_the_right_bytes(serve: Serve, open_client: Open) -> None:
    client = open_client(serve().index_url())
    url = wheel_of(client).url
    tail = client.ranges.read_tail(url, 100)
    assert (tail.content, tail.file_size) == (CONTENT[-100:], len(CONTENT))
    spans = [(start, start + 7) for start in range(0, 5000, 50)]
    assert client.ranges.read_many(url, spans) == tuple(CONTENT[a:b] for a, b in spans)


@pytest.mark.parametrize("ranges", [each for each in Ranges if each is not Ranges.HONOURED])
def test_server_that_does_ranges_wrong_is_found_out(
    serve: Serve, open_client: Open, ranges: Ranges, tmp_path: Path
) -> None:
    client = open_client(serve(Behaviour(ranges=ranges)).index_url())
    link = wheel_of(client)
    with pytest.raises((RangesUnsupportedError, IndexUnavailableError)):
        read_tail_and_part(client, link.url)
    assert client.download(link, tmp_path).read_bytes() == CONTENT


def test_chunked_download_is_whole(serve: Serve, open_client: Open, tmp_path: Path) -> None:
    client = open_client(serve(Behaviour(chunked=True)).index_url())
    assert client.download(wheel_of(client), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="*/simple/*", times=1, status=503),
        Fault(path="*/simple/*", times=1, cut_after=20),
        Fault(path="*.whl", times=1, status=502),
        Fault(path="*.whl", times=1, cut_after=5000),
    ],
    ids=["page-503", "page-cut", "file-502", "file-cut"],
)
def test_failure_that_passes_is_not_noticed(
    serve: Serve, open_client: Open, fault: Fault, tmp_path: Path
) -> None:
    client = open_client(serve(Behaviour(faults=(fault,))).index_url())
    assert client.download(wheel_of(client), tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="*/simple/*", status=500),
        Fault(path="*/simple/*", cut_after=20),
        Fault(path="*/simple/*", status=200, content_type="application/json", body=b"{}"),
    ],
    ids=["500", "cut", "no-page"],
)
def test_failing_index_is_an_error_and_no_empty_list(
    serve: Serve, open_client: Open, fault: Fault
) -> None:
    good, bad = serve(), serve(Behaviour(faults=(fault,)))
    with pytest.raises(IndexUnavailableError, match=bad.url):
        open_client(good.index_url(), bad.index_url()).project(NAME)


def test_index_that_is_not_there_is_an_error(open_client: Open) -> None:
    with pytest.raises(IndexUnavailableError, match=r"127\.0\.0\.1:1"):
        open_client("http://127.0.0.1:1/simple").project(NAME)


@pytest.mark.parametrize(
    "fault", [Fault(path="*.whl", flip_byte=7), Fault(path="*.whl", truncate_to=100)]
)
def test_file_that_is_not_what_was_promised_leaves_nothing(
    serve: Serve, open_client: Open, fault: Fault, tmp_path: Path
) -> None:
    client = open_client(serve(Behaviour(faults=(fault,))).index_url())
    with pytest.raises((HashMismatchError, SizeMismatchError)):
        client.download(wheel_of(client), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_project_that_is_nowhere_names_every_index(serve: Serve, open_client: Open) -> None:
    urls = [serve().index_url(), serve().index_url()]
    with pytest.raises(ProjectNotFoundError) as caught:
        open_client(*urls).project(NormalizedName("nowhere"))
    assert all(url in str(caught.value) for url in urls)


def test_credentials_open_pages_metadata_ranges_and_files(
    serve: Serve, open_client: Open, tmp_path: Path
) -> None:
    index = serve(Behaviour(credentials=("me", "p@ss/word")))
    with pytest.raises(AuthenticationRequiredError):
        open_client(index.index_url()).project(NAME)
    client = open_client(index.index_url(credentials=("me", "p%40ss%2Fword")))
    link = wheel_of(client)
    assert "word" not in link.url + str(link.index_url)
    assert client.metadata(link) == FILES[0].metadata
    assert client.ranges.read_tail(link.url, 10).content == CONTENT[-10:]
    assert client.download(link, tmp_path).read_bytes() == CONTENT


def test_netrc_opens_an_index(
    serve: Serve, open_client: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    index = serve(Behaviour(credentials=("me", "secret")))
    url = index.index_url().replace("localhost", "127.0.0.1")
    assert wheel_of(open_client(url)).filename == WHEEL


def test_redirected_file_is_had_from_where_it_lies(
    serve: Serve, open_client: Open, tmp_path: Path
) -> None:
    elsewhere = serve()
    fault = Fault(path="*.whl", location=elsewhere.file_url(WHEEL), status=302)
    index = serve(Behaviour(faults=(fault,), credentials=("me", "secret")))
    client = open_client(index.index_url(credentials=("me", "secret")))
    link = wheel_of(client)
    assert client.download(link, tmp_path).read_bytes() == CONTENT
    assert client.ranges.read_tail(link.url, 10).content == CONTENT[-10:]
    assert elsewhere.requests
    assert all("authorization" not in request.headers for request in elsewhere.requests)


def test_unchanged_page_is_not_sent_twice(serve: Serve, open_client: Open, tmp_path: Path) -> None:
    index = serve()
    with SqliteStore(tmp_path / "store") as store:
        first = open_client(index.index_url(), store=store).project(NAME).links()
        store.flush()
        index.forget()
        second = open_client(index.index_url(), store=store).project(NAME).links()
    assert first == second
    assert [request.status for request in index.requests] == [304]
