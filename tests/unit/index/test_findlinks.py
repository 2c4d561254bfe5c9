from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.index import IndexUnavailableError
from archpip.index.findlinks import FilesPage, read_find_links
from archpip.index.reading import NoPageStore, PageReader
from tests.unit.index.fake_web import FakeWeb, MakeSession


@pytest.fixture
def urls(session: MakeSession) -> Callable[[str], list[str]]:
    def read(location: str) -> list[str]:
        pages = read_find_links(location, PageReader(session(), NoPageStore()))
        return [
            page.make_link(position).url
            for page in pages
            for position in range(len(page.filenames))
        ]

    return read


def test_folder_offers_archives_and_what_its_pages_link_to(
    tmp_path: Path, urls: Callable[[str], list[str]]
) -> None:
    for name in ("b-1.0-py3-none-any.whl", "a-1.0.tar.gz", "readme.txt"):
        (tmp_path / name).touch()
    (tmp_path / "more.html").write_text('<a href="https://h/c-1.0.zip">c</a>')
    expected = [
        (tmp_path / "a-1.0.tar.gz").as_uri(),
        (tmp_path / "b-1.0-py3-none-any.whl").as_uri(),
        "https://h/c-1.0.zip",
    ]
    assert urls(str(tmp_path)) == expected
    assert urls(tmp_path.as_uri()) == expected


def test_single_archive_is_itself(tmp_path: Path, urls: Callable[[str], list[str]]) -> None:
    archive = tmp_path / "a-1.0.tar.gz"
    archive.touch()
    assert urls(str(archive)) == [archive.as_uri()]
    assert urls("https://h/a-1.0.tar.gz") == ["https://h/a-1.0.tar.gz"]


def test_local_page_offers_what_it_links_to(
    tmp_path: Path, urls: Callable[[str], list[str]]
) -> None:
    page = tmp_path / "links.html"
    page.write_text('<a href="a-1.0.tar.gz">a</a>')
    assert urls(str(page)) == [(tmp_path / "a-1.0.tar.gz").as_uri()]


def test_remote_page_offers_what_it_links_to(
    web: FakeWeb, urls: Callable[[str], list[str]]
) -> None:
    web.page("https://h/links/", '<a href="a-1.0.tar.gz">a</a>')
    assert urls("https://h/links/") == ["https://h/links/a-1.0.tar.gz"]


@pytest.mark.parametrize("location", ["/no/such/folder", "file:///no/such", "~no-such-user/wheels"])
def test_a_path_where_nothing_is_offers_nothing_with_a_warning(
    location: str, session: MakeSession
) -> None:
    warnings: list[str] = []
    reader = PageReader(session(), NoPageStore())
    assert read_find_links(location, reader, warnings.append) == ()
    (warning,) = warnings
    assert warning == f"--find-links {location} is passed over: there is no such file or folder"


@pytest.mark.parametrize(("path", "reason"), [(f"/{'x' * 300}", "too long"), ("/a\0b", "null")])
def test_a_path_that_cannot_be_looked_at_is_an_error(
    path: str, reason: str, urls: Callable[[str], list[str]]
) -> None:
    with pytest.raises(IndexUnavailableError, match=reason):
        urls(path)


def test_a_page_that_is_not_there_is_an_error(urls: Callable[[str], list[str]]) -> None:
    with pytest.raises(IndexUnavailableError, match="there is no such"):
        urls("https://h/gone/")


def test_files_that_nobody_described_are_described_by_name_and_address() -> None:
    page = FilesPage(["https://h/a-1.0.tar.gz#sha256=ab"], index_url="https://h/")

    assert page.describe(0) == {
        "filename": "a-1.0.tar.gz",
        "url": "https://h/a-1.0.tar.gz",
        "hashes": {"sha256": "ab"},
    }
    assert page.make_link(0).url == "https://h/a-1.0.tar.gz"
    assert page.make_link(0).sha256 == "ab"
    assert page.about == {}
