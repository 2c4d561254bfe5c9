"""Reading pages: from HTTP with conditional requests, or from a local file."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Protocol

from archpip.index.errors import IndexUnavailableError
from archpip.index.kept import ASKED, DIGEST, KeptPages, read_state
from archpip.index.once import OncePerKey
from archpip.index.page import Page, PageSource
from archpip.index.parsing import ACCEPT, parse_page
from archpip.index.session import Answer, Session, check_status
from archpip.index.urls import path_of, to_file_url, without_credentials
from archpip.reachable import is_folder
from archpip.redaction import redact

_ABSENT = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
"""Validators of a page, and the request headers that revalidate it (RFC 9110 §13)."""


class PageStore(Protocol):
    """Stores pages between runs. Safe to call from several threads."""

    def get_page(self, url: str) -> tuple[str, bytes] | None:
        """Return the state and the body that `put_page` stored for `url`."""
        ...

    def get_page_state(self, url: str) -> str | None:
        """Return the state that was put for `url`, without reading the body."""
        ...

    def put_page(self, url: str, state: str, body: bytes, *, packed: bytes | None = None) -> None:
        """Store a page, replacing an earlier one; `url` and `state` contain no credentials.

        `packed` is the gzipped body, if it arrived so.
        """
        ...

    def put_page_state(self, url: str, state: str) -> None:
        """Replace the state of a page whose body is unchanged."""
        ...


class NoPageStore:
    """Stores nothing."""

    def get_page(self, url: str) -> tuple[str, bytes] | None:  # noqa: ARG002  # the protocol's
        """Know no page."""
        return None

    def get_page_state(self, url: str) -> str | None:  # noqa: ARG002  # the protocol's
        """Know no page."""
        return None

    def put_page(self, url: str, state: str, body: bytes, *, packed: bytes | None = None) -> None:
        """Discard the page."""

    def put_page_state(self, url: str, state: str) -> None:
        """Discard the state."""


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
        """Take the session for requests, and the store for responses.

        Args:
            session: Requests pages.
            store: Stores pages that can be revalidated, or that may be fresh for a while.
            max_age_seconds: How long a page is used without another request to its server.
            now: Returns seconds since 1970.
        """
        self._session = session
        self._store = store
        self._kept = KeptPages(store, max_age_seconds=max_age_seconds, now=now)
        self._max_age_seconds = max_age_seconds
        self._now = now
        self._asked: OncePerKey[str, _Known | None] = OncePerKey()
        """Requests in progress: a page may be read while its digest is being fetched."""
        self._waiting: dict[str, _Known | None] = {}
        self._digests: dict[str, str] = {}

    def digest(self, url: str) -> str:
        """Return a page's sha256, empty if there is no page.

        The page is not parsed. The next `read` reuses the response, and for a page that was read
        before there is no further request. Raises what `read` does.
        """
        if url.startswith("file:"):
            body = _read_file(path_of(url))
            return _sha256(body[1]) if body else ""
        key = without_credentials(url)
        if key not in self._digests:
            answer = self._waiting[key] = self._ask_once(url, key)
            self._asked.forget(key)
            # Another thread may have read the page meanwhile; its digest is kept then.
            self._digests.setdefault(key, _digest_of(answer))
        return self._digests[key]

    def keep_unread(self) -> None:
        """Store the pages of which only the digests were used.

        For callers that know from the digests that these pages can be parsed.
        """
        while self._waiting:
            key, answer = self._waiting.popitem()
            if answer is not None:
                self._keep(key, answer)

    def read(self, url: str, *, location: str) -> Page | None:
        """Read one page; `None` if the location has none (404, 410, no file).

        Args:
            url: The page's URL, http(s) or file.
            location: The index or find-links location that it belongs to, as the user wrote it.

        Raises:
            IndexUnavailableError: The location does not answer, or its answer is not a page.
            AuthenticationRequiredError: It requires other credentials.
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        if url.startswith("file:"):
            return self._read_local(path_of(url), location)
        return self._read_remote(url, location)

    def _read_local(self, path: Path, location: str) -> Page | None:
        found = _read_file(path)
        if found is None:
            return None
        import mimetypes  # only for pages in files

        path, body = found
        content_type = mimetypes.guess_type(path.name)[0] or "text/html"
        source = PageSource(url=to_file_url(path), index_url=redact(location))
        return parse_page(body, content_type=content_type, source=source)

    def _read_remote(self, url: str, location: str) -> Page | None:
        key = without_credentials(url)
        try:
            answer = self._waiting.pop(key)  # left by `digest`
        except KeyError:
            answer = self._ask_once(url, key)
            self._asked.forget(key)
        if answer is not None and answer.body is None:
            stored = self._store.get_page(key)
            state = read_state(stored[0]) if stored else None
            # Another process may have replaced or removed the page in the store.
            answer = _Known(state, stored[1]) if stored and state else self._fetch(url)
        self._digests[key] = _digest_of(answer)
        if answer is None or answer.body is None:
            return None
        source = PageSource(url=answer.state["url"], index_url=redact(location))
        content_type = answer.state["content-type"]
        page = parse_page(
            answer.body, content_type=content_type, source=source, packed=answer.packed
        )
        # Only after parsing: a broken page would otherwise stay "unchanged" for ever.
        self._keep(key, answer)
        return page

    def _keep(self, key: str, answer: "_Known") -> None:
        if answer.is_news and answer.body is not None:
            self._store.put_page(key, json.dumps(answer.state), answer.body, packed=answer.packed)

    def _ask_once(self, url: str, key: str) -> "_Known | None":
        return self._asked.get(key, lambda: self._ask(url, key))

    def _ask(self, url: str, key: str) -> "_Known | None":
        """Request a page, unless the one in the store is fresh."""
        state = self._kept.state(key)
        if state is not None and self._kept.is_fresh(state):
            return _Known(state)
        answer = self._fetch(url, known=state)
        if answer is None or state is None or answer.state[DIGEST] != state[DIGEST]:
            return answer
        # The page equals the one in the store, whether the server said so or sent it again.
        if self._max_age_seconds > 0 or answer.body is not None:
            self._store.put_page_state(key, json.dumps(answer.state))
        return answer._replace(is_news=False)

    def _fetch(self, url: str, *, known: Mapping[str, str] | None = None) -> "_Known | None":
        """Request a page from its server, or revalidate the `known` one."""
        # max-age=0 makes caches on the way revalidate with the index, as in pip: a release of a
        # minute ago must be visible.
        headers = {"Accept": ACCEPT, "Cache-Control": "max-age=0"}
        if known:
            for validator, header in _VALIDATORS.items():
                if validator in known:
                    headers[header] = known[validator]
        found = self._session.get(url, headers=headers)
        if found.status in _ABSENT or _is_absent_in_bucket(found):
            return None
        asked = {ASKED: str(self._now())}
        if found.status == HTTPStatus.NOT_MODIFIED and known:
            return _Known({**known, **asked})
        check_status(found.status, url)
        state = {**_state_of(found), **asked, DIGEST: _sha256(found.content)}
        is_news = self._max_age_seconds > 0 or any(name in state for name in _VALIDATORS)
        return _Known(state, found.content, packed=found.packed, is_news=is_news)


