from collections.abc import Sequence

import pytest
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Link, ProjectLinks
from archpip.index.described import Described
from archpip.index.listing import version_in


class FakePage:
    """A page that counts the links it had to make."""

    def __init__(self, *filenames: str, sha256: str | None = None, host: str = "h") -> None:
        self._filenames = filenames
        self._sha256 = sha256
        self._host = host
        self.made = 0

    origin = None
    is_sized = False
    written = None

    @property
    def filenames(self) -> Sequence[str]:
        return self._filenames

    @property
    def about(self) -> dict[str, object]:
        return {}

    @property
    def fingerprint(self) -> int:
        return hash(self._filenames)

    def describe(self, position: int) -> Described:
        return {"filename": self._filenames[position]}

    def make_link(self, position: int) -> Link:
        self.made += 1
        filename = self._filenames[position]
        hashes = (("sha256", self._sha256),) if self._sha256 else ()
        return Link(url=f"https://{self._host}/{filename}", filename=filename, hashes=hashes)


def project(name: str, *pages: FakePage) -> ProjectLinks:
    return ProjectLinks(NormalizedName(name), pages)


def test_versions_are_newest_first_and_links_made_on_demand() -> None:
    page = FakePage("a-1.0.tar.gz", "a-10.0.tar.gz", "a-2.0-py3-none-any.whl", "a-2.0.tar.gz")
    links = project("a", page)
    assert list(links) == [Version("10.0"), Version("2.0"), Version("1.0")]
    assert page.made == 0
    assert [link.filename for link in links[Version("2.0")]] == [
        "a-2.0-py3-none-any.whl",
        "a-2.0.tar.gz",
    ]
    assert links[Version("2.0")] is links[Version("2.0")]
    assert page.made == 2


def test_spellings_of_one_version_are_one() -> None:
    links = project("a", FakePage("a-1.0.tar.gz", "a-1.0.0-py3-none-any.whl"))
    assert len(links[Version("1")]) == 2


def test_file_on_several_indexes_is_listed_once_where_its_hash_is_one() -> None:
    pages = [FakePage("a-1.0.tar.gz", sha256="ab", host=host) for host in ("x", "y")]
    assert [link.url for link in project("a", *pages).links()] == ["https://x/a-1.0.tar.gz"]


def test_files_of_one_name_and_other_bytes_are_both_listed() -> None:
    pages = [FakePage("a-1.0.tar.gz", sha256=sha256) for sha256 in ("ab", "cd")]
    assert len(project("a", *pages).links()) == 2


def test_unreadable_names_are_kept_apart() -> None:
    links = project("a", FakePage("a-1.0.tar.gz", "a-2004d.tar.gz", "b-1.0.tar.gz", "a.exe", ""))
    assert list(links) == [Version("1.0")]
    assert links.unreadable == ("a-2004d.tar.gz", "b-1.0.tar.gz")


def test_filenames_are_known_without_links() -> None:
    page = FakePage("a-1.0.tar.gz")
    assert project("a", page).filenames(Version("1.0")) == ("a-1.0.tar.gz",)
    assert page.made == 0


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("azure-eventhub-5.10.1.tar.gz", "azure-eventhub", "5.10.1"),
        ("azure_eventhub-5.10.1-py3-none-any.whl", "azure-eventhub", "5.10.1"),
        ("Azure.EventHub-5.10.1.ZIP", "azure-eventhub", "5.10.1"),
        ("foo-bar-1.0.tar.gz", "foo", "bar-1.0"),
        ("foo-1.0-1.tar.gz", "foo", "1.0-1"),
        ("foo-1.0-1build-py3-none-any.whl", "foo", "1.0"),
        ("foo-1.0-py3-none-any.whl", "bar", None),
        ("foo-1.0-none-any.whl", "foo", None),
        ("foo.whl", "foo", None),
        ("foo-.tar.gz", "foo", None),
        ("foo.tar.gz", "foo", None),
    ],
)
def test_version_in_a_file_name(filename: str, name: str, version: str | None) -> None:
    assert version_in(filename, NormalizedName(name)) == version


def test_listed_files_are_those_of_the_links_and_made_only_to_tell_repeats() -> None:
    page = FakePage("a-1.0.tar.gz", "a-1.0-py3-none-any.whl", "a-2.0.tar.gz", sha256="ab")
    links = project("a", page)
    assert [file.filename for file in links.listed(Version("1.0"))] == [
        "a-1.0.tar.gz",
        "a-1.0-py3-none-any.whl",
    ]
    assert page.made == 0

    twice = project("a", page, FakePage("a-2.0.tar.gz", sha256="ab", host="other"))
    assert [file.page for file in twice.listed(Version("2.0"))] == [page]
    assert twice.file_count == 4
    assert links.fingerprint != twice.fingerprint
