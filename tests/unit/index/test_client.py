import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from packaging.utils import NormalizedName

from archpip.index import (
    Authenticate,
    AuthenticationRequiredError,
    HashMismatchError,
    IndexLocations,
    IndexPin,
    IndexTerms,
    IndexUnavailableError,
    Link,
    ProjectNotFoundError,
    SessionOptions,
    to_file_url,
)
from archpip.index.client import IndexClient
from tests.unit.index.fake_web import FakeWeb, MakeClient, Reply

NAME = NormalizedName("a")
ONE = "https://one.example/simple"
TWO = "https://two.example/simple"


def page(version: str) -> str:
    return f'<a href="https://files.example/a-{version}.tar.gz#sha256=ab">a</a>'


def urls(client: IndexClient) -> list[str]:
    return [link.url for link in client.project(NAME).links()]


def test_all_locations_count_alike(web: FakeWeb, client: MakeClient, tmp_path: Path) -> None:
    (tmp_path / "a-2.0.tar.gz").touch()
    (tmp_path / "b-9.0.tar.gz").touch()
    web.page(f"{ONE}/a/", page("1.0"))
    web.page(f"{TWO}/a/", page("3.0"))
    assert urls(client(ONE, TWO, find_links=(str(tmp_path),))) == [
        "https://files.example/a-3.0.tar.gz",
        (tmp_path / "a-2.0.tar.gz").as_uri(),
        "https://files.example/a-1.0.tar.gz",
    ]


def test_no_index_looks_at_find_links_only(
    web: FakeWeb, client: MakeClient, tmp_path: Path
) -> None:
    (tmp_path / "a-2.0.tar.gz").touch()
    assert len(urls(client(ONE, find_links=(str(tmp_path),), no_index=True))) == 1
    assert web.requests == []


def test_find_links_are_read_again_when_they_are_old_and_not_before(tmp_path: Path) -> None:
    now = [0.0]
    locations = IndexLocations(find_links=(str(tmp_path),), no_index=True)
    client = IndexClient(locations, clock=lambda: now[0])
    (tmp_path / "a-1.0.tar.gz").touch()
    found = [urls(client)]
    (tmp_path / "a-2.0.tar.gz").touch()

    for moment in (59, 60):
        now[0] = moment
        client.forget_find_links(older_than_seconds=60)
        client.forget(NAME)
        found.append(urls(client))
    client.close()

    assert list(map(len, found)) == [1, 1, 2]


def test_project_that_one_index_lacks_comes_from_the_other(
    web: FakeWeb, client: MakeClient
) -> None:
    web.page(f"{TWO}/a/", page("3.0"))
    assert len(urls(client(ONE, TWO))) == 1


def test_failing_index_is_never_passed_over(web: FakeWeb, client: MakeClient) -> None:
    web.page(f"{ONE}/a/", page("1.0"))
    web.answer(f"{TWO}/a/", Reply(500))
    with pytest.raises(IndexUnavailableError, match=r"two\.example"):
        client(ONE, TWO).project(NAME)


def test_unknown_project_names_where_it_was_looked_for(client: MakeClient) -> None:
    with pytest.raises(ProjectNotFoundError) as caught:
        client("https://me:secret@one.example/simple", TWO).project(NAME)
    assert str(caught.value) == (
        f"There is no project a on https://me:****@one.example/simple, {TWO}"
    )


def test_unknown_project_without_any_index(client: MakeClient) -> None:
    with pytest.raises(ProjectNotFoundError, match="--no-index is set") as caught:
        client(no_index=True).project(NAME)
    assert caught.value.hint == "Name a folder with --find-links, or leave out --no-index."


def test_unknown_project_of_folders_alone_sends_nobody_to_an_index(
    client: MakeClient, tmp_path: Path
) -> None:
    with pytest.raises(ProjectNotFoundError) as caught:
        client(no_index=True, find_links=(str(tmp_path),)).project(NAME)
    assert "--extra-index-url" not in caught.value.hint
    assert "leave out --no-index" in caught.value.hint


def test_index_that_is_a_folder_which_is_not_there_is_told_once(
    web: FakeWeb, client: MakeClient, tmp_path: Path
) -> None:
    web.page(f"{ONE}/a/", page("1.0"))
    absent = tmp_path / "pypi.org/simple"
    warnings: list[str] = []
    opened = client(str(absent), ONE, warn=warnings.append)

    assert len(urls(opened)) == 1
    with pytest.raises(ProjectNotFoundError) as caught:
        opened.project(NormalizedName("b"))

    told = f"the index {absent.as_uri()} is passed over: there is no such folder"
    assert warnings == [told]
    assert caught.value.hint == (
        f"There is no folder {absent.as_uri()}; the address of an index on the web begins with "
        "https://."
    )


@pytest.mark.parametrize("is_pinned", [True, False])
def test_a_folder_of_files_is_no_index(
    client: MakeClient, tmp_path: Path, *, is_pinned: bool
) -> None:
    (tmp_path / "a-1.0-py3-none-any.whl").touch()
    url = to_file_url(tmp_path)
    pins = (IndexPin(url=url, projects=("a",)),) if is_pinned else ()

    with pytest.raises(ProjectNotFoundError) as caught:
        client(*(() if is_pinned else (url,)), pins=pins).project(NAME)

    alone = ", and it is looked for nowhere else" if is_pinned else ""
    assert str(caught.value) == f"There is no project a on {url}{alone}"
    beside = " and pin it to no index" if is_pinned else ""
    assert caught.value.hint == (
        f"{url} is a folder of files, where an index has a page for each project: "
        f"give it to --find-links{beside}."
    )


