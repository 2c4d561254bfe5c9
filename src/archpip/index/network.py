"""The network: HTTP/1.1 and 2 by reqwest, the library that uv uses as well.

A lock makes some seven hundred small requests and reads 10 MB of pages. Connections and TLS run
outside the interpreter, whose lock is taken once per response: pages take a quarter of the CPU time
of `http.client`. Proxies come from the environment, and certificates from the system's own store.
"""

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from archpip.index.certificates import read_authorities, read_identity
from archpip.index.errors import CertificateFileError
from archpip.index.options import SessionOptions
from archpip.index.origins import is_trusted
from archpip.index.proxies import VariableProxies, causes, read_proxy
from archpip.index.reqwest import (
    BodyDecodeError,
    BuilderError,
    DetailedPyreqwestError,
    ProxyBuilder,
    ReadError,
    RequestTimeoutError,
    SyncClient,
    SyncClientBuilder,
    SyncResponse,
    SyncStreamRequest,
)
from archpip.index.transport import TransportError

_IDLE = timedelta(seconds=30)
_STREAM_WINDOW_BYTES = 2 * 1024**2
_CONNECTION_WINDOW_BYTES = 16 * 1024**2
"""HTTP/2's default windows let a distant server send no more than 64 KB per round trip."""
_CLOSED = (
    "connection closed before message completed",
    "(os error 104)",
    "(os error 54)",
    "(os error 10054)",
)
"""The ends of reqwest's messages for connections that the server closed before it answered: hyper's
for an end of the stream, and those for ECONNRESET on Linux, macOS and Windows."""
_UNTRUSTED = "invalid peer certificate: "
"""The start of rustls's messages about invalid certificates."""

_PROXY_FAILURES = ("tunnel error: ", "SOCKS error: ")
"""The starts of reqwest's messages about a proxy, be it from the options or the environment."""
_NO_CREDENTIALS = "proxy authorization required"
"""The end of its message about a proxy that answers with 407."""


class Network:
    """Implements `archpip.index.transport.Transport`.

    A request on a connection that the server had closed is repeated: by reqwest if it notices, else
    here, once.
    """

    def __init__(self, options: SessionOptions) -> None:
        """Open nothing yet.

        Raises:
            CertificateFileError: A certificate file cannot be read.
            InvalidProxyError: The proxy is none.
        """
        self._options = options
        self._proxy = read_proxy(options.proxy) if options.proxy else None
        self._variables = VariableProxies(() if options.proxy else options.proxy_variables)
        self._authorities = read_authorities(options.certificates)
        self._identity = read_identity(options.client_certificate)
        self._lock = threading.Lock()
        self._clients: dict[bool, SyncClient] = {}
        """Keyed by whether the host is trusted."""

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        longest_seconds: float | None = None,
    ) -> "_Exchange":
        """Send a request; see the protocol.

        Raises:
            InvalidProxyError: The proxy that the environment names for it is none.
        """
        self._variables.check(url)
        exchange = self._prepare(url, headers, longest_seconds)
        try:
            exchange.open()
        except TransportError as error:
            if not error.reason.endswith(_CLOSED):
                raise
            # A server closes connections that were idle for long, and may do so while the request
            # is on its way, which reqwest reports as an error of the response.
            exchange = self._prepare(url, headers, longest_seconds)
            exchange.open()
        return exchange

    def _prepare(
        self, url: str, headers: Mapping[str, str], longest_seconds: float | None
    ) -> "_Exchange":
        try:
            request = self._client(url).get(url).headers(headers)
            if longest_seconds:
                request.timeout(timedelta(seconds=longest_seconds))
            return _Exchange(url, request.build_streamed(), longest_seconds)
        # A URL or a header that cannot be sent; some are `BuilderError`.
        except ValueError as error:
            raise TransportError(causes(error)[-1], may_pass=False) from error

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()

    def _client(self, url: str) -> SyncClient:
        hosts = self._options.trusted_hosts
        trusted = bool(hosts) and is_trusted(url, hosts)
        client = self._clients.get(trusted)
        if client is None:
            with self._lock:
                if trusted not in self._clients:
                    self._clients[trusted] = self._open_client(trusted=trusted)
                client = self._clients[trusted]
        return client

    def _open_client(self, *, trusted: bool) -> SyncClient:
        options = self._options
        silence = timedelta(seconds=options.timeout_seconds)
        builder = (
            SyncClientBuilder()
            .user_agent("archpip")
            .follow_redirects(enable=False)
            .http2(enable=True)
            .http2_initial_stream_window_size(_STREAM_WINDOW_BYTES)
            .http2_initial_connection_window_size(_CONNECTION_WINDOW_BYTES)
            .connect_timeout(silence)
            .read_timeout(silence)
            .max_connections(options.connections)
            .pool_idle_timeout(_IDLE)
            # Trusting a host means not to verify its certificate.
            .danger_accept_invalid_certs(trusted)
        )
        # Bodies are not decoded: those of files must not be, and pages are stored compressed.
        builder.gzip(enable=False).deflate(enable=False).brotli(enable=False).zstd(enable=False)
        for authority in self._authorities:
            builder.add_root_certificate_der(authority)
        if self._identity:
            builder.identity_pem(self._identity)
        if self._proxy:
            builder.proxy(ProxyBuilder.all(self._proxy))
        try:
            return builder.build()
        except BuilderError as error:
            reason = causes(error)[-1]
            if options.certificates is None or not reason.startswith(_UNTRUSTED):
                raise
            raise CertificateFileError(
                path=options.certificates, reason=reason.removeprefix(_UNTRUSTED)
            ) from error


