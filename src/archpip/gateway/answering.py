"""HTTP responses that suit pip and uv: negotiated, compressed, and revalidated by ETag.

Source: RFC 9110 §12.5.1 (Accept), §12.5.3 (Accept-Encoding), §13.1.2 (If-None-Match); RFC 9457 for
problems, whose title and detail uv shows to its user.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus

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


class Answer:
    """The response that sends one rendition to one client; an ASGI app for a single request."""

    def __init__(self, rendition: Rendition) -> None:
        """Store the rendition, which must serve the client's encoding (`Rendition.serves`)."""
        self._rendition = rendition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI
        """Send the rendition, or 304 if the client has it already.

        Clients must always revalidate: a wheel refused since must be gone from the next response.
        """
        rendition = self._rendition
        headers = _Headers(scope)
        compressed = rendition.compressed if headers.wants_gzip else None
        # A strong ETag identifies exact bytes, and those of the compressed form differ.
        etag = f'"{rendition.etag}{_GZIP_MARK if compressed else ""}"'
        answered = [
            (b"etag", etag.encode()),
            (b"cache-control", b"no-cache"),
            (b"vary", b"Accept, Accept-Encoding"),
        ]
        if rendition.etag in headers.known_etags:
            await send({"type": "http.response.start", "status": 304, "headers": answered})
            await send({"type": "http.response.body", "body": b""})
            return
        body = compressed if compressed is not None else rendition.plain or b""
        answered += [
            (b"content-type", _with_charset(rendition.media_type)),
            (b"content-length", str(len(body)).encode()),
        ]
        if compressed is not None:
            answered.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": answered})
        body = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": body})


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


def problem(
    status: HTTPStatus, title: str, detail: str, *, retry_seconds: int | None = None
) -> Response:
    """Return an error response in the form of RFC 9457."""
    body = json.dumps({"status": int(status), "title": title, "detail": detail}).encode()
    headers = {"Cache-Control": "no-store"}
    if retry_seconds is not None:
        headers["Retry-After"] = str(retry_seconds)
    return Response(
        body, status_code=status, headers=headers, media_type="application/problem+json"
    )
