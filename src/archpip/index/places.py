"""Where one project is looked for, by the user's locations."""

from pathlib import Path
from typing import NamedTuple

from packaging.utils import NormalizedName

from archpip.index.options import IndexLocations
from archpip.index.urls import to_file_url


class Places(NamedTuple):
    """All that may offer files of one project."""

    find_links: tuple[str, ...]
    """As the user wrote them."""
    index_urls: tuple[str, ...]


def find_places(name: NormalizedName, locations: IndexLocations) -> Places:
    """Return where a project is looked for.

    One that is pinned to an index is looked for there alone, so that nobody can offer another
    project of its name elsewhere.
    """
    if not locations.no_index:
        for pin in locations.pins:
            if pin.serves(name):
                return Places((), (as_url(pin.url),))
    return Places(locations.find_links, index_urls_of(locations))


def index_urls_of(locations: IndexLocations) -> tuple[str, ...]:
    """Return the indexes that serve whatever is not pinned."""
    return () if locations.no_index else tuple(map(as_url, locations.index_urls))


def as_url(location: str) -> str:
    """Return an index's URL; pip takes a folder's path too."""
    return location if "://" in location else to_file_url(Path(location).expanduser())
