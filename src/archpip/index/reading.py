"""Reading pages: from HTTP with conditional requests, or from a local file."""

import json
import mimetypes
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Protocol

import httpx2

from archpip.index.errors import IndexUnavailableError
from archpip.index.pages import ACCEPT, Page, PageSource, parse_page
from archpip.index.session import Session, check_status
from archpip.index.urls import path_of, to_file_url, without_credentials
from archpip.redaction import redact

_ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""What a server calls a page's state by, and how to ask whether it still holds (RFC 9110 §13)."""
_ASKED = "asked"
"""When the server last said that a page holds, in seconds since 1970."""


class PageStore(Protocol):
    """Keeps pages between runs. Safe to call from several threads."""

    def get_page(self, url: str) -> tuple[str, bytes] | None:
        """Return what `put_page` was given for `url`: the state, and the page's body."""
        ...

    def put_page(self, url: str, state: str, body: bytes) -> None:
        """Keep a page in place of an earlier one; `url` and `state` hold no credentials."""
        ...


class NoPageStore:
    """Keeps nothing."""

    def get_page(self, url: str) -> tuple[str, bytes] | None:  # noqa: ARG002  # the protocol's
        """Know no page."""
        return None

    def put_page(self, url: str, state: str, body: bytes) -> None:
        """Forget the page."""


class PageReader:
    """Reads and parses pages. Safe to use from several threads."""

    def __init__(
        self,
        session: Session,
        store: PageStore,
        *,
        max_age_seconds: float = 0.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take what is asked, and where answers are kept.

        Args:
            session: Asks for pages.
            store: Keeps pages that their server may call unchanged, or that may be believed.
            max_age_seconds: How long a page is believed without asking its server again.
            now: Seconds since 1970.
        """
        self._session = session
        self._store = store
        self._max_age_seconds = max_age_seconds
        self._now = now

    def read(self, url: str, *, location: str) -> Page | None:
        """Read one page; `None` where the location says that it has none (404, 410, no file).

        Args:
            url: The page's address, http(s) or file.
            location: The index or find-links location that it belongs to, as the user wrote it.

        Raises:
            IndexUnavailableError: The location does not answer, or answers no page.
            AuthenticationRequiredError: It wants other credentials.
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        if url.startswith("file:"):
            return self._read_local(path_of(url), location)
        return self._read_remote(url, location)

    def _read_local(self, path: Path, location: str) -> Page | None:
        if path.is_dir():
            path /= "index.html"
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise IndexUnavailableError(url=str(path), reason=error.strerror or "") from error
        content_type = mimetypes.guess_type(path.name)[0] or "text/html"
        source = PageSource(url=to_file_url(path), index_url=redact(location))
        return parse_page(body, content_type=content_type, source=source)

    def _read_remote(self, url: str, location: str) -> Page | None:
        key = without_credentials(url)
        stored = self._recall(key)
        if stored is None or not self._is_fresh(stored):
            stored = self._ask(url, stored)
        if stored is None:
            return None
        source = PageSource(url=stored.state["url"], index_url=redact(location))
        page = parse_page(stored.body, content_type=stored.state["content-type"], source=source)
        # Only now: a page that came in pieces would be "unchanged" for ever.
        if stored.is_news:
            self._store.put_page(key, json.dumps(stored.state), stored.body)
        return page

    def _recall(self, key: str) -> "_StoredPage | None":
        found = self._store.get_page(key)
        return _StoredPage(json.loads(found[0]), found[1]) if found else None

    def _is_fresh(self, page: "_StoredPage") -> bool:
        """Say whether a page is believed; one from the future, by a clock set back, is not."""
        asked = float(page.state.get(_ASKED, "-inf"))
        return 0 <= self._now() - asked < self._max_age_seconds

    def _ask(self, url: str, stored: "_StoredPage | None") -> "_StoredPage | None":
        """Ask for a page, or whether the stored one still holds."""
        # max-age=0 bids caches on the way to ask the index again, as pip does: a release of a
        # minute ago must be seen.
        headers = {"Accept": ACCEPT, "Cache-Control": "max-age=0"}
        if stored:
            for validator, header in _VALIDATORS.items():
                if validator in stored.state:
                    headers[header] = stored.state[validator]
        response = self._session.get(url, headers=headers)
        if response.status_code in _ABSENT or _is_absent_in_bucket(response):
            return None
        if response.status_code == HTTPStatus.NOT_MODIFIED and stored:
            state, body = stored.state, stored.body
            is_news = self._max_age_seconds > 0
        else:
            check_status(response, url)
            state, body = _state_of(response), response.content
            is_news = self._max_age_seconds > 0 or any(name in state for name in _VALIDATORS)
        return _StoredPage({**state, _ASKED: str(self._now())}, body, is_news=is_news)


class _StoredPage(NamedTuple):
    state: dict[str, str]
    """Its address, its content type, what its server calls its state by, and when it was asked."""
    body: bytes
    is_news: bool = False
    """Whether the store does not have it so."""


def _state_of(response: httpx2.Response) -> dict[str, str]:
    names = ("content-type", *_VALIDATORS)
    state = {name: response.headers[name] for name in names if name in response.headers}
    state.setdefault("content-type", "")
    return {**state, "url": without_credentials(str(response.url))}


def _is_absent_in_bucket(response: httpx2.Response) -> bool:
    """Recognise how an S3 bucket that may not be listed says that it has no such page.

    PyTorch's index is one: it answers 403 for every project that it does not have.
    """
    return (
        response.status_code == HTTPStatus.FORBIDDEN
        and "www-authenticate" not in response.headers
        and b"<Code>AccessDenied</Code>" in response.content
    )
