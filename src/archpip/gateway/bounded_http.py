"""uvicorn's HTTP protocol, with limits on what one connection may send.

By itself it keeps a request's headers, however long they are, and a queue of all requests that a
client sends before it has read the answers: 60 MB of these took 2.6 GB.
"""

import asyncio

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST_BYTES = 64 * 1024
"""Of one request with all that belongs to it. The gateway reads no bodies."""
_MOST_QUEUED = 100
"""Requests that wait for the answer to an earlier one. pip, uv and proxies send none."""


class TooManyQueuedError(httptools.HttpParserError):
    """A client sends ahead more requests than are kept."""


class BoundedProtocol(HttpToolsProtocol):
    """Closes a connection whose request is too long, or not whole after the keep-alive time."""

    _received = 0
    """Bytes of the request that is being received, rounded up to what was read at once."""
    _is_receiving = False
    _deadline: asyncio.TimerHandle | None = None

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

    def on_message_complete(self) -> None:
        """End a request."""
        self._is_receiving = False
        self._drop_deadline()
        super().on_message_complete()

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
