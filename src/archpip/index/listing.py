"""The links of one project, by version, made only for the versions that are used."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from archpip.index.model import Link
from archpip.index.page import Page
from archpip.index.urls import ARCHIVE_SUFFIXES, is_archive

_DASHES_OF_WHEELS = (4, 5)
"""Between project, version, perhaps a build number, and three tags."""
_SDIST_SUFFIX = ".tar.gz"

Place = tuple[Page, int]
"""The place of a file: a page and the position on it. A plain pair, as pages have thousands."""

_Stretch = tuple[Page, range]
"""A page, and consecutive positions on it of files of one version."""


class Places(Collection[Place]):
    """The places of one version's files: mostly consecutive, so each is made on demand."""

    def __init__(self, stretches: Sequence[tuple[Page, range]]) -> None:
        """Take pages, and consecutive positions on each."""
        self.stretches = stretches

    def __len__(self) -> int:
        return sum(len(stretch) for _, stretch in self.stretches)

    def __iter__(self) -> Iterator[Place]:
        for page, stretch in self.stretches:
            for position in stretch:
                yield page, position

    def __contains__(self, place: object) -> bool:
        return any(place == each for each in self)


class ListedFile(NamedTuple):
    """One file as a page lists it, not parsed yet."""

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

    Within a version, links are in the order of the locations and of their pages; no file repeats.
    Safe to read from several threads.
    """

    def __init__(self, name: NormalizedName, pages: Iterable[Page]) -> None:
        self.name = name
        self.unreadable: tuple[str, ...]
        """Archives on the project's pages whose names are not of this project and a version."""
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
        """Equal if all pages had equal bytes; valid within this process."""
        return hash(tuple(page.fingerprint for page in self.pages))

    @property
    def file_count(self) -> int:
        """How many files the pages list, repeats counted."""
        return sum(len(Places(stretches)) for stretches in self._files.values())

    def listed(self, version: Version) -> tuple[ListedFile, ...]:
        """Return the files of `self[version]`, mostly without making links."""
        files = self._listed(version)
        if not self._repeats or len({file.filename for file in files}) == len(files):
            return files
        return tuple(file for file, _ in _without_repeats(files))

    def places(self, version: Version) -> Places:
        """Return the places of the files of `listed`; for callers that iterate over thousands."""
        if self._repeats:
            return Places([(page, range(at, at + 1)) for page, at in self.listed(version)])
        return Places(self._files[version])

    @cached_property
    def _repeats(self) -> bool:
        """Whether a file name may be on the pages twice."""
        names = set[str]().union(*(page.filenames for page in self.pages))
        return len(names) < sum(len(page.filenames) for page in self.pages)

    def filenames(self, version: Version) -> tuple[str, ...]:
        """Return the file names of a version without making its links; names may repeat."""
        return tuple(file.filename for file in self._listed(version))

    def _listed(self, version: Version) -> tuple[ListedFile, ...]:
        return tuple(ListedFile(*place) for place in Places(self._files[version]))

    def links(self) -> tuple[Link, ...]:
        """Return every link, newest version first."""
        return tuple(link for version in self for link in self[version])


def version_in(filename: str, name: NormalizedName) -> str | None:
    """Return the version in the file name of an archive of project `name`, as written.

    The project's name may contain dashes in a source archive, so the split is at the first dash
    before which the name is the project's (pip's rule).
    """
    if filename.lower().endswith(".whl"):
        parts = filename.split("-")
        return (
            parts[1]
            if len(parts) - 1 in _DASHES_OF_WHEELS and _canonical(parts[0]) == name
            else None
        )
    stem = _without_suffix(filename)
    dash = stem.find("-")
    while dash >= 0:
        if _canonical(stem[:dash]) == name:
            return stem[dash + 1 :] or None
        dash = stem.find("-", dash + 1)
    return None


def find_version(filename: str, name: NormalizedName) -> Version | None:
    """Return the version in the file name of an archive of project `name`; `None` if invalid."""
    text = version_in(filename, name)
    return _parse_version(text) if text else None


def _group_by_version(
    name: NormalizedName, pages: Iterable[Page]
) -> tuple[dict[Version, list[_Stretch]], tuple[str, ...]]:
    """Return the places of each version's files, and the archives without a version."""
    by_version: dict[Version, list[_Stretch]] = {}
    unreadable = []
    for page in pages:
        filenames = page.filenames
        position = 0
        while position < len(filenames):
            start = position
            filename = filenames[start]
            position += 1
            if not is_archive(filename):
                continue
            text = version_in(filename, name)
            version = _parse_version(text) if text else None
            if text is None or version is None:
                unreadable.append(filename)
                continue
            position = _end_of_stretch(filenames, start, text)
            by_version.setdefault(version, []).append((page, range(start, position)))
    return by_version, tuple(unreadable)


def _end_of_stretch(filenames: Sequence[str], start: int, text: str) -> int:
    """Return the end of the files whose names start with the same project and version as `start`.

    Pages have thousands of files, and nearly all are beside the others of their version, so a name
    is compared with the one before, which takes a tenth of the time of parsing it.
    """
    first = filenames[start]
    stem = first[: first.find("-") + 1] + text
    sdist, wheels = stem + _SDIST_SUFFIX, stem + "-"
    if first != sdist and not first.startswith(wheels):  # dashes in the project's name
        return start + 1
    for position in range(start + 1, len(filenames)):
        filename = filenames[position]
        if filename.startswith(wheels):
            if not (filename.endswith(".whl") and filename.count("-") in _DASHES_OF_WHEELS):
                return position
        elif filename != sdist:
            return position
    return len(filenames)


def _without_repeats(files: Iterable[ListedFile]) -> Iterable[tuple[ListedFile, Link]]:
    """Drop repeats of a file, keeping the first: same URL, or same name and sha256."""
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
    except ValueError:  # also Python's, for a number of 5,000 digits
        return None
