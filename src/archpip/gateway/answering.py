"""Answers that both clients like: negotiated, compressed, and not sent twice.

Source: RFC 9110 §12.5.1 (Accept), §13.1.2 (If-None-Match); RFC 9457 for problems, whose title and
detail uv shows to its user.
"""

import gzip
import hashlib
import json
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from archpip.gateway.rendering import HTML_TYPE, JSON_TYPE

_WORTH_COMPRESSING = 1024
_FAST = 1
"""zlib's level 1: a page of 3 MB in 30 ms; clients are near, or slower than that."""

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_HTML = ("text/html", HTML_TYPE)


def negotiate(accept: str) -> str | None:
    """Return the type of page that an Accept header likes best, or `None` where it likes none.

    HTML where nothing is said or a browser asks, as PEP 691 wants.
    """
    if not accept:
        return _HTML[0]
    best: tuple[float, int] | None = None
    chosen = None
    for order, kind in enumerate((JSON_TYPE, HTML_TYPE, _HTML[0])):
        weight = _weight(accept, kind)
        if weight > 0 and (best is None or (weight, -order) > best):
            best, chosen = (weight, -order), kind
    if chosen == JSON_TYPE and JSON_TYPE not in accept:
        return _HTML[0]  # `*/*` is a browser or curl.
    return chosen


def _weight(accept: str, kind: str) -> float:
    """Return a type's q-value: that of the most specific range that covers it, 0 for none."""
    found: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        found[name.lower()] = _q_value(parameters)
    family = kind.partition("/")[0]
    return next((found[name] for name in (kind, f"{family}/*", "*/*") if name in found), 0.0)


def _q_value(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def answer(request: Request, body: bytes, media_type: str) -> Response:
    """Return a body, or 304 where the client has it already; compressed where it may be.

    Always to be revalidated: a wheel that was refused since must be gone from the next answer.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Encoding"}
    known = request.headers.get("if-none-match", "")
    if known == "*" or etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if len(body) > _WORTH_COMPRESSING and _wants_gzip(request):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, _FAST, mtime=0)
    return Response(body, headers=headers, media_type=media_type)


def _wants_gzip(request: Request) -> bool:
    """Return whether compressing pays: the way to a client on this machine costs nothing."""
    near = request.client is not None and request.client.host in _LOOPBACK
    return not near and "gzip" in request.headers.get("accept-encoding", "")


def problem(status: HTTPStatus, title: str, detail: str) -> Response:
    """Return an error that says what is the matter, in RFC 9457's form."""
    body = json.dumps({"status": int(status), "title": title, "detail": detail}).encode()
    return Response(
        body,
        status_code=status,
        headers={"Cache-Control": "no-store"},
        media_type="application/problem+json",
    )
