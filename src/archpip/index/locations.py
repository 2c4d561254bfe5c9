"""The locations where one project is looked up, out of the user's."""

from typing import NamedTuple

from packaging.utils import NormalizedName

from archpip.index.options import IndexLocations, IndexPin
from archpip.index.urls import is_archive, path_of, to_file_url
from archpip.reachable import expand_home, find_obstacle, is_there


class ProjectLocations(NamedTuple):
    """All locations that may offer files of one project."""

    find_links: tuple[str, ...]
    """As the user wrote them."""
    index_urls: tuple[str, ...]


def find_locations(name: NormalizedName, locations: IndexLocations) -> ProjectLocations:
    """Return the locations where a project is looked up.

    One that is pinned to an index is looked up only there, so that another project of the same name
    elsewhere is never taken.
    """
    pin = find_pin(name, locations)
    if pin is not None:
        return ProjectLocations((), (as_url(pin.url),))
    return ProjectLocations(locations.find_links, index_urls_of(locations))


def find_pin(name: NormalizedName, locations: IndexLocations) -> IndexPin | None:
    """Return the index that a project is pinned to, or `None`."""
    pins = () if locations.no_index else locations.pins
    return next((pin for pin in pins if pin.serves(name)), None)


def index_urls_of(locations: IndexLocations) -> tuple[str, ...]:
    """Return the indexes that serve all projects that are not pinned."""
    return () if locations.no_index else tuple(map(as_url, locations.index_urls))


def as_url(location: str) -> str:
    """Return an index's URL; the location may be a folder's path, as in pip."""
    return location if "://" in location else to_file_url(expand_home(location))


def is_flat_folder(index_url: str) -> bool:
    """Return whether an index is a local folder of files, without a page per project."""
    if not index_url.startswith("file:"):
        return False
    path = path_of(index_url)
    return path.is_dir() and any(is_archive(entry.name) for entry in path.iterdir())


def is_absent_folder(index_url: str) -> bool:
    """Return whether an index is a local folder that is not there."""
    if not index_url.startswith("file:"):
        return False
    path = path_of(index_url)
    return not is_there(path) and find_obstacle(path) is None
