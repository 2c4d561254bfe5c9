"""Decide whether credentials may be needed, before loading the code that finds them.

unearth's authentication imports httpx2, requests and urllib3: 150 ms, a third of a small lock,
while most indexes require no credentials.
"""

import threading
from collections.abc import Generator, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archpip.index.options import Authenticate, SessionOptions

if TYPE_CHECKING:
    from archpip.index.authentication import IndexAuthentication


class CredentialsOnDemand:
    """Loads `IndexAuthentication` when it is needed, and delegates to it.

    It is if a URL has credentials, if there is a netrc file, and if a server refuses a request.
    """

    def __init__(
        self,
        options: SessionOptions,
        *,
        index_urls: tuple[str, ...],
        authenticate: Sequence[tuple[str, Authenticate]] = (),
    ) -> None:
        """Take what is known before any request.

        Args:
            options: Options for requests.
            index_urls: The indexes whose credentials may be used on their hosts.
            authenticate: When to send credentials to an index, by its URL.
        """
        self._options = options
        self._index_urls = index_urls
        self._authenticate = authenticate
        self._expected = options.has_netrc or any("@" in url for url in index_urls)
        self._loaded: IndexAuthentication | None = None
        self._lock = threading.Lock()

    def tries(self, url: str) -> Generator[str | None, int, None]:
        """Yield the Authorization header for each try of `url`; send the resulting status back.

        The first is `None` if that may suffice. There is another try if a server refuses and
        credentials are found for it. There is no try at all if an index may be requested only with
        credentials and none are found.
        """
        when = self._authenticate_at(url)
        if when is Authenticate.NEVER:
            yield None
            return
        if when is Authenticate.ALWAYS:
            yield from self._load().tries(url, is_refused=True)
            return
        is_open = not (self._expected or "@" in urlsplit(url).netloc)
        if is_open:
            status = yield None
            if status != HTTPStatus.UNAUTHORIZED:
                return
        yield from self._load().tries(url, is_refused=is_open)

    def _authenticate_at(self, url: str) -> Authenticate:
        found = (when for index, when in self._authenticate if _is_of_index(url, index))
        return next(found, Authenticate.AUTO)

    def _load(self) -> "IndexAuthentication":
        with self._lock:
            if self._loaded is None:
                from archpip.index.authentication import IndexAuthentication

                self._loaded = IndexAuthentication(
                    self._options.keyring_provider, index_urls=self._index_urls
                )
                self._expected = True
            return self._loaded


def _is_of_index(url: str, index_url: str) -> bool:
    """Return whether a URL is an index's page, or a file beside its pages.

    Source: uv 0.13, `uv_auth::Index::is_prefix_for`.
    """
    asked, index = urlsplit(url), urlsplit(index_url)
    root = index.path.rstrip("/").removesuffix("/simple") + "/"
    return (
        (asked.scheme, asked.hostname, asked.port) == (index.scheme, index.hostname, index.port)
    ) and asked.path.startswith(root)
