"""The session: asks indexes and file servers, with credentials, redirects and second tries."""

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
"""What a second try may cure; 520 and 524 are Cloudflare's."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 20
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 30.0

T = TypeVar("T")
_Send = Callable[[str, Mapping[str, str]], OpenAnswer]


class Answer(Struct, frozen=True, kw_only=True):
    """A whole answer."""

    url: str
    """Where it came from after redirects, without credentials."""
    status: int
    header: Callable[[str], str | None]
    """Returns a header's first value; its name is written in lower case."""
    content: bytes
    packed: bytes | None = None
    """The content as it came, where gzip had packed it: who keeps it need not do that again."""


class Session:
    """Asks indexes and file servers. Safe to use from several threads."""

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
            options: How to talk.
            index_urls: Whose credentials may be used on their hosts.
            authenticate: When which index is given any, by its URL.
            transport: In place of the network, for tests.
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

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the whole answer, after redirects, whatever its status; see `check_status`.

        Raises:
            IndexUnavailableError: No answer, or no whole one, within the tries; or one beyond the
                bounds (`archpip.index.bounds`).
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        return self.trying(url, lambda: self._get_once(url, headers or {}))

    def stream(self, url: str, *, headers: Mapping[str, str] | None = None) -> closing[OpenAnswer]:
        """Open an answer whose body is read piece by piece, as it was sent. It is tried once.

        Raises:
            TransportError: There is no answer; see `trying`.
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        return closing(self._follow(url, headers or {}, self._send_as_is))

    def trying(self, url: str, attempt: Callable[[], T]) -> T:
        """Run `attempt` until it succeeds, pausing ever longer, as often as the options allow.

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
        """Ask, and ask whom a redirect names; another host is given no credentials of this one."""
        for _ in range(_MOST_REDIRECTS):
            self._check_origin(url)
            answer = self._ask(url, headers, send)
            location = answer.header("location") if answer.status in _REDIRECTS else None
            if location is None:
                return answer
            answer.close()
            url = urljoin(url, location)
        raise TransportError(f"it redirects more than {_MOST_REDIRECTS} times", may_pass=False)

    def _ask(self, url: str, headers: Mapping[str, str], send: _Send) -> OpenAnswer:
        """Ask, and again with other credentials where a server refuses and there are some."""
        tries = self._credentials.tries(url)
        bare = without_credentials(url)
        try:
            authorization = next(tries)
        except StopIteration:
            raise AuthenticationRequiredError(url=url, status=None) from None
        while True:
            answer = send(
                bare, {**headers, "Authorization": authorization} if authorization else headers
            )
            authorization = _next_try(tries, answer.status)
            if authorization is None:
                return answer
            answer.close()

    def _check_origin(self, url: str) -> None:
        """Refuse what a user or a redirect may not lead us to."""
        parts = urlsplit(url)
        try:
            _ = parts.port
        except ValueError as error:
            raise IndexUnavailableError(url=url, reason=f"{error}".lower()) from error
        if parts.scheme not in {"http", "https"}:
            raise IndexUnavailableError(url=url, reason=f"{parts.scheme} is not served here")
        if not is_secure_origin(url, trusted_hosts=self._options.trusted_hosts):
            raise InsecureOriginError(url=url, host=parts.hostname or "")


class RetryLaterError(Exception):
    """A server answered that a later try may do better. Stays inside this package."""

    may_pass = True

    def __init__(self, status: int, pause_seconds: float | None) -> None:
        super().__init__(status, pause_seconds)
        self.status = status
        self.pause_seconds = pause_seconds


def raise_to_retry(answer: OpenAnswer) -> None:
    """Raise `RetryLaterError` where the status says that trying again may help."""
    if answer.status in RETRIED_STATUSES:
        raise RetryLaterError(answer.status, _retry_after(answer.header("retry-after") or ""))


def check_status(status: int, url: str) -> None:
    """Turn every status but 2xx into an error.

    Raises:
        AuthenticationRequiredError: 401 or 403.
        IndexUnavailableError: Anything else.
    """
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise AuthenticationRequiredError(url=url, status=status)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise IndexUnavailableError(url=url, reason=f"it answers {_spelt(status)}", status=status)


def _is_packed(answer: OpenAnswer) -> bool:
    """Tell whether gzip packed a body (RFC 9110 §8.4.1); nothing else was asked for."""
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
    from email.utils import parsedate_to_datetime  # rare, and brings sockets

    try:
        then = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (then.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _next_try(tries: Generator[str | None, int, None], status: int) -> str | None:
    """Return the next try's header; `None` where there is no other try."""
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
