"""HTTP responses that suit pip and uv: negotiated, compressed, and revalidated by ETag.

Source: RFC 9110 §12.5.1 (Accept), §12.5.3 (Accept-Encoding), §13.1.2 (If-None-Match); RFC 9457 for
problems, whose title and detail uv shows to its user.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from archpip.gateway.rendering import JSON_TYPE, PLAIN_HTML_TYPE, SIMPLE_FORMS
from archpip.gateway.renditions import Rendition

METADATA_SUFFIX = ".metadata"
"""Suffix of a wheel's URL that gives the URL of its METADATA (PEP 658)."""
METADATA_TYPE = "application/octet-stream"

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_GZIP_MARK = "-gzip"


@lru_cache(maxsize=256)
def negotiate(accept: str) -> str | None:
    """Return the media type that an Accept header prefers, or `None` if it accepts none of ours.

    HTML for an empty header and for browsers, as PEP 691 recommends.
    """
    if not accept:
        return PLAIN_HTML_TYPE
    best: tuple[float, int] | None = None
    chosen = None
    for order, kind in enumerate(SIMPLE_FORMS):
        weight = _weight(accept, kind)
        if weight > 0 and (best is None or (weight, -order) > best):
            best, chosen = (weight, -order), kind
    if chosen == JSON_TYPE and "+json" not in accept.lower():
        return PLAIN_HTML_TYPE  # `*/*` is a browser or curl.
    return chosen


def _weight(accept: str, kind: str) -> float:
    """Return a type's q-value: that of the most specific range that covers it, 0 for none."""
    found = _weights(accept)
    family = kind.partition("/")[0]
    # PEP 691: `latest` asks for the newest version, which is the only one.
    ranges = (kind, kind.replace(".v1+", ".latest+"), f"{family}/*", "*/*")
    return next((found[name] for name in ranges if name in found), 0.0)


def _weights(header: str) -> dict[str, float]:
    """Parse a header of q-values into weights by lower-case name."""
    found: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        found[name.lower()] = _q_value(parameters)
    return found


def _q_value(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding header accepts gzip."""
    weights = _weights(accept_encoding)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


class WholeResponse(NamedTuple):
    """A response all of which is known before it is sent."""

    status: int
    headers: list[tuple[bytes, bytes]]
    """Names in lower case."""
    etag: str
    """Without quotes: the same for the same body, which may be left out."""
    body: bytes
    file: int | None = None
    """The descriptor of a file with the body, as long as no other response is asked for."""

    async def send_to(self, send: Send) -> None:
        """Send it by ASGI."""
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(start)
        await send({"type": "http.response.body", "body": self.body})


def respond(rendition: Rendition, scope: Scope) -> WholeResponse:
    """Return the response that sends a rendition, or 304 if the client has it already.

    Clients must always revalidate: a wheel refused since must be gone from the next response.

    Args:
        rendition: It must serve the client's encoding (`Rendition.serves`).
        scope: The request.
    """
    asked = _Headers(scope)
    compressed = rendition.compressed if asked.wants_gzip else None
    # A strong ETag identifies exact bytes, and those of the compressed form differ.
    etag = rendition.etag + (_GZIP_MARK if compressed else "")
    headers = [
        (b"etag", f'"{etag}"'.encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept, Accept-Encoding"),
    ]
    if rendition.etag in asked.known_etags:
        return WholeResponse(304, headers, etag, b"")
    body = compressed if compressed is not None else rendition.plain or b""
    headers += [
        (b"content-type", _with_charset(rendition.media_type)),
        (b"content-length", str(len(body)).encode()),
    ]
    if compressed is not None:
        headers.append((b"content-encoding", b"gzip"))
    return WholeResponse(200, headers, etag, b"" if scope["method"] == "HEAD" else body)


class Answer:
    """An ASGI app that sends one rendition to one client; see `respond`."""

    def __init__(self, rendition: Rendition) -> None:
        """Store the rendition, which must serve the client's encoding."""
        self._rendition = rendition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI
        """Send the response."""
        await respond(self._rendition, scope).send_to(send)


def wants_gzip(scope: Scope) -> bool:
    """Return whether to compress the response to a request."""
    return _Headers(scope).wants_gzip


class _Headers:
    """The request headers that decide the form of the response."""

    def __init__(self, scope: Scope) -> None:
        self._near = (scope.get("client") or ("",))[0] in _LOOPBACK
        self._headers: Iterable[tuple[bytes, bytes]] = scope["headers"]

    @property
    def wants_gzip(self) -> bool:
        """Whether to compress: not for a client on this machine, where transfer costs nothing."""
        return not self._near and accepts_gzip(self.get(b"accept-encoding"))

    @property
    def known_etags(self) -> set[str]:
        """The ETags that the client holds, without quotes: of either encoding, weak or not."""
        tags = (tag.strip().removeprefix("W/") for tag in self.get(b"if-none-match").split(","))
        return {tag.strip('"').removesuffix(_GZIP_MARK) for tag in tags if tag}

    def get(self, name: bytes) -> str:
        """Return a header's value, repeated headers joined; empty if it is absent."""
        return ", ".join(value.decode("latin-1") for key, value in self._headers if key == name)


def header(scope: Scope, name: bytes) -> str:
    """Return a request header's value, repeated headers joined; empty if it is absent."""
    return _Headers(scope).get(name)


def _with_charset(media_type: str) -> bytes:
    if media_type.startswith("text/"):
        return f"{media_type}; charset=utf-8".encode()
    return media_type.encode()


def problem(status: HTTPStatus, title: str, detail: str) -> Response:
    """Return an error response in the form of RFC 9457."""
    body = json.dumps({"status": int(status), "title": title, "detail": detail}).encode()
    headers = {"Cache-Control": "no-store"}
    return Response(
        body, status_code=status, headers=headers, media_type="application/problem+json"
    )
