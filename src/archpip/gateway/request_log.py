"""What is logged of requests: their facts, and failures."""

import asyncio
import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archpip.gateway.answering import problem

_log = logging.getLogger(__name__)

Observer = Callable[[str, str, int, float], None]
"""Called with the method, the path, the status and the seconds a request took."""


_STOPPING = "The gateway was told to stop"
_SECONDS_BETWEEN = 60.0
_MOST_REMEMBERED = 1000


class FailureLog:
    """Warns of each failure once a minute: clients ask again at once, and several times."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logged: dict[str, float] = {}
        """When each was logged, in the clock's seconds."""

    def log(self, failure: str, *, path: str) -> None:
        """Log a failure, and the path of the request that met it."""
        now = self._clock()
        last = self._logged.get(failure)
        if last is not None and now - last < _SECONDS_BETWEEN:
            return
        if len(self._logged) >= _MOST_REMEMBERED:
            self._logged.clear()
        self._logged[failure] = now
        _log.warning("%s (asked for %s)", failure, path)


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
        except asyncio.CancelledError:
            # The server stops, and has waited long enough: no failure, as which uvicorn logs it.
            if not status:
                stopping = problem(HTTPStatus.SERVICE_UNAVAILABLE, _STOPPING, "Ask again.")
                await stopping(scope, receive, watch)
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
