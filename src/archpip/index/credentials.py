"""Whether credentials may be needed at all, asked before what finds them is loaded.

unearth's authentication brings requests and urllib3 with it: 100 ms, a fifth of a small lock, while
most indexes ask nobody who they are.
"""

import threading
from collections.abc import Generator
from http import HTTPStatus

import httpx2

from archpip.index.options import SessionOptions


class CredentialsOnDemand(httpx2.Auth):
    """Loads `IndexAuthentication` when there is something for it to do, and hands over to it.

    There is where a URL holds credentials, where there is a netrc file, and where a server refuses.
    """

    def __init__(self, options: SessionOptions, *, index_urls: tuple[str, ...]) -> None:
        self._options = options
        self._index_urls = index_urls
        self._expected = options.has_netrc or any("@" in url for url in index_urls)
        self._loaded: httpx2.Auth | None = None
        self._lock = threading.Lock()

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Send a request as it is where that may do, and with credentials where it does not."""
        if not (self._expected or request.url.userinfo):
            response = yield request
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                return
        yield from self._load().auth_flow(request)

    def _load(self) -> httpx2.Auth:
        with self._lock:
            if self._loaded is None:
                from archpip.index.authentication import IndexAuthentication

                self._loaded = IndexAuthentication(
                    self._options.keyring_provider, index_urls=self._index_urls
                )
                self._expected = True
            return self._loaded
