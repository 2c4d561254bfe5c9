"""Where one project is looked for, by the user's locations."""

from pathlib import Path
from typing import NamedTuple

from packaging.utils import NormalizedName

from archpip.index.options import IndexLocations, IndexPin
from archpip.index.urls import is_archive, path_of, to_file_url


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
    pin = find_pin(name, locations)
    if pin is not None:
        return Places((), (as_url(pin.url),))
    return Places(locations.find_links, index_urls_of(locations))


def find_pin(name: NormalizedName, locations: IndexLocations) -> IndexPin | None:
    """Return the index that a project is pinned to, where it is."""
    pins = () if locations.no_index else locations.pins
    return next((pin for pin in pins if pin.serves(name)), None)


def index_urls_of(locations: IndexLocations) -> tuple[str, ...]:
    """Return the indexes that serve whatever is not pinned."""
    return () if locations.no_index else tuple(map(as_url, locations.index_urls))


def as_url(location: str) -> str:
    """Return an index's URL; pip takes a folder's path too."""
    return location if "://" in location else to_file_url(Path(location).expanduser())


def is_flat_folder(index_url: str) -> bool:
    """Say whether what is given as an index is a folder of files, without a page for a project."""
    if not index_url.startswith("file:"):
        return False
    path = path_of(index_url)
    return path.is_dir() and any(is_archive(entry.name) for entry in path.iterdir())
