"""An index that is asked for nothing but what is pinned to it: uv's `explicit`."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from archpip.index import FileStream, Link, ProjectLinks, ProjectNotFoundError

if TYPE_CHECKING:
    from archpip.index.client import IndexClient


class ExplicitIndex:
    """An index client that knows some projects alone; an `archpip.gateway.Upstream`."""

    def __init__(self, index: "IndexClient", projects: frozenset[NormalizedName]) -> None:
        """Take the index, and what is pinned to it."""
        self._index = index
        self._projects = projects

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return what the index offers of a project.

        Raises:
            IndexAccessError: It is unknown, not pinned here, or the index does not answer.
        """
        if name not in self._projects:
            raise ProjectNotFoundError(name=name, locations=())
        return self._index.project(name)

    def forget(self, name: NormalizedName) -> None:
        """Read a project's pages anew the next time that it is asked for."""
        self._index.forget(name)

    def forget_find_links(self, *, older_than_seconds: float) -> None:
        """Read what `--find-links` names anew the next time, where that is old."""
        self._index.forget_find_links(older_than_seconds=older_than_seconds)

    def metadata(self, link: Link) -> bytes | None:
        """Return the METADATA that the index offers beside a wheel."""
        return self._index.metadata(link)

    def open_file(self, link: Link) -> AbstractContextManager[FileStream]:
        """Read a link's file piece by piece; the last piece comes only when all are right."""
        return self._index.open_file(link)
