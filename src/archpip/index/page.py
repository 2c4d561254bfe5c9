"""What a project's page offers, whatever it was written in, and what its forms have in common."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec import Raw

from archpip.index.described import Described
from archpip.index.errors import IndexUnavailableError
from archpip.index.model import Link
from archpip.index.urls import filename_of, is_well_formed

ABSOLUTE = ("https://", "http://")
"""How an address begins that no page's own need be joined to."""

_SUPPORTED_MAJOR_VERSION = "1"
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


class PageSource(NamedTuple):
    """Where a page's bytes came from."""

    url: str
    """The page's own address after redirects: relative links start here."""
    index_url: str
    """The index or find-links location, redacted."""


class Page(Protocol):
    """What a page offers, whatever it was written in."""

    @property
    def filenames(self) -> Sequence[str]:
        """One per file, in page order; empty for what no installer may follow."""
        ...

    @property
    def about(self) -> Mapping[str, object]:
        """What it says of the project as a whole, in PEP 691's form, without files and versions."""
        ...

    @property
    def fingerprint(self) -> int:
        """Equal for equal bytes within this process, and else different but for a rare accident."""
        ...

    def make_link(self, position: int) -> Link:
        """Make the link of the file whose name stands at `position`."""
        ...

    @property
    def origin(self) -> str | None:
        """`scheme://host/` that all addresses begin with; `None` where there is none, or unknown.

        Pages have thousands of files, and nearly always one server has them all.
        """
        ...

    @property
    def is_sized(self) -> bool:
        """Whether it says of every file how large it is."""
        ...

    @property
    def written(self) -> Sequence[Raw] | None:
        """What it says of each file, as JSON as it stands there; `None` where it holds no such."""
        ...

    def describe(self, position: int) -> Described:
        """Return what it says of the file whose name stands at `position`.

        In PEP 691's form, with an absolute URL as it was written; empty where there is no name.

        Raises:
            IndexUnavailableError: That cannot be understood.
        """
        ...


def check_version(version: object, source: PageSource) -> None:
    """Refuse an API that this is not made for; raises IndexUnavailableError."""
    # PEP 629: clients MUST refuse an unknown major version, and one that is absent is 1.0.
    if version is not None and str(version).partition(".")[0] != _SUPPORTED_MAJOR_VERSION:
        raise IndexUnavailableError(
            url=source.url, reason=f"it speaks version {version} of the simple repository API"
        )


def is_absolute(address: str) -> bool:
    """Return whether an address is one of the web, whole."""
    return address.startswith(ABSOLUTE)


def filename_in(address: str, source: PageSource) -> str:
    """Name the file, unless it is none of an index, or a local one that a remote page points at.

    An address that cannot be parsed names no file.
    """
    if not is_well_formed(address):
        return ""
    if not is_absolute(address) and (scheme := _SCHEME.match(address)):
        local = scheme[1].lower() == "file" and source.url.startswith("file:")
        if not local and scheme[1].lower() not in {"http", "https"}:
            return ""
    return filename_of(address)
