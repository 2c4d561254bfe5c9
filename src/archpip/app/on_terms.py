"""An index that is asked, in uv's place, as its entry in uv's files wants it asked."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from packaging.utils import NormalizedName

from archpip.index import (
    AuthenticationRequiredError,
    FileStream,
    IndexUnavailableError,
    Link,
    OlderFiles,
    Page,
    ProjectLinks,
    ProjectNotFoundError,
)
from archpip.integrations import IndexTerms
from archpip.redaction import redact

if TYPE_CHECKING:
    from archpip.index.client import IndexClient


class IndexOnTerms:
    """An index client that holds back some of what it has; an `archpip.gateway.Upstream`."""

    def __init__(
        self,
        index: "IndexClient",
        url: str | None,
        *,
        terms: IndexTerms,
        projects: frozenset[NormalizedName] | None = None,
    ) -> None:
        """Take the index, and what is said of it.

        Args:
            index: The client; it may know further places, for which the terms do not hold.
            url: The index's own address.
            terms: What its entry says.
            projects: The only ones that it has, as far as anybody is told; `None` for all.
        """
        self._index = index
        self._url = redact(url) if url else None
        self._terms = terms
        self._projects = projects

    def project(self, name: NormalizedName) -> ProjectLinks:
        """Return what the index offers of a project.

        Raises:
            IndexAccessError: It is unknown, not to be told of, or the index does not answer.
        """
        if self._projects is not None and name not in self._projects:
            raise ProjectNotFoundError(name=name, locations=())
        try:
            links = self._index.project(name)
        except (AuthenticationRequiredError, IndexUnavailableError) as error:
            if error.status in self._terms.ignored_statuses:
                locations = (self._url,) if self._url else ()
                raise ProjectNotFoundError(name=name, locations=locations) from error
            raise
        before = self._terms.uploaded_before
        if before is None or name in self._terms.exempt:
            return links
        pages = [
            OlderFiles(page, before) if _index_of(page) == self._url else page
            for page in links.pages
        ]
        return ProjectLinks(name, pages)

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


def _index_of(page: Page) -> str | None:
    """Return the address, redacted, of the index that a page is of; `None` of an empty one."""
    files = (position for position, filename in enumerate(page.filenames) if filename)
    first = next(files, None)
    return None if first is None else page.make_link(first).index_url
