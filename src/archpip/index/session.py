"""The HTTP session: httpx's client, with retries, and errors in our words.

Importing this costs 50 ms (httpx2); `archpip.index` therefore leaves it to `archpip.index.client`.
"""

import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import TypeVar

import httpx2

from archpip.index.bounds import read_whole
from archpip.index.connections import DirectTransport
from archpip.index.credentials import CredentialsOnDemand
from archpip.index.errors import (
    AuthenticationRequiredError,
    CertificateFileError,
    IndexUnavailableError,
    InsecureOriginError,
)
from archpip.index.options import SessionOptions
from archpip.index.origins import is_secure_origin

RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504, 520, 524})
"""What a second try may cure; 520 and 524 are Cloudflare's."""
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 30.0
_KEEPALIVE_SECONDS = 30.0

T = TypeVar("T")

# A second try finds the same answer.
_HOPELESS = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.TooManyRedirects)


class Session:
    """Asks indexes and file servers. Safe to use from several threads."""

    def __init__(
        self,
        options: SessionOptions,
        *,
        index_urls: tuple[str, ...],
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Open a session.

        Args:
            options: How to talk.
            index_urls: Whose credentials may be used on their hosts.
            transport: In place of the network, for tests.
            sleep: Waits that many seconds between tries.

        Raises:
            CertificateFileError: A certificate file cannot be read.
        """
        self._options = options
        self._sleep = sleep
        self._client = _open_client(options, transport)
        self._client.auth = CredentialsOnDemand(options, index_urls=index_urls)
        self._client.event_hooks = {"request": [self._check_origin]}

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> httpx2.Response:
        """Return the whole answer, after redirects, whatever its status; see `check_status`.

        Raises:
            IndexUnavailableError: No answer, or no whole one, within the tries; or one beyond the
                bounds (`archpip.index.bounds`).
            InsecureOriginError: Plain HTTP to a host that is not trusted.
        """
        return self.trying(url, lambda: self._get_once(url, headers))

    @contextmanager
    def stream(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx2.Response]:
        """Open an answer whose body is read piece by piece. It is tried once."""
        with self._client.stream("GET", _parse_url(url), headers=headers) as response:
            yield response

    def trying(self, url: str, attempt: Callable[[], T]) -> T:
        """Run `attempt` until it succeeds, pausing ever longer, as often as the options allow.

        An attempt fails by a transport error, or by `RetryLaterError`.
        """
        for tries_left in range(self._options.retries, -1, -1):
            try:
                return attempt()
            except (httpx2.HTTPError, httpx2.InvalidURL, RetryLaterError) as error:
                if not tries_left or not _is_worth_retrying(error):
                    raise _translated(error, url) from error
                pause = _FIRST_PAUSE_SECONDS * 2 ** (self._options.retries - tries_left)
                if isinstance(error, RetryLaterError) and error.pause_seconds is not None:
                    pause = error.pause_seconds
                self._sleep(min(pause, _LONGEST_PAUSE_SECONDS))
        raise AssertionError  # the last try returns or raises

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _get_once(self, url: str, headers: Mapping[str, str] | None) -> httpx2.Response:
        with self.stream(url, headers=headers) as response:
            raise_to_retry(response)
            return read_whole(response)

    def _check_origin(self, request: httpx2.Request) -> None:
        """Refuse what a user or a redirect may not lead us to; runs before every request."""
        url = str(request.url)
        if request.url.scheme not in {"http", "https"}:
            raise IndexUnavailableError(url=url, reason=f"{request.url.scheme} is not served here")
        if not is_secure_origin(url, trusted_hosts=self._options.trusted_hosts):
            raise InsecureOriginError(url=url, host=request.url.host)


class RetryLaterError(Exception):
    """A server answered that a later try may do better. Stays inside this package."""

    def __init__(self, status: int, pause_seconds: float | None) -> None:
        super().__init__(status, pause_seconds)
        self.status = status
        self.pause_seconds = pause_seconds


@lru_cache(maxsize=1024)
def _parse_url(url: str) -> httpx2.URL:
    # httpx2 looks at each character, thrice a request; the ranges of a file share one URL.
    return httpx2.URL(url)


def raise_to_retry(response: httpx2.Response) -> None:
    """Raise `RetryLaterError` where the status says that trying again may help."""
    if response.status_code in RETRIED_STATUSES:
        raise RetryLaterError(response.status_code, _retry_after(response))


def check_status(response: httpx2.Response, url: str) -> None:
    """Turn every status but 2xx into an error.

    Raises:
        AuthenticationRequiredError: 401 or 403.
        IndexUnavailableError: Anything else.
    """
    status = response.status_code
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise AuthenticationRequiredError(url=url, status=status)
    if not response.is_success:
        raise IndexUnavailableError(url=url, reason=f"it answers {_spelt(status)}", status=status)


def _spelt(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _retry_after(response: httpx2.Response) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3), which is seconds or a date, as seconds from now."""
    written = response.headers.get("retry-after", "")
    if written.isdecimal():
        return float(written)
    try:
        then = parsedate_to_datetime(written)
    except ValueError:
        return None
    return max(0.0, (then.astimezone(UTC) - datetime.now(UTC)).total_seconds())


def _is_worth_retrying(error: Exception) -> bool:
    if isinstance(error, (*_HOPELESS, httpx2.InvalidURL)):
        return False
    return not _certificate_failure(error)


def _certificate_failure(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _translated(error: Exception, url: str) -> IndexUnavailableError:
    if isinstance(error, RetryLaterError):
        return IndexUnavailableError(
            url=url, reason=f"it answers {_spelt(error.status)}", status=error.status
        )
    if failure := _certificate_failure(error):
        reason = f"its certificate is not trusted ({failure.verify_message})"
    elif isinstance(error, httpx2.TimeoutException):
        reason = "it did not answer in time"
    else:
        reason = str(error) or type(error).__name__
    return IndexUnavailableError(url=url, reason=reason)


def _open_client(options: SessionOptions, transport: httpx2.BaseTransport | None) -> httpx2.Client:
    limits = httpx2.Limits(
        max_connections=options.connections,
        max_keepalive_connections=options.connections,
        keepalive_expiry=_KEEPALIVE_SECONDS,
    )
    certificates = _read_certificates(options)

    def open_transport(context: ssl.SSLContext) -> httpx2.BaseTransport:
        if transport or not options.proxy:
            return transport or DirectTransport(context=context, limits=limits)
        return httpx2.HTTPTransport(verify=context, limits=limits, proxy=options.proxy)

    trusted: dict[str, httpx2.BaseTransport] = {}
    if options.trusted_hosts:
        # Not to verify certificates is what trusting a host means.
        careless = open_transport(httpx2.create_ssl_context(verify=False))
        trusted = {f"all://{host}": careless for host in options.trusted_hosts}
    proxied = bool(options.proxy or urllib.request.getproxies()) and not transport
    if proxied and not options.proxy:
        # What the environment names as proxies is more specific, and goes before this.
        trusted["all://"] = open_transport(certificates)
    return httpx2.Client(
        # A transport of one's own turns httpx's off, and with it all that it reads of proxies.
        transport=None if proxied else open_transport(certificates),
        mounts=trusted,
        proxy=options.proxy,
        verify=certificates,
        limits=limits,
        # A pool that is busy is no failure: requests wait for their turn as long as it takes.
        timeout=httpx2.Timeout(options.timeout_seconds, pool=None),
        follow_redirects=True,
        headers={"User-Agent": "archpip", "Accept-Encoding": "gzip, deflate"},
    )


def _read_certificates(options: SessionOptions) -> ssl.SSLContext:
    context = _default_certificates(options)
    if options.certificates:
        bundle = options.certificates
        try:
            is_folder = bundle.is_dir()
            context = ssl.create_default_context(
                cafile=None if is_folder else str(bundle), capath=str(bundle) if is_folder else None
            )
        except OSError as error:
            raise CertificateFileError(path=bundle, reason=_reason(error)) from error
    if options.client_certificate:
        try:
            context.load_cert_chain(options.client_certificate)
        except OSError as error:
            raise CertificateFileError(
                path=options.client_certificate, reason=_reason(error)
            ) from error
    return context


def _default_certificates(options: SessionOptions) -> ssl.SSLContext:
    """Return what this system trusts: OpenSSL's own places where it has some, as on Linux.

    httpx2 knows more places, and the stores of macOS and Windows, and takes 30 ms to import them.
    """
    if not options.has_system_store:
        context = ssl.create_default_context()
        if context.cert_store_stats()["x509_ca"]:
            return context
    return httpx2.create_ssl_context()


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
