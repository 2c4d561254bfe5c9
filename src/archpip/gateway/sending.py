"""Send a file to a client, perhaps while it is still being downloaded; ranges are served.

Source: RFC 9110 §14 (ranges). A request for several ranges gets the whole file, as the RFC allows:
no installer sends one.
"""

import re
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from archpip.gateway.errors import TransferEndedError
from archpip.gateway.files import Transfer

_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
"""Python reads no number of more than 4,300 digits, and no file needs more than these."""


class FileAnswer:
    """The response that sends one file to one client; an ASGI app for a single request."""

    def __init__(self, file: Path | Transfer, *, etag: str | None) -> None:
        """Store the file, and its ETag: the hash, without quotes."""
        self._source = _Whole(file) if isinstance(file, Path) else file
        self._etag = f'"{etag}"' if etag else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI
        """Send the file. If its download fails, the response ends short of its stated length."""
        total = await to_thread.run_sync(self._source.total_bytes)
        headers = [
            (b"accept-ranges", b"bytes"),
            (b"content-type", b"application/octet-stream"),
        ]
        asked = Headers(scope=scope)
        if self._etag:
            headers.append((b"etag", self._etag.encode()))
            # A file name means the same bytes for ever, and their hash is known.
            headers.append((b"cache-control", b"max-age=31536000, immutable"))
            if self._etag in asked.get("if-none-match", ""):
                await _start(send, 304, headers)
                await send({"type": "http.response.body", "body": b""})
                return
        wanted = self._range(asked, total)
        if wanted is None:
            await _start(send, 416, [*headers, (b"content-range", f"bytes */{total}".encode())])
            await send({"type": "http.response.body", "body": b""})
            return
        start, stop = wanted
        status = 200 if stop - start == total else 206
        if status == 206:  # noqa: PLR2004  # Partial Content
            headers.append((b"content-range", f"bytes {start}-{stop - 1}/{total}".encode()))
        headers.append((b"content-length", str(stop - start).encode()))
        await _start(send, status, headers)
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._send_bytes(send, start, stop)

    def _range(self, headers: Headers, total: int) -> tuple[int, int] | None:
        """Return the requested range as (first, last exclusive) bytes; `None` if it is empty."""
        if headers.get("if-range", self._etag) != self._etag:
            return 0, total
        found = _RANGE.fullmatch(headers.get("range", "").strip())
        if found is None or found[0] == "bytes=-":
            return 0, total
        if not found[1]:
            count = min(int(found[2]), total)
            return (total - count, total) if count else None
        start = int(found[1])
        stop = min(int(found[2]) + 1, total) if found[2] else total
        if stop <= start:
            return (0, total) if found[2] and int(found[2]) < start else None
        return start, stop

    async def _send_bytes(self, send: Send, start: int, stop: int) -> None:
        # A failed download was logged where it failed; the server then closes the connection.
        with suppress(TransferEndedError), await to_thread.run_sync(self._source.open) as file:
            file.seek(start)
            while start < stop:
                read = partial(self._source.read, file, min(_CHUNK_BYTES, stop - start))
                chunk = await to_thread.run_sync(read)
                start += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": start < stop})


class _Whole:
    """A complete file, with the interface of a finished transfer."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def total_bytes(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError as error:
            raise TransferEndedError(reason="it was dropped meanwhile") from error

    def open(self) -> BinaryIO:
        return self._path.open("rb")

    @staticmethod
    def read(file: BinaryIO, length: int) -> bytes:
        chunk = file.read(length)
        if not chunk:
            raise TransferEndedError(reason="the file was cut")
        return chunk


async def _start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