def test_a_project_that_its_own_index_lacks_is_wanted_of_another(
    web: FakeWeb, client: MakeClient
) -> None:
    web.page(f"{ONE}/a/", page("1.0"))
    pins = (IndexPin(url=TWO, projects=("a",)),)

    with pytest.raises(ProjectNotFoundError) as caught:
        client(ONE, pins=pins).project(NAME)

    assert caught.value.hint == "Check the spelling, or pin it to another index, or to none."


def test_empty_page_is_a_project_without_files(web: FakeWeb, client: MakeClient) -> None:
    web.page(f"{ONE}/a/", "<html></html>")
    assert urls(client(ONE)) == []


def test_project_is_asked_for_once(web: FakeWeb, client: MakeClient) -> None:
    web.page(f"{ONE}/a/", page("1.0"))
    opened = client(ONE)
    assert opened.project(NAME) is opened.project(NAME)
    assert len(web.requests) == 1


def test_index_may_be_a_folder(client: MakeClient, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/index.html").write_text('<a href="a-1.0.tar.gz">a</a>')
    assert urls(client(str(tmp_path))) == [(tmp_path / "a/a-1.0.tar.gz").as_uri()]


def test_metadata_is_asked_for_only_where_it_is_offered(web: FakeWeb, client: MakeClient) -> None:
    link = Link(url="https://files.example/a-1.0-py3-none-any.whl", filename="a")
    assert client(ONE).metadata(link) is None
    assert web.requests == []


def wheel(metadata_hashes: tuple[tuple[str, str], ...], query: str = "") -> Link:
    return Link(
        url=f"https://files.example/a.whl{query}",
        filename="a.whl",
        metadata_hashes=metadata_hashes,
    )


def test_metadata_stands_beside_the_wheel_and_is_checked(web: FakeWeb, client: MakeClient) -> None:
    web.answer("https://files.example/a.whl.metadata?sig=1", Reply(200, b"Name: a"))
    sha256 = hashlib.sha256(b"Name: a").hexdigest()
    assert client(ONE).metadata(wheel((("sha256", sha256),), "?sig=1")) == b"Name: a"
    with pytest.raises(HashMismatchError):
        client(ONE).metadata(wheel((("sha256", "0" * 64),), "?sig=1"))


def test_promised_metadata_that_is_absent_is_an_error(client: MakeClient) -> None:
    with pytest.raises(IndexUnavailableError, match="404"):
        client(ONE).metadata(wheel(()))


def test_metadata_beside_a_local_wheel(client: MakeClient, tmp_path: Path) -> None:
    path = tmp_path / "a.whl"
    path.with_name("a.whl.metadata").write_bytes(b"Name: a")
    local = Link(url=path.as_uri(), filename="a.whl", metadata_hashes=())
    assert client(ONE).metadata(local) == b"Name: a"


def test_promised_metadata_that_is_absent_beside_a_local_wheel_is_an_error(
    client: MakeClient, tmp_path: Path
) -> None:
    local = Link(url=(tmp_path / "a.whl").as_uri(), filename="a.whl", metadata_hashes=())
    with pytest.raises(IndexUnavailableError, match=r"a\.whl\.metadata cannot be used"):
        client(ONE).metadata(local)


def test_client_is_a_context_that_closes(web: FakeWeb, client: MakeClient, tmp_path: Path) -> None:
    web.answer("https://files.example/a.whl", Reply(200, b"x"))
    with client(ONE) as opened:
        assert opened.download(wheel(()), tmp_path).read_bytes() == b"x"
    assert web.is_closed


def on_terms(web: FakeWeb, terms: IndexTerms) -> IndexClient:
    locations = IndexLocations(index_urls=(ONE, TWO), terms=((ONE, terms),))
    return IndexClient(locations, SessionOptions(retries=0), transport=web)


def test_index_may_say_by_an_error_that_it_has_no_such_project(web: FakeWeb) -> None:
    terms = IndexTerms(ignored_statuses=frozenset({403, 500}))
    web.page(f"{TWO}/a/", page("3.0"))
    for status in (403, 500):
        web.answer(f"{ONE}/a/", Reply(status))
        assert urls(on_terms(web, terms)) == ["https://files.example/a-3.0.tar.gz"]

    web.page(f"{ONE}/a/", page("1.0"))
    web.answer(f"{TWO}/a/", Reply(403))
    with pytest.raises(AuthenticationRequiredError, match=r"two\.example"):
        on_terms(web, terms).project(NAME)


def test_moment_of_an_index_holds_for_its_pages_alone(web: FakeWeb) -> None:
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    for url, version in ((ONE, "1.0"), (TWO, "3.0")):
        web.page(f"{url}/a/", page(version))  # which tells no upload time

    dated = on_terms(web, IndexTerms(uploaded_before=moment))
    exempt = on_terms(web, IndexTerms(uploaded_before=moment, exempt=frozenset({NAME})))

    assert urls(dated) == ["https://files.example/a-3.0.tar.gz"]
    assert len(urls(exempt)) == 2


def test_index_that_is_always_to_know_who_asks_is_not_asked_without(web: FakeWeb) -> None:
    client = on_terms(web, IndexTerms(authenticate=Authenticate.ALWAYS))

    with pytest.raises(
        AuthenticationRequiredError, match="requires credentials, and none were found"
    ):
        client.project(NAME)

    assert web.requests == []
