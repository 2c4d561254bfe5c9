"""The links of one project, by version, made only for the versions that are looked at."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from archpip.index.described import Described
from archpip.index.model import Link
from archpip.index.page import Page
from archpip.index.urls import ARCHIVE_SUFFIXES, is_archive

_WHEEL_PARTS = (5, 6)
"""Between dashes: project, version, perhaps a build number, and three tags."""
_SDIST_PARTS = 2
_SDIST_SUFFIX = ".tar.gz"


class ListedFile(NamedTuple):
    """One file as a page lists it; nothing is made of it yet."""

    page: Page
    position: int

    @property
    def filename(self) -> str:
        """Its name."""
        return self.page.filenames[self.position]

    def link(self) -> Link:
        """Make its link."""
        return self.page.make_link(self.position)


class DescribedFile(Struct, frozen=True):
    """One file with all that its page says of it; see `Description`."""

    filename: str
    said: Described
    written: bytes | None
    page: Page
    position: int

    @property
    def listed(self) -> ListedFile:
        """The file as its page lists it."""
        return ListedFile(self.page, self.position)


class ProjectLinks(Mapping[Version, tuple[Link, ...]]):
    """Every link that the indexes offer for one project, by version, newest first.

    Within a version, links stand in the order in which the locations were given and their pages
    list them; no file repeats. Safe to read from several threads.
    """

    def __init__(self, name: NormalizedName, pages: Iterable[Page]) -> None:
        self.name = name
        self.unreadable: tuple[str, ...]
        """Archives on the project's pages whose names do not spell this project and a version."""
        self.pages = tuple(pages)
        self._files, self.unreadable = _group_by_version(name, self.pages)
        self._order: tuple[Version, ...] | None = None
        self._links: dict[Version, tuple[Link, ...]] = {}

    def __getitem__(self, version: Version) -> tuple[Link, ...]:
        links = self._links.get(version)
        if links is None:
            links = tuple(link for _, link in _without_repeats(self._listed(version)))
            self._links[version] = links
        return links

    def __iter__(self) -> Iterator[Version]:
        if self._order is None:
            self._order = tuple(sorted(self._files, reverse=True))
        return iter(self._order)

    def __len__(self) -> int:
        return len(self._files)

    @property
    def fingerprint(self) -> int:
        """Equal where all pages had equal bytes; within this process."""
        return hash(tuple(page.fingerprint for page in self.pages))

    @property
    def file_count(self) -> int:
        """How many files the pages list, repeats counted."""
        return sum(map(len, self._files.values()))

    def listed(self, version: Version) -> tuple[ListedFile, ...]:
        """Return the files of a version, those of `self[version]`, most without making links."""
        files = self._listed(version)
        if len({file.filename for file in files}) == len(files):
            return files
        return tuple(file for file, _ in _without_repeats(files))

    def describe(self) -> Iterator[tuple[Version, list[DescribedFile]]]:
        """Yield each version with what the pages say of its files, newest version first.

        Raises:
            IndexUnavailableError: What a page says cannot be understood.
        """
        described = {id(page): _describe(page) for page in self.pages}
        for version in self:
            files = [described[id(page)][position] for page, position in self._files[version]]
            if len({file.filename for file in files}) < len(files):
                listed = set(self.listed(version))
                files = [file for file in files if file.listed in listed]
            yield version, files

    def filenames(self, version: Version) -> tuple[str, ...]:
        """Return the file names of a version without making its links; names may repeat."""
        return tuple(file.filename for file in self._listed(version))

    def _listed(self, version: Version) -> tuple[ListedFile, ...]:
        return tuple(ListedFile(page, position) for page, position in self._files[version])

    def links(self) -> tuple[Link, ...]:
        """Return every link, newest version first."""
        return tuple(link for version in self for link in self[version])


def version_in(filename: str, name: NormalizedName) -> str | None:
    """Return the version that an archive's name spells for the project `name`, as written.

    A source archive may spell dashes in the project's name, so the first dash after which the name
    is the project's divides them (pip's rule).
    """
    if filename.lower().endswith(".whl"):
        parts = filename.split("-")
        return parts[1] if len(parts) in _WHEEL_PARTS and _canonical(parts[0]) == name else None
    stem = _without_suffix(filename)
    dash = stem.find("-")
    while dash >= 0:
        if _canonical(stem[:dash]) == name:
            return stem[dash + 1 :] or None
        dash = stem.find("-", dash + 1)
    return None


_Places = list[tuple[Page, int]]
"""Where files stand: pages, and positions on them. Plain pairs, for pages have thousands."""


def _group_by_version(
    name: NormalizedName, pages: Iterable[Page]
) -> tuple[dict[Version, _Places], tuple[str, ...]]:
    by_version: dict[Version, _Places] = {}
    by_text: dict[str, _Places] = {}
    unreadable = []
    spellings: set[str] = set()  # of the project's name, without dashes
    for page in pages:
        for position, filename in enumerate(page.filenames):
            parts = filename.split("-")
            # Pages have thousands of files, and nearly all of them look like one of these two.
            is_known = parts[0] in spellings
            if is_known and len(parts) in _WHEEL_PARTS and filename.endswith(".whl"):
                text: str | None = parts[1]
            elif is_known and len(parts) == _SDIST_PARTS and filename.endswith(_SDIST_SUFFIX):
                text = parts[1][: -len(_SDIST_SUFFIX)]
            elif is_archive(filename):
                text = version_in(filename, name)
                if _canonical(parts[0]) == name:
                    spellings.add(parts[0])
            else:
                continue
            places = _find_places(text, by_text, by_version)
            if places is None:
                unreadable.append(filename)
            else:
                places.append((page, position))
    return by_version, tuple(unreadable)


def _find_places(
    text: str | None, by_text: dict[str, _Places], by_version: dict[Version, _Places]
) -> _Places | None:
    """Return where files of a version are gathered, `None` where the text spells none."""
    if text is None:
        return None
    places = by_text.get(text)
    if places is None and (version := _parse_version(text)) is not None:
        # 1.0 and 1.0.0 are one version, spelt in two ways.
        places = by_text[text] = by_version.setdefault(version, [])
    return places


def _describe(page: Page) -> list[DescribedFile]:
    return [
        DescribedFile(filename, each.said, each.written, page, position)
        for position, (filename, each) in enumerate(
            zip(page.filenames, page.describe(), strict=True)
        )
    ]


def _without_repeats(files: Iterable[ListedFile]) -> Iterable[tuple[ListedFile, Link]]:
    """Keep the first of those that are the same file: same URL, or same name and sha256."""
    kept: dict[tuple[str, str | None], tuple[ListedFile, Link]] = {}
    for file in files:
        link = file.link()
        key = (link.filename, link.sha256) if link.sha256 else (link.url, None)
        kept.setdefault(key, (file, link))
    return kept.values()


def _without_suffix(filename: str) -> str:
    lowered = filename.lower()
    for suffix in ARCHIVE_SUFFIXES:
        if lowered.endswith(suffix):
            return filename[: -len(suffix)]
    return filename


@lru_cache(maxsize=65536)
def _canonical(text: str) -> NormalizedName:
    return canonicalize_name(text)


@lru_cache(maxsize=65536)
def _parse_version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
