"""The session: requests to indexes and file servers, with credentials, redirects and retries."""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from archpip.index.bounds import LONGEST_SECONDS, read_whole, unpack
from archpip.index.credentials import CredentialsOnDemand
from archpip.index.errors import (
    AuthenticationRequiredError,
    IndexUnavailableError,
    InsecureOriginError,
)
from archpip.index.network import Network
from archpip.index.options import Authenticate, SessionOptions
from archpip.index.origins import is_secure_origin
from archpip.index.transport import OpenAnswer, Transport, TransportError
from archpip.index.urls import without_credentials

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504, 520, 524})
"""Statuses for which a retry may help; 520 and 524 are Cloudflare's."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 20
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 30.0

T = TypeVar("T")
_Send = Callable[[str, Mapping[str, str]], OpenAnswer]


class Answer(Struct, frozen=True, kw_only=True):
    """A whole response."""

    url: str
    """The URL after redirects, without credentials."""
    status: int
    header: Callable[[str], str | None]
    """Returns a header's first value, by its lower-case name."""
    content: bytes
    packed: bytes | None = None
    """The gzipped content, if it arrived so: storing it then needs no compression."""


class Session:
    """Sends requests to indexes and file servers. Safe to use from several threads."""

    def __init__(
        self,
        options: SessionOptions,
        *,
        index_urls: tuple[str, ...],
        authenticate: Sequence[tuple[str, Authenticate]] = (),
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open a session.

        Args:
            options: Options for requests.
            index_urls: The indexes whose credentials may be used on their hosts.
            authenticate: When to send credentials to an index, by its URL.
            transport: Replaces the network, in tests.
            sleep: Waits that many seconds between tries.

        Raises:
            CertificateFileError: A certificate file cannot be read.
        """
        self._options = options
        self._sleep = sleep
        self._credentials = CredentialsOnDemand(
            options, index_urls=index_urls, authenticate=authenticate
        )
        self._transport = transport or Network(options)
        self._index_origins = frozenset(map(_origin, index_urls))
        self._private_origins: set[str] = set()

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the whole response, after redirects, whatever its status; see `check_status`.

        Raises:
            IndexUnavailableError: No complete response within the tries; or one beyond the limits
                (`archpip.index.bounds`).
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        return self.trying(url, lambda: self._get_once(url, headers or {}))

    def stream(self, url: str, *, headers: Mapping[str, str] | None = None) -> closing[OpenAnswer]:
        """Open a response whose body is streamed as it was sent. There is no retry.

        Raises:
            TransportError: There is no response; see `trying`.
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        return closing(self._follow(url, headers or {}, self._send_as_is))

    def trying(self, url: str, attempt: Callable[[], T]) -> T:
        """Run `attempt` until it succeeds, with growing pauses, as often as the options allow.

        An attempt fails by `TransportError`, or by `RetryLaterError`.
        """
        for tries_left in range(self._options.retries, -1, -1):
            try:
                return attempt()
            except (TransportError, RetryLaterError) as error:
                if not (tries_left and error.may_pass):
                    raise _translated(error, url) from error
                pause = _FIRST_PAUSE_SECONDS * 2 ** (self._options.retries - tries_left)
                if isinstance(error, RetryLaterError) and error.pause_seconds is not None:
                    pause = error.pause_seconds
                self._sleep(min(pause, _LONGEST_PAUSE_SECONDS))
        raise AssertionError  # the last try returns or raises

    def is_private(self, origin: str) -> bool:
        """Return whether an index's server, as `scheme://host`, got credentials so far.

        Servers of files alone do not count: whether one was asked before an index's page is used
        varies.
        """
        return origin in self._private_origins and origin in self._index_origins

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def _get_once(self, url: str, headers: Mapping[str, str]) -> Answer:
        with closing(self._follow(url, headers, self._send_bounded)) as answer:
            raise_to_retry(answer)
            body = read_whole(answer)
            content, packed = unpack(body) if _is_packed(answer) else (body, None)
            return Answer(
                url=answer.url,
                status=answer.status,
                header=answer.header,
                content=content,
                packed=packed,
            )

    def _send_as_is(self, url: str, headers: Mapping[str, str]) -> OpenAnswer:
        return self._transport.send(url, {**headers, "Accept-Encoding": "identity"})

    def _send_bounded(self, url: str, headers: Mapping[str, str]) -> OpenAnswer:
        accepting = {**headers, "Accept-Encoding": "gzip"}
        return self._transport.send(url, accepting, longest_seconds=LONGEST_SECONDS)

    def _follow(self, url: str, headers: Mapping[str, str], send: _Send) -> OpenAnswer:
        """Send a request, and follow redirects; credentials are not sent to another host."""
        for _ in range(_MOST_REDIRECTS):
            self._check_origin(url)
            answer = self._ask(url, headers, send)
            location = answer.header("location") if answer.status in _REDIRECTS else None
            if location is None:
                return answer
            answer.close()
            try:
                url = urljoin(url, location)
            except ValueError as error:
                reason = f"it redirects to what is no URL: {error}"
                raise TransportError(reason, may_pass=False) from error
        raise TransportError(f"it redirects more than {_MOST_REDIRECTS} times", may_pass=False)

    def _ask(self, url: str, headers: Mapping[str, str], send: _Send) -> OpenAnswer:
        """Send a request, and again with other credentials if the server refuses it."""
        tries = self._credentials.tries(url)
        bare = without_credentials(url)
        try:
            authorization = next(tries)
        except StopIteration:
            raise AuthenticationRequiredError(url=url, status=None) from None
        while True:
            if authorization is None:
                answer = send(bare, headers)
            else:
                self._private_origins.add(_origin(url))
                answer = send(bare, {**headers, "Authorization": authorization})
            authorization = _next_try(tries, answer.status)
            if authorization is None:
                return answer
            answer.close()

    def _check_origin(self, url: str) -> None:
        """Raise an error for URLs, of the user or a redirect, that must not be requested."""
        parts = urlsplit(url)
        try:
            _ = parts.port
        except ValueError as error:
            raise IndexUnavailableError(url=url, reason=f"{error}".lower()) from error
        if parts.scheme not in {"http", "https"}:
            raise IndexUnavailableError(
                url=url, reason=f"indexes are asked by https, not by {parts.scheme}"
            )
        if not is_secure_origin(url, trusted_hosts=self._options.trusted_hosts):
            raise InsecureOriginError(url=url, host=parts.hostname or "")


def _origin(url: str) -> str:
    """Return a URL's `scheme://host`, without credentials."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


class RetryLaterError(Exception):
    """A server's response says that a later try may succeed. Never leaves this package."""

    may_pass = True

    def __init__(self, status: int, pause_seconds: float | None) -> None:
        super().__init__(status, pause_seconds)
        self.status = status
        self.pause_seconds = pause_seconds


def raise_to_retry(answer: OpenAnswer) -> None:
    """Raise `RetryLaterError` if the status says that a retry may help."""
    if answer.status in RETRIED_STATUSES:
        raise RetryLaterError(answer.status, _retry_after(answer.header("retry-after") or ""))


def check_status(status: int, url: str) -> None:
    """Raise an error for every status but 2xx.

    Raises:
        AuthenticationRequiredError: 401 or 403.
        IndexUnavailableError: Anything else.
    """
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise AuthenticationRequiredError(url=url, status=status)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise IndexUnavailableError(url=url, reason=f"it answers {_spelt(status)}", status=status)


def _is_packed(answer: OpenAnswer) -> bool:
    """Return whether a body is gzipped (RFC 9110 §8.4.1); no other encoding is accepted."""
    encoding = (answer.header("content-encoding") or "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise TransportError(f"its answer is packed by {encoding!a}", may_pass=False)
    return encoding != "identity"


def _spelt(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _retry_after(written: str) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3), which is seconds or a date, as seconds from now."""
    if written.isdecimal():
        return float(written)
    from email.utils import parsedate_to_datetime  # rare, and imports sockets

    try:
        then = parsedate_to_datetime(written).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter where no calendar has that day
        return None
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _next_try(tries: Generator[str | None, int, None], status: int) -> str | None:
    """Return the next try's header; `None` if there is no other try."""
    try:
        return tries.send(status)
    except StopIteration:
        return None


def _translated(error: "TransportError | RetryLaterError", url: str) -> IndexUnavailableError:
    if isinstance(error, RetryLaterError):
        return IndexUnavailableError(
            url=url, reason=f"it answers {_spelt(error.status)}", status=error.status
        )
    return IndexUnavailableError(url=url, reason=error.reason)
