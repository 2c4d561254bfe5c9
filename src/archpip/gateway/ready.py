"""The short way: a page that stands ready is sent at once, past routing and threads."""

import re

from packaging.utils import NormalizedName, is_normalized_name
from starlette.types import ASGIApp, Receive, Scope, Send

from archpip.gateway.answering import Answer, header, negotiate, wants_gzip
from archpip.gateway.gateway import Gateway
from archpip.gateway.renditions import Rendition
from archpip.gateway.views import Views

_PAGE = re.compile(r"/(?P<view>.+)/simple/(?P<name>[^/]+)/")


class ReadyPages:
    """ASGI middleware: answers for project pages that need no work, and passes on all else."""

    def __init__(self, app: ASGIApp, *, gateway: Gateway, views: Views) -> None:
        self._app = app
        self._gateway = gateway
        self._views = views

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        ready = self._find(scope) if scope["type"] == "http" else None
        if ready is None:
            await self._app(scope, receive, send)
        else:
            await Answer(ready)(scope, receive, send)

    def _find(self, scope: Scope) -> Rendition | None:
        found = _PAGE.fullmatch(scope["path"])
        if found is None or scope["method"] not in {"GET", "HEAD"}:
            return None
        name, media_type = found["name"], negotiate(header(scope, b"accept"))
        if media_type is None or not is_normalized_name(name):
            return None
        view = self._views.known(found["view"])
        if view is None:
            return None
        rendition = self._gateway.peek(view, NormalizedName(name), media_type)
        if rendition is None or not rendition.serves(compressed=wants_gzip(scope)):
            return None
        return rendition
