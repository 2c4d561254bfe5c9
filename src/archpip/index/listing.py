"""The links of one project, by version, made only for the versions that are looked at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from archpip.index.model import Link
from archpip.index.page import Page
from archpip.index.urls import ARCHIVE_SUFFIXES, is_archive

_WHEEL_PARTS = (5, 6)
"""Between dashes: project, version, perhaps a build number, and three tags."""
_DASHES_IN_TAGS = (2, 3)
"""Between what follows the version: perhaps a build number, and three tags."""
_SDIST_SUFFIX = ".tar.gz"

Place = tuple[Page, int]
"""Where a file stands: a page, and the position on it. A plain pair, for pages have thousands."""


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
        if not self._repeats or len({file.filename for file in files}) == len(files):
            return files
        return tuple(file for file, _ in _without_repeats(files))

    def places(self, version: Version) -> Sequence[Place]:
        """Return where the files of `listed` stand; for who goes through thousands of them."""
        return self.listed(version) if self._repeats else self._files[version]

    @cached_property
    def _repeats(self) -> bool:
        """Whether a name may stand on the pages twice."""
        names = set[str]().union(*(page.filenames for page in self.pages))
        return len(names) < sum(len(page.filenames) for page in self.pages)

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


def _group_by_version(
    name: NormalizedName, pages: Iterable[Page]
) -> tuple[dict[Version, list[Place]], tuple[str, ...]]:
    by_version: dict[Version, list[Place]] = {}
    by_text: dict[str, list[Place]] = {}
    unreadable = []
    spellings: set[str] = set()  # of the project's name, without dashes
    for page in pages:
        for position, filename in enumerate(page.filenames):
            spelling, _, rest = filename.partition("-")
            text: str | None
            text, _, tags = rest.partition("-")
            # Pages have thousands of files, and nearly all of them look like one of these two.
            is_known = spelling in spellings
            if is_known and filename.endswith(".whl") and tags.count("-") in _DASHES_IN_TAGS:
                pass
            elif is_known and not tags and filename.endswith(_SDIST_SUFFIX):
                text = rest[: -len(_SDIST_SUFFIX)]
            elif is_archive(filename):
                text = version_in(filename, name)
                if _canonical(spelling) == name:
                    spellings.add(spelling)
            else:
                continue
            places = by_text.get(text) if text else None
            if places is None:
                places = _begin_places(text, by_text, by_version)
            if places is None:
                unreadable.append(filename)
            else:
                places.append((page, position))
    return by_version, tuple(unreadable)


def _begin_places(
    text: str | None, by_text: dict[str, list[Place]], by_version: dict[Version, list[Place]]
) -> list[Place] | None:
    """Begin to gather what is spelt so; returns `None` where the text spells no version."""
    if text is None:
        return None
    version = _parse_version(text)
    if version is None:
        return None
    # 1.0 and 1.0.0 are one version, spelt in two ways.
    places = by_text[text] = by_version.setdefault(version, [])
    return places


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
