"""uvicorn's HTTP protocol, with limits on what one connection may send, and without tasks.

By itself it keeps a request's headers, however long they are, and a queue of all requests that a
client sends before it has read the answers: 60 MB of these took 2.6 GB.

It also starts a task for each request, which takes longer than the rest where a response is ready.
"""

import asyncio
import os
from contextlib import suppress
from typing import Any, Protocol, runtime_checkable

import httptools
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from archpip.gateway.answering import WholeResponse

_MOST_BYTES = 64 * 1024
"""Of one request with all that belongs to it. The gateway reads no bodies."""
_MOST_QUEUED = 100
"""Requests that wait for the answer to an earlier one. pip, uv and proxies send none."""


_LEFT_TO_UVICORN = frozenset(
    {
        b"content-length",  # a body follows
        b"transfer-encoding",
        b"expect",
        b"upgrade",
        b"x-forwarded-for",  # names the client in a proxy's place
        b"x-forwarded-proto",
    }
)
"""Headers that change how a request is answered, in ways that uvicorn knows."""


@runtime_checkable
class PromptApp(Protocol):
    """An ASGI app that may have a response ready."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        ...

    def answer_at_once(self, scope: Scope) -> WholeResponse | None:
        """Return the response to an HTTP request if it is ready. It will be sent."""
        ...


class TooManyQueuedError(httptools.HttpParserError):
    """A client sends ahead more requests than are kept."""


class GatewayProtocol(HttpToolsProtocol):
    """Sends what is ready at once.

    Closes a connection whose request is too long, or not whole after the keep-alive time.
    """

    _received = 0
    """Bytes of the request that is being received, rounded up to what was read at once."""
    _is_receiving = False
    _is_answered = False
    """Whether the request that is being received has its response already."""
    _deadline: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **keywords: Any) -> None:  # noqa: ANN401  # uvicorn's own
        super().__init__(*arguments, **keywords)
        # uvicorn wraps the app that it calls.
        app = self.config.app
        self._app = app if isinstance(app, PromptApp) else None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Begin a connection."""
        super().connection_made(transport)
        self._set_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """End a connection."""
        self._drop_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what the client sent."""
        super().data_received(data)
        # Counted afterwards: only then is it known whether a request has ended or begun.
        if self._is_receiving:
            self._received += len(data)
            if self._received > _MOST_BYTES:
                self._refuse()

    def on_message_begin(self) -> None:
        """Begin a request."""
        if len(self.pipeline) >= _MOST_QUEUED:
            raise TooManyQueuedError
        self._received = 0
        self._is_receiving = True
        self._set_deadline()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Answer a request at once if its response is ready, or else as uvicorn does."""
        response = self._find_ready()
        if response is None:
            super().on_headers_complete()
            return
        self._is_answered = True
        head = [STATUS_LINE[response.status]]
        for name, value in (*self.server_state.default_headers, *response.headers):
            head += (name, b": ", value, b"\r\n")
        self.transport.write(b"".join((*head, b"\r\n")))
        body = memoryview(response.body)
        self.transport.write(body[self._send_file(response) :])

    def on_message_complete(self) -> None:
        """End a request."""
        self._is_receiving = False
        self._drop_deadline()
        if self._is_answered:
            self._is_answered = False
            self.on_response_complete()
        else:
            super().on_message_complete()

    def _send_file(self, response: WholeResponse) -> int:
        """Send of a response's file what the socket takes at once; returns how many bytes."""
        if response.file is None or self.transport.get_write_buffer_size():
            return 0
        socket = self.transport.get_extra_info("socket")
        with suppress(OSError):  # which the transport meets by itself
            return os.sendfile(socket.fileno(), response.file, 0, len(response.body))
        return 0

    def _find_ready(self) -> WholeResponse | None:
        if (
            self._app is None
            # An earlier request waits for its response, or for the client to read it.
            or not (self.cycle is None or self.cycle.response_complete)  # type: ignore[redundant-expr]
            or self.flow.write_paused
            or self.transport.is_closing()
            or self.parser.get_http_version() != "1.1"
            or not self.parser.should_keep_alive()
            # A query, an escape or a URL with a host.
            or not self.url.startswith(b"/")
            or b"?" in self.url
            or b"%" in self.url
            or not _LEFT_TO_UVICORN.isdisjoint(name for name, _ in self.headers)
        ):
            return None
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["path"] = self.url.decode("latin-1")
        return self._app.answer_at_once(self.scope)  # type: ignore[arg-type]  # a TypedDict

    def _refuse(self) -> None:
        if self.transport.is_closing():
            return
        # uvicorn declares it as if it were there before the first request.
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]
            self.send_400_response("The request is too long.")
        else:
            # An answer is being sent: another would be taken for its end.
            self.transport.close()

    def _set_deadline(self) -> None:
        self._drop_deadline()
        self._deadline = self.loop.call_later(self.timeout_keep_alive, self.transport.close)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
