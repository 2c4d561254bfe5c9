"""A project's page in any format, and what its formats have in common."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Raw

from archpip.index.described import Described
from archpip.index.errors import IndexUnavailableError
from archpip.index.model import Link
from archpip.index.urls import filename_of, is_well_formed

ABSOLUTE = ("https://", "http://")
"""The starts of URLs that need not be joined to the page's own."""

_SUPPORTED_MAJOR_VERSION = "1"
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


class PageSource(NamedTuple):
    """Where a page's bytes came from."""

    url: str
    """The page's URL after redirects, the base of relative links."""
    index_url: str
    """The index or find-links location, redacted."""


class Page(Protocol):
    """The files of a page in any format."""

    @property
    def filenames(self) -> Sequence[str]:
        """One per file, in page order; empty for links that no installer may follow."""
        ...

    @property
    def about(self) -> Mapping[str, object]:
        """Its data on the project as a whole, in PEP 691's form, without name and files."""
        ...

    @property
    def fingerprint(self) -> int:
        """Equal for equal bytes within this process, else different but for rare collisions."""
        ...

    def make_link(self, position: int) -> Link:
        """Make the link of the file at `position`."""
        ...

    @property
    def origin(self) -> str | None:
        """`scheme://host/` that all URLs begin with; `None` if there is none, or unknown.

        Pages have thousands of files, and nearly always all are on one server.
        """
        ...

    @property
    def is_sized(self) -> bool:
        """Whether it has the size of every file."""
        ...

    @property
    def written(self) -> Sequence[Raw] | None:
        """The entries of its files, as JSON as written; `None` if the page is not in JSON."""
        ...

    def describe(self, position: int) -> Described:
        """Return the entry of the file at `position`.

        In PEP 691's form, with an absolute URL as it was written; empty if it has no name.

        Raises:
            IndexUnavailableError: The entry cannot be parsed.
        """
        ...


def check_version(version: object, source: PageSource) -> None:
    """Raise IndexUnavailableError if the page's version of the API is not supported."""
    # PEP 629: clients MUST refuse an unknown major version, and one that is absent is 1.0.
    if version is not None and str(version).partition(".")[0] != _SUPPORTED_MAJOR_VERSION:
        raise IndexUnavailableError(
            url=source.url, reason=f"it speaks version {version} of the simple repository API"
        )


def is_absolute(address: str) -> bool:
    """Return whether a URL is absolute, and http or https."""
    return address.startswith(ABSOLUTE)


def filename_in(address: str, source: PageSource) -> str:
    """Return the file name in a URL; empty if not of an index, or local but on a remote page.

    Also returns an empty name for a URL that cannot be parsed.
    """
    if not is_well_formed(address):
        return ""
    if not is_absolute(address) and (scheme := _SCHEME.match(address)):
        local = scheme[1].lower() == "file" and source.url.startswith("file:")
        if not local and scheme[1].lower() not in {"http", "https"}:
            return ""
    return filename_of(address)