class _Exchange:
    """A request and its response; implements `archpip.index.transport.OpenAnswer`."""

    status: int

    def __init__(self, url: str, request: SyncStreamRequest, longest_seconds: float | None) -> None:
        self.url = url
        self._request = request
        self._response: SyncResponse
        self._longest_seconds = longest_seconds
        self._begun = time.monotonic()

    def open(self) -> None:
        """Send the request, and wait for the response's headers."""
        try:
            self._response = self._request.__enter__()
        except DetailedPyreqwestError as error:
            raise self._explain(error) from error
        self.status = self._response.status

    def header(self, name: str) -> str | None:
        try:
            return self._response.get_header(name)
        except ValueError:  # bytes that are not text
            return None

    def read(self, most_bytes: int) -> bytes:
        try:
            content = self._response.body_reader.read(most_bytes)
        except DetailedPyreqwestError as error:
            raise self._explain(error) from error
        return content.to_bytes() if content else b""

    def close(self) -> None:
        self._request.__exit__(None, None, None)

    def _explain(self, error: DetailedPyreqwestError) -> TransportError:
        if isinstance(error, RequestTimeoutError):
            longest = self._longest_seconds
            if longest and time.monotonic() - self._begun >= longest:
                reason = f"its answer did not end within {longest:.3g} s"
                return TransportError(reason, may_pass=False)
            return TransportError("it did not answer in time")
        found = causes(error)
        if isinstance(error, BuilderError):  # a URL that cannot be requested
            return TransportError(found[-1], may_pass=False)
        for cause in found:
            if cause.startswith(_UNTRUSTED):
                why = cause.removeprefix(_UNTRUSTED)
                return TransportError(f"its certificate is not trusted ({why})", may_pass=False)
        reason = _name_culprit(found, self.url)
        return TransportError(
            reason,
            may_pass=not found[-1].endswith(_NO_CREDENTIALS),
            is_cut=isinstance(error, BodyDecodeError | ReadError),
        )


def _name_culprit(found: list[str], url: str) -> str:
    """Return the root cause, with the proxy or the unknown host in front that it is about."""
    root = found[-1]
    if root.startswith(_PROXY_FAILURES):
        return f"the proxy refuses: {root}"
    if any(cause.startswith(_PROXY_FAILURES) for cause in found):
        return f"the proxy cannot be reached: {root}"
    return f"{urlsplit(url).hostname} is not known: {root}" if "dns error" in found else root
