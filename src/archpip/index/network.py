"""The network: HTTP/1.1 and 2 by reqwest, which is what uv asks indexes with as well.

A lock asks some seven hundred small questions and reads 40 MB of pages. Their connections, TLS and
compression are worked at beside the interpreter, whose lock is taken once for each answer: pages
cost a quarter of the CPU time that they cost through `http.client`. Proxies come from the
environment, as do the system's certificates, from wherever it keeps them.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from archpip.index.errors import CertificateFileError
from archpip.index.once import OncePerKey
from archpip.index.options import SessionOptions
from archpip.index.origins import is_trusted
from archpip.index.reqwest import (
    BodyDecodeError,
    BuilderError,
    DetailedPyreqwestError,
    ProxyBuilder,
    ReadError,
    RequestError,
    RequestTimeoutError,
    SyncClient,
    SyncClientBuilder,
    SyncResponse,
)
from archpip.index.transport import TransportError

_IDLE = timedelta(seconds=30)
_STREAM_WINDOW_BYTES = 2 * 1024**2
_CONNECTION_WINDOW_BYTES = 16 * 1024**2
"""HTTP/2's own windows, 64 KB, let a distant server send that much in each round trip."""
_UNTRUSTED = "invalid peer certificate: "
"""How rustls begins to say what is wrong with a certificate."""


class Network:
    """Implements `archpip.index.transport.Transport`.

    reqwest repeats a request that was sent on a connection which the server had closed.
    """

    def __init__(self, options: SessionOptions) -> None:
        """Open nothing yet.

        Raises:
            CertificateFileError: A certificate file cannot be read.
        """
        self._options = options
        self._authorities = _read_authorities(options.certificates)
        self._identity = _read_identity(options.client_certificate)
        self._clients: OncePerKey[tuple[bool, bool], SyncClient] = OncePerKey()
        self._opened: list[SyncClient] = []

    @contextmanager
    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        unpacked: bool,
        longest_seconds: float | None = None,
    ) -> Iterator["_Answer"]:
        """Ask; see the protocol."""
        failures = partial(_translated, url, time.monotonic(), longest_seconds)
        with ExitStack() as opened:
            with failures():
                request = self._client(url, unpacked=unpacked).get(url).headers(headers)
                if not unpacked:
                    request.header("Accept-Encoding", "identity")
                if longest_seconds:
                    request.timeout(timedelta(seconds=longest_seconds))
                response = opened.enter_context(request.build_streamed())
            yield _Answer(url, response, failures)

    def close(self) -> None:
        """Close every connection."""
        for client in self._opened:
            client.close()

    def _client(self, url: str, *, unpacked: bool) -> SyncClient:
        trusted = is_trusted(url, self._options.trusted_hosts)
        return self._clients.get(
            (trusted, unpacked), lambda: self._open_client(trusted=trusted, unpacked=unpacked)
        )

    def _open_client(self, *, trusted: bool, unpacked: bool) -> SyncClient:
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
            # Not to verify certificates is what trusting a host means.
            .danger_accept_invalid_certs(trusted)
        )
        builder.gzip(unpacked).deflate(unpacked).brotli(enable=False).zstd(enable=False)
        for authority in self._authorities:
            builder.add_root_certificate_der(authority)
        if self._identity:
            builder.identity_pem(self._identity)
        if options.proxy:
            # pip takes a proxy's bare name, too.
            proxy = options.proxy if "://" in options.proxy else f"http://{options.proxy}"
            builder.proxy(ProxyBuilder.all(proxy))
        client = builder.build()
        self._opened.append(client)
        return client


class _Answer:
    """Implements `archpip.index.transport.OpenAnswer`."""

    def __init__(self, url: str, response: SyncResponse, failures: "_Failures") -> None:
        self.url = url
        self.status = response.status
        self._response = response
        self._failures = failures

    def header(self, name: str) -> str | None:
        try:
            return self._response.get_header(name)
        except ValueError:  # bytes that are no text
            return None

    def read(self, most_bytes: int) -> bytes:
        with self._failures():
            content = self._response.body_reader.read(most_bytes)
        return content.to_bytes() if content else b""


_Failures = Callable[[], AbstractContextManager[None]]


@contextmanager
def _translated(url: str, begun: float, longest_seconds: float | None) -> Iterator[None]:
    """Speak of failures as `TransportError` does; `begun` is in the seconds of `monotonic`."""
    try:
        yield
    except RequestTimeoutError as error:
        if longest_seconds and time.monotonic() - begun >= longest_seconds:
            reason = f"its answer did not end within {longest_seconds:.3g} s"
            raise TransportError(reason, may_pass=False) from error
        raise TransportError("it did not answer in time") from error
    except RequestError as error:
        raise _explained(error, url) from error
    except (BuilderError, ValueError) as error:  # of a URL or a header that cannot be sent
        raise TransportError(_causes(error)[-1], may_pass=False) from error


def _explained(error: RequestError, url: str) -> TransportError:
    causes = _causes(error)
    for cause in causes:
        if cause.startswith(_UNTRUSTED):
            why = cause.removeprefix(_UNTRUSTED)
            return TransportError(f"its certificate is not trusted ({why})", may_pass=False)
    if "dns error" in causes:
        return TransportError(f"{urlsplit(url).hostname} is not known: {causes[-1]}")
    return TransportError(causes[-1], is_cut=isinstance(error, BodyDecodeError | ReadError))


def _causes(error: Exception) -> list[str]:
    """Return what is said of an error, the last being nearest to its root."""
    causes = error.details["causes"] if isinstance(error, DetailedPyreqwestError) else None
    return [str(error), *(cause["message"] for cause in causes or ())]


def _read_authorities(bundle: Path | None) -> list[bytes]:
    """Return the certificates (DER) in a file, or in the files of a folder."""
    if bundle is None:
        return []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        for path in sorted(bundle.iterdir()) if bundle.is_dir() else [bundle]:
            context.load_verify_locations(path)
    except OSError as error:
        raise CertificateFileError(path=bundle, reason=_reason(error)) from error
    return context.get_ca_certs(binary_form=True)


def _read_identity(path: Path | None) -> bytes | None:
    """Return a PEM file that holds a certificate and its key."""
    if path is None:
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(path)
        return path.read_bytes()
    except OSError as error:
        raise CertificateFileError(path=path, reason=_reason(error)) from error


def _reason(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