class _Known(NamedTuple):
    """A page from its server, or from the store."""

    state: Mapping[str, str]
    """Its URL, its content type, its digest, its validators, and when it was requested."""
    body: bytes | None = None
    """`None` if it is the one in the store."""
    packed: bytes | None = None
    """The gzipped body, if it arrived so."""
    is_news: bool = False
    """Whether it is worth storing, and the store does not have it."""


def _digest_of(answer: _Known | None) -> str:
    return answer.state[DIGEST] if answer else ""


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _read_file(path: Path) -> tuple[Path, bytes] | None:
    """Return a local page's path and content; a folder's page is its `index.html`."""
    if is_folder(path):
        path /= "index.html"
    try:
        return path, path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexUnavailableError(url=str(path), reason=error.strerror or "") from error


def _state_of(found: Answer) -> dict[str, str]:
    headers = {name: found.header(name) for name in _VALIDATORS}
    state = {name: value for name, value in headers.items() if value is not None}
    return {**state, "content-type": found.header("content-type") or "", "url": found.url}


def _is_absent_in_bucket(found: Answer) -> bool:
    """Return whether a 403 means that an S3 bucket without list permission lacks a page.

    PyTorch's index is one: it answers 403 for every project that it does not have.
    """
    return (
        found.status == HTTPStatus.FORBIDDEN
        and found.header("www-authenticate") is None
        and b"<Code>AccessDenied</Code>" in found.content
    )
