"""Answers that both clients like: negotiated, compressed, and not sent twice.

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
"""Behind a wheel's address: that of its METADATA (PEP 658)."""
METADATA_TYPE = "application/octet-stream"

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_GZIP_MARK = "-gzip"


@lru_cache(maxsize=256)
def negotiate(accept: str) -> str | None:
    """Return the type of page that an Accept header likes best, or `None` where it likes none.

    HTML where nothing is said or a browser asks, as PEP 691 wants.
    """
    if not accept:
        return PLAIN_HTML_TYPE
    best: tuple[float, int] | None = None
    chosen = None
    for order, kind in enumerate(SIMPLE_FORMS):
        weight = _weight(accept, kind)
        if weight > 0 and (best is None or (weight, -order) > best):
            best, chosen = (weight, -order), kind
    if chosen == JSON_TYPE and JSON_TYPE not in accept:
        return PLAIN_HTML_TYPE  # `*/*` is a browser or curl.
    return chosen


def _weight(accept: str, kind: str) -> float:
    """Return a type's q-value: that of the most specific range that covers it, 0 for none."""
    found = _weights(accept)
    family = kind.partition("/")[0]
    return next((found[name] for name in (kind, f"{family}/*", "*/*") if name in found), 0.0)


def _weights(header: str) -> dict[str, float]:
    """Return what a header of q-values says, by lower-case name."""
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
    """Tell whether an Accept-Encoding header takes gzip."""
    weights = _weights(accept_encoding)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


class Answer:
    """One rendition on its way to one client; an ASGI app that was given its request."""

    def __init__(self, rendition: Rendition) -> None:
        """Take what to send; it must serve the client's encoding (`Rendition.serves`)."""
        self._rendition = rendition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI
        """Send it, or 304 where the client has it already.

        Always to be revalidated: a wheel that was refused since must be gone from the next answer.
        """
        rendition = self._rendition
        headers = _Headers(scope)
        compressed = rendition.compressed if headers.wants_gzip else None
        # A strong validator names bytes, and those of the compressed form are others.
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
    """Tell whether a request is to be answered compressed."""
    return _Headers(scope).wants_gzip


class _Headers:
    """What a request says of how it wants to be answered."""

    def __init__(self, scope: Scope) -> None:
        self._near = (scope.get("client") or ("",))[0] in _LOOPBACK
        self._headers: Iterable[tuple[bytes, bytes]] = scope["headers"]

    @property
    def wants_gzip(self) -> bool:
        """Whether compressing pays: the way to a client on this machine costs nothing."""
        return not self._near and accepts_gzip(self.get(b"accept-encoding"))

    @property
    def known_etags(self) -> set[str]:
        """The validators of what the client has, bare: of either encoding, weak or not."""
        tags = (tag.strip().removeprefix("W/") for tag in self.get(b"if-none-match").split(","))
        return {tag.strip('"').removesuffix(_GZIP_MARK) for tag in tags if tag}

    def get(self, name: bytes) -> str:
        """Return a header, those of one name joined; empty where it is absent."""
        return ", ".join(value.decode("latin-1") for key, value in self._headers if key == name)


def header(scope: Scope, name: bytes) -> str:
    """Return a request's header, those of one name joined; empty where it is absent."""
    return _Headers(scope).get(name)


def _with_charset(media_type: str) -> bytes:
    if media_type.startswith("text/"):
        return f"{media_type}; charset=utf-8".encode()
    return media_type.encode()


def problem(
    status: HTTPStatus, title: str, detail: str, *, retry_seconds: int | None = None
) -> Response:
    """Return an error that says what is the matter, in RFC 9457's form."""
    body = json.dumps({"status": int(status), "title": title, "detail": detail}).encode()
    headers = {"Cache-Control": "no-store"}
    if retry_seconds is not None:
        headers["Retry-After"] = str(retry_seconds)
    return Response(
        body, status_code=status, headers=headers, media_type="application/problem+json"
    )
