"""What the gateway serves: views, the files of a project, and what was kept out of them."""

import hashlib
import re
from collections.abc import Iterator, Mapping
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
    """As it stands in the path: the target's name."""
    target: Target
    policy: Policy = field(default_factory=Policy)
    every_python: bool = False
    """Judge ahead for every Python that has a wheel, each with its own; a universal lockfile (uv's)
    lists them all. Otherwise for the target's Python alone."""
    build_host: Target | None = None
    """The machine that sdists are built on, where that is known and another than the target."""
    keeps_addresses: bool = False
    """Give a file of the same pages the same address, whatever was judged meanwhile: for clients
    that write addresses down (`uv.lock`), where nobody puts the index's in their place."""

    @property
    def for_builds(self) -> "View | None":
        """The view of a build's own requirements."""
        if self.build_host is None:
            return None
        return View(name=f"{self.name}, builds", target=self.build_host, policy=self.policy)


class FileSettings(Struct, frozen=True, kw_only=True):
    """Which files go through the gateway, and where they are kept."""

    folder: Path
    proxy_all: bool = False
    """All of them. Otherwise those that clients cannot fetch themselves."""
    private_origins: frozenset[str] = frozenset()
    """`scheme://host` of servers that want credentials, which no client gets."""
    most_bytes: int = 10 * _GIGABYTE
    """When the folder holds more, those that were not asked for lately are dropped."""

    def passes_on(self, url: str) -> bool:
        """Return whether a file goes through the gateway.

        Besides all, that is what only the gateway can fetch: it lies here, or wants credentials.
        """
        scheme, _, rest = url.partition("://")
        host = rest.partition("/")[0]
        return (
            self.proxy_all
            or scheme not in {"http", "https"}
            or "@" in host
            or f"{scheme}://{host}" in self.private_origins
        )


class ListedWheel(Struct, frozen=True):
    """One wheel, as far as a page tells which it is."""

    version: Version
    place: Place
    filename: str
    url: str
    sha256: str | None
    said: Described
    """All that the page says of it."""


class OfferedFile(Struct, frozen=True):
    """One file on a project's page."""

    filename: str
    entry: Described
    """What its index says of it in PEP 691's form, with its own name and address."""
    key: str | None = None
    """Where the file has an address of ours, because something is still to be done when a client
    asks for it: what tells it apart there (`file_key`)."""
    metadata_hashes: tuple[tuple[str, str], ...] | None = None
    """`None` where we offer no METADATA beyond what the index does; may be empty."""


class IndexListing(Struct, frozen=True):
    """What one index lists of a project, and what of that is changed in a view."""

    page: Page
    changed: Mapping[int, OfferedFile | None]
    """By the position on the page: what is offered in a file's place; `None` where nothing is."""

    def files(self) -> Iterator[OfferedFile]:
        """Yield what is offered, in the page's order."""
        for position, filename in enumerate(self.page.filenames):
            if position not in self.changed:
                yield OfferedFile(filename, self.page.describe(position))
            elif (file := self.changed[position]) is not None:
                yield file


class Refusal(Struct, frozen=True, kw_only=True):
    """One wheel that is kept out of a view, and why."""

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
    """The page had offered it before it was judged: the client that asked for it got an error."""


class Approval(Struct, frozen=True, kw_only=True):
    """One wheel that was opened and may be taken."""

    metadata_hashes: tuple[tuple[str, str], ...] = ()
    """Of the METADATA that was read from it."""


Judgement = Approval | Refusal


class Standing(Struct, frozen=True, kw_only=True):
    """How one version stands in a view: its wheels that fit by name, and its other files."""

    version: Version
    approved: int
    undecided: int
    refused: int
    places: Places
    """Where all of its files stand."""

    @property
    def has_source(self) -> bool:
        """Whether it has other files than wheels."""
        return any(not page.filenames[each].endswith(".whl") for page, each in self.places)


class ProjectPage(Struct, frozen=True, kw_only=True):
    """What a view shows of one project."""

    name: NormalizedName
    about: Mapping[str, object]
    """What the indexes say of the project as a whole, in PEP 691's form."""
    versions: tuple[Version, ...]
    """Those that have a file on the page, oldest first."""
    listings: tuple[IndexListing, ...]
    """One an index, in the order in which they count; no file stands in two of them."""
    refusals: tuple[Refusal, ...]
    """Newest version first."""
    undecided: int
    """Wheels that fit by name and will be judged when somebody asks for them."""
    standings: tuple[Standing, ...]
    """One a version, newest first."""

    @property
    def files(self) -> tuple[OfferedFile, ...]:
        """What is offered, by index, and in the order of its page."""
        return tuple(file for listing in self.listings for file in listing.files())


def file_key(url: str, *, missing: int = 0) -> str:
    """Return what tells files of one name apart in a path: they may lie on several indexes.

    Args:
        url: The file's.
        missing: How many wheels of its version the page came without, where that counts.
    """
    digits = hashlib.sha256(url.encode()).hexdigest()[:_KEY_DIGITS]
    return f"{digits}{_MISSING}{missing}" if missing else digits


def missing_by_key(key: str) -> int:
    """Return how many wheels of a version the page was without that gave a file this key."""
    written = key.partition(_MISSING)[2]
    return int(written) if re.fullmatch(r"[1-9][0-9]{0,5}", written) else 0
