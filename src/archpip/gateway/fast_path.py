"""The fast path: responses that are ready are sent without routing or a worker thread.

That covers nearly all requests: pages that were rendered before, and the METADATA of wheels that
were opened for them. A thread per request would wait for the interpreter behind the threads that
make other pages.
"""

import re

from packaging.utils import NormalizedName, is_normalized_name
from starlette.types import ASGIApp, Receive, Scope, Send

from archpip.gateway.answering import (
    METADATA_SUFFIX,
    METADATA_TYPE,
    WholeResponse,
    header,
    negotiate,
    respond,
    wants_gzip,
)
from archpip.gateway.gateway import Gateway
from archpip.gateway.model import View
from archpip.gateway.renditions import Rendition, make_rendition
from archpip.gateway.views import Views

_PAGE = re.compile(r"/(?P<view>.+)/simple/(?P<name>[^/]+)/")
_METADATA = re.compile(
    r"/(?P<view>.+)/files/(?P<name>[^/]+)/(?P<key>[^/]+)/(?P<filename>[^/]+)"
    + re.escape(METADATA_SUFFIX)
)


class ReadyAnswers:
    """ASGI middleware: serves pages and METADATA that are ready, and passes on other requests."""

    def __init__(self, app: ASGIApp, *, gateway: Gateway, views: Views) -> None:
        self._app = app
        self._gateway = gateway
        self._views = views

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response, or pass the request on."""
        ready = self.find(scope) if scope["type"] == "http" else None
        if ready is None:
            await self._app(scope, receive, send)
        else:
            await ready.send_to(send)

    def find(self, scope: Scope) -> WholeResponse | None:
        """Return the response to an HTTP request if it is ready. Does not wait."""
        ready = self._find_rendition(scope)
        if ready is None or not ready.serves(compressed=wants_gzip(scope)):
            return None
        response = respond(ready, scope)
        copies = self._gateway.copies
        return response._replace(file=copies.find(response)) if copies else response

    def _find_rendition(self, scope: Scope) -> Rendition | None:
        path: str = scope["path"]
        found = _PAGE.fullmatch(path) or _METADATA.fullmatch(path)
        if found is None or scope["method"] not in {"GET", "HEAD"}:
            return None
        view = self._views.known(found["view"])
        if view is None or not is_normalized_name(found["name"]):
            return None
        name = NormalizedName(found["name"])
        if found.re is _METADATA:
            return self._find_metadata(view, name, found["key"], found["filename"])
        media_type = negotiate(header(scope, b"accept"))
        return self._gateway.peek(view, name, media_type) if media_type else None

    def _find_metadata(
        self, view: View, name: NormalizedName, key: str, filename: str
    ) -> Rendition | None:
        metadata = self._gateway.peek_metadata(view, name, key, filename)
        return None if metadata is None else make_rendition(metadata, METADATA_TYPE)
