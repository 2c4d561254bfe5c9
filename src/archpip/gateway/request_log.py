"""One log record per answered request, with its facts as fields."""

import logging
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

Observer = Callable[[str, str, int, float], None]
"""Called with the method, the path, the status and the seconds a request took."""


class RequestLog:
    """ASGI middleware: logs method, path, status and milliseconds; never a query or a header."""

    def __init__(self, app: ASGIApp, observe: Observer | None = None) -> None:
        self._app = app
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log how it was answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            self.record(scope, status, time.perf_counter() - started)

    def record(self, scope: Scope, status: int, seconds: float) -> None:
        """Log one answered request."""
        if _log.isEnabledFor(logging.INFO):
            facts = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "milliseconds": round(seconds * 1000, 1),
            }
            # Quoted, so that a path cannot inject a log line.
            _log.info("%(method)s %(path)r %(status)s %(milliseconds)s ms", facts, extra=facts)
        if self._observe is not None:
            self._observe(scope["method"], scope["path"], status, seconds)
