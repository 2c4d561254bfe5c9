"""The gateway's values: views, the files of a project, approvals and refusals."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field
from packaging.utils import NormalizedName
from packaging.version import Version

from archpip.index import Described, Page, Place, Places
from archpip.targets import Target
from archpip.verdicts import Policy, Verdict

_KEY_DIGITS = 16
_MISSING = "-"
_GIGABYTE = 1024**3


class View(Struct, frozen=True, kw_only=True):
    """One target under one policy: what a client sees below `/<name>/simple/`."""

    name: str
    """The name in the URL path: the target's."""
    target: Target
    policy: Policy = field(default_factory=Policy)
    every_python: bool = False
    """Judge ahead the wheels of every Python, each for its own, since a universal lockfile (uv's)
    lists them all. Otherwise only those for the target's Python."""
    build_host: Target | None = None
    """The machine that sdists are built on, if that is known and not the target."""
    stable_urls: bool = False
    """Give a file on unchanged index pages the same URL, whatever was judged meanwhile: for clients
    that record URLs (`uv.lock`), where nothing rewrites them to the index's own."""
    approved_builds: frozenset[NormalizedName] | None = None
    """The projects whose sdists are offered, since their builds are approved; `None` for all."""

    def approves_build(self, name: NormalizedName) -> bool:
        """Return whether a project's sdists are offered."""
        return self.approved_builds is None or name in self.approved_builds

    @property
    def for_builds(self) -> "View | None":
        """The view of a build's own requirements."""
        if self.build_host is None:
            return None
        return View(name=f"{self.name}, builds", target=self.build_host, policy=self.policy)


def _is_open(_origin: str) -> bool:
    return False


class FileSettings(Struct, frozen=True, kw_only=True):
    """Which files the gateway proxies, and where they are cached."""

    folder: Path
    proxy_all: bool = False
    """Proxy all files. Otherwise only those that clients cannot fetch themselves."""
    is_private: Callable[[str], bool] = _is_open
    """Whether `scheme://host` needs credentials, which are never passed to clients. It is known
    once the index's page was read."""
    most_bytes: int = 10 * _GIGABYTE
    """Above this size of the folder, the least recently requested files are deleted."""

    def passes_on(self, url: str) -> bool:
        """Return whether the gateway proxies a file.

        It always proxies files that only it can fetch: local ones, and ones that need credentials.
        """
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0]
        return (
            self.proxy_all
            or scheme not in {"http", "https"}
            or "@" in host
            or self.is_private(f"{scheme}://{host}")
        )


class ListedWheel(Struct, frozen=True):
    """One wheel, as listed on an index page."""

    version: Version
    place: Place
    filename: str
    url: str
    sha256: str | None
    said: Described
    """The page's entry for it."""


class OfferedFile(Struct, frozen=True):
    """One file on a project's page."""

    filename: str
    entry: Described
    """The index's entry in PEP 691's form, with the index's own name and URL."""
    key: str | None = None
    """The key in the gateway URL (`file_key`); `None` if the file keeps its own URL. A gateway URL
    means that work is left to do when a client requests the file."""
    metadata_hashes: tuple[tuple[str, str], ...] | None = None
    """`None` if the gateway offers no METADATA beyond the index's; may be empty."""


class IndexListing(Struct, frozen=True):
    """The files of a project on one index, and how a view changes them."""

    page: Page
    changed: Mapping[int, OfferedFile | None]
    """Replacements by position on the page; `None` where the file is left out."""

    def files(self) -> Iterator[OfferedFile]:
        """Yield the offered files in the page's order."""
        for position, filename in enumerate(self.page.filenames):
            if position not in self.changed:
                yield OfferedFile(filename, self.page.describe(position))
            elif (file := self.changed[position]) is not None:
                yield file


class Refusal(Struct, frozen=True, kw_only=True):
    """One wheel that is refused in a view, or an sdist whose build is not approved, and why."""

    view: str
    """The view's name."""
    project: NormalizedName
    version: Version
    filename: str
    message: str
    """One sentence: the worst finding's code and text, or why the file could not be read."""
    verdict: Verdict | None = None
    """`None` where the file could not be read at all."""
    late: bool = False
    """Whether the page had listed it before it was judged: the client's request got an error."""

    @property
    def code(self) -> str:
        """Say in one word why: the worst finding's code, if there is one."""
        if not self.filename.endswith(".whl"):
            return "build-not-approved"
        findings = self.verdict.findings if self.verdict else ()
        return findings[0].code if findings else "unreadable"


class Approval(Struct, frozen=True, kw_only=True):
    """One wheel that was opened and accepted."""

    metadata_hashes: tuple[tuple[str, str], ...] = ()
    """Hashes of the METADATA read from it, as (algorithm, digest)."""


Judgement = Approval | Refusal


class Standing(Struct, frozen=True, kw_only=True):
    """The state of one version in a view: its wheels whose names fit, and its other files."""

    version: Version
    approved: int
    undecided: int
    refused: int
    places: Places
    """The positions of all its files."""

    @property
    def has_source(self) -> bool:
        """Whether the version has files other than wheels."""
        return next(self.iter_sources(), None) is not None

    def iter_sources(self) -> Iterator[Place]:
        """Yield the positions of its files other than wheels."""
        for page, position in self.places:
            if not page.filenames[position].endswith(".whl"):
                yield page, position


class ProjectPage(Struct, frozen=True, kw_only=True):
    """One project's page in a view."""

    name: NormalizedName
    about: Mapping[str, object]
    """The indexes' project-level metadata, merged, in PEP 691's form, without versions."""
    versions: tuple[str, ...]
    """What the indexes state or list, as written; not those of which every file is left out."""
    listings: tuple[IndexListing, ...]
    """One per index, in priority order; no file is in two of them."""
    refusals: tuple[Refusal, ...]
    """Newest version first."""
    undecided: int
    """Wheels whose names fit and that will be judged when a client requests them."""
    standings: tuple[Standing, ...]
    """One per version, newest first."""
    unapproved: int = 0
    """How many sdists are left out since building the project is not approved."""

    @property
    def files(self) -> tuple[OfferedFile, ...]:
        """The offered files, by index, in the order of its page."""
        return tuple(file for listing in self.listings for file in listing.files())


def file_key(url: str, *, missing: int = 0) -> str:
    """Return the key in a gateway URL that tells files of one name on several indexes apart.

    Args:
        url: The file's URL.
        missing: How many wheels of its version the page leaves out, where that counts.
    """
    digits = hashlib.sha256(url.encode()).hexdigest()[:_KEY_DIGITS]
    return f"{digits}{_MISSING}{missing}" if missing else digits


def missing_by_key(key: str) -> int:
    """Return the number of left-out wheels (`missing`) that a key encodes."""
    written = key.partition(_MISSING)[2]
    return int(written) if re.fullmatch(r"[1-9][0-9]{0,5}", written) else 0
