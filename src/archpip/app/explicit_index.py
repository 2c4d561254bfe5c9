"""An index that serves only the projects pinned to it: uv's `explicit`."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from archpip.index import FileStream, Link, ProjectLinks, ProjectNotFoundError

if TYPE_CHECKING:
    from archpip.index.client import IndexClient


class ExplicitIndex:
    """An index client limited to some projects; an `archpip.gateway.Upstream`."""

    def __init__(self, index: "IndexClient", projects: frozenset[NormalizedName]) -> None:
        """Store the index, and the projects pinned to it."""
        self._index = index
        self._projects = projects

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return a project's links on the index.

        Raises:
            IndexAccessError: It is unknown, not pinned here, or the index does not respond.
        """
        if name not in self._projects:
            raise ProjectNotFoundError(name=name, locations=())
        return self._index.project(name)

    def forget(self, name: NormalizedName) -> None:
        """Drop a project's pages, so that the next call reads them again."""
        self._index.forget(name)

    def forget_find_links(self, *, older_than_seconds: float) -> None:
        """Drop the `--find-links` listings that are older, so that the next call reads them."""
        self._index.forget_find_links(older_than_seconds=older_than_seconds)

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA that the index offers beside a wheel."""
        return self._index.metadata(link)

    def open_file(self, link: Link) -> AbstractContextManager[FileStream]:
        """Read a link's file in chunks; the last chunk comes only once the hash matched."""
        return self._index.open_file(link)
