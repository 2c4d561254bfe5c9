"""Parts of remote files by HTTP range requests (RFC 9110 §14), accepted only if consistent."""

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import urlsplit

from archpip.index.errors import IndexUnavailableError
from archpip.index.session import Session, check_status, raise_to_retry
from archpip.index.transport import OpenAnswer, TransportError
from archpip.index.urls import path_of
from archpip.redaction import redact
from archpip.wheels import RangesUnsupportedError, Tail

_IGNORING = frozenset({HTTPStatus.OK, HTTPStatus.NOT_IMPLEMENTED})
_REFUSING = frozenset(
    {
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
        HTTPStatus.FORBIDDEN,  # a URL may be signed for whole files only
        HTTPStatus.METHOD_NOT_ALLOWED,
    }
)
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")


class HttpRangeReader:
    """Implements `archpip.wheels.RangeReader`. Safe to use from several threads."""

    def __init__(self, session: Session, *, workers: int) -> None:
        """Read over `session`, with at most `workers` ranges of `read_many` at once."""
        self._session = session
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="archpip-range")
        self._refusing: dict[str, str] = {}
        """Servers that ignored a range, and the reason; they get no more range requests."""
        self._lock = threading.Lock()

    def read_tail(self, url: str, length: int) -> Tail:
        """Return the last `length` bytes and the file's size, in one request.

        Raises:
            RangesUnsupportedError: The server ignores, refuses or misstates ranges.
        """
        if url.startswith("file:"):
            return _read_local_tail(url, length)
        start, content, size = self._ask(url, f"bytes=-{length}", most_bytes=length)
        if start != max(0, size - length) or start + len(content) != size:
            raise self._misstated(url, f"its answer to the last {length} bytes starts at {start}")
        return Tail(content=content, file_size=size)

    def read_many(self, url: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
        """Return the bytes of each `[start, stop)`, in order.

        Raises:
            RangesUnsupportedError: The server ignores, refuses or misstates ranges.
        """
        if url.startswith("file:"):
            return _read_local(url, ranges)
        # One is read here, as the calling thread would only wait.
        others = [self._workers.submit(self._read, url, *span) for span in ranges[1:]]
        first = [self._read(url, *span) for span in ranges[:1]]
        return (*first, *(other.result() for other in others))

    def close(self) -> None:
        """Stop the workers; those at work finish first."""
        self._workers.shutdown(cancel_futures=True)

    def _read(self, url: str, start: int, stop: int) -> bytes:
        if start >= stop:
            return b""
        most_bytes = stop - start
        first, content, _ = self._ask(url, f"bytes={start}-{stop - 1}", most_bytes=most_bytes)
        if (first, len(content)) != (start, most_bytes):
            raise self._misstated(url, f"asked for {start}-{stop - 1}, got {len(content)} bytes")
        return content

    def _ask(self, url: str, wanted: str, *, most_bytes: int) -> tuple[int, bytes, int]:
        """Return the response's start offset, its bytes, and the size of the file, in bytes.

        A response that promises more than `most_bytes` is not read: it may be a whole file.
        """
        if reason := self._refusing.get(urlsplit(url).netloc):
            raise RangesUnsupportedError(url=redact(url), reason=reason)
        was_cut = False

        def attempt() -> tuple[int, bytes, int]:
            nonlocal was_cut
            try:
                with self._session.stream(url, headers={"Range": wanted}) as answer:
                    raise_to_retry(answer)
                    first, last, size = self._check(answer, url)
                    if last - first >= most_bytes:
                        raise self._misstated(url, f"asked for {wanted}, it answers {first}-{last}")
                    content = answer.read(last - first + 2)
            except TransportError as error:
                # Once may be the network; twice is a proxy that truncates ranges, where waiting
                # does not help: a plain download tells whether the file exists.
                if error.is_cut and was_cut:
                    raise self._misstated(url, "its answers to ranges end early") from error
                was_cut = was_cut or error.is_cut
                raise
            if len(content) != last - first + 1:
                raise self._misstated(url, f"{len(content)} bytes for {first}-{last}")
            return first, content, size

        try:
            return self._session.trying(url, attempt)
        except IndexUnavailableError as error:
            if not was_cut:
                raise
            raise self._misstated(
                url, f"its answers to ranges end early: {error.reason}"
            ) from error

    def _check(self, answer: OpenAnswer, url: str) -> tuple[int, int, int]:
        """Read (first, last, size) from a response's headers, before its body is read."""
        if answer.status in _IGNORING:
            reason = f"its server ignores ranges (HTTP {answer.status})"
            with self._lock:
                self._refusing[urlsplit(url).netloc] = reason
            raise RangesUnsupportedError(url=redact(url), reason=reason)
        if answer.status in _REFUSING:
            raise self._misstated(url, f"it answers HTTP {answer.status}")
        check_status(answer.status, url)
        match = _CONTENT_RANGE.fullmatch(answer.header("content-range") or "")
        if answer.status != HTTPStatus.PARTIAL_CONTENT or not match:
            raise self._misstated(url, "its answer has no Content-Range that can be read")
        first, last, size = map(int, match.groups())
        if not first <= last < size:
            raise self._misstated(url, f"its Content-Range says {match[0]}")
        return first, last, size

    @staticmethod
    def _misstated(url: str, reason: str) -> RangesUnsupportedError:
        return RangesUnsupportedError(url=redact(url), reason=reason)


def _read_local_tail(url: str, length: int) -> Tail:
    path = path_of(url)
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - length))
            return Tail(content=file.read(), file_size=size)
    except OSError as error:
        raise IndexUnavailableError(url=url, reason=error.strerror or str(error)) from error


def _read_local(url: str, ranges: Sequence[tuple[int, int]]) -> tuple[bytes, ...]:
    contents = []
    try:
        with path_of(url).open("rb") as file:
            for start, stop in ranges:
                file.seek(start)
                contents.append(file.read(stop - start))
    except OSError as error:
        raise IndexUnavailableError(url=url, reason=error.strerror or str(error)) from error
    return tuple(contents)
