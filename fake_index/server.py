"""Serve a fake world on loopback, and remember what was asked.

Werkzeug serves it, because pytest-httpserver does; `answers` decides. (WSGI rather than ASGI: at
this end a connection can be cut in the middle of a body.)
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug import Request as WerkzeugRequest
from werkzeug import Response as WerkzeugResponse

from fake_index.answers import Request, Response, answer
from fake_index.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """One request that was answered."""

    method: str
    path: str
    """Quoted, without query."""
    headers: dict[str, str]
    """By lower-case name."""
    status: int
    body_size: int
    """Bytes of the body that was sent."""


class FakeIndex:
    """A world that is being served. Tests read `requests`, and ask for URLs."""

    def __init__(self, world: World) -> None:
        """Take a world to serve; `url` is to be set by whoever opens the socket."""
        self.world = world
        self.url = ""
        """Scheme, host and port, without a slash at the end."""
        self._requests: list[SeenRequest] = []
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """What was asked so far, in order of arrival."""
        with self._lock:
            return tuple(self._requests)

    def forget(self) -> None:
        """Forget what was asked, so that a second run can be looked at alone."""
        with self._lock:
            self._requests.clear()

    def index_url(self, name: str = "main", *, credentials: tuple[str, str] | None = None) -> str:
        """Return an index's URL, as `--index-url` takes it."""
        origin = self.url
        if credentials is not None:
            origin = origin.replace("://", f"://{':'.join(credentials)}@")
        return f"{origin}/{name}/simple/"

    def links_url(self, name: str = "main") -> str:
        """Return the URL of an index's find-links page."""
        return f"{self.url}/{name}/links/"

    def file_url(self, filename: str, *, index: str = "main") -> str:
        """Return a file's URL."""
        return f"{self.url}/{index}/files/{filename}"

    def paths(self, *, containing: str = "") -> tuple[str, ...]:
        """Return the paths that were asked for, repeats included."""
        return tuple(each.path for each in self.requests if containing in each.path)

    def bytes_sent(self, *, containing: str = "") -> int:
        """Return how many bytes of bodies were sent for paths."""
        return sum(each.body_size for each in self.requests if containing in each.path)

    def handle(self, request: WerkzeugRequest) -> WerkzeugResponse:
        """Answer one request of Werkzeug's; safe to call from several threads."""
        path = request.environ.get("RAW_URI", request.path).partition("?")[0]
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._lock:
            earlier = self._counts[path]
            self._counts[path] += 1
        asked = Request(
            path=path,
            method=request.method,
            headers=headers,
            origin=request.host_url.rstrip("/"),
        )
        response = answer(self.world, asked, earlier=earlier)
        sent = len(response.body[: response.cut_after]) if request.method != "HEAD" else 0
        seen = SeenRequest(
            method=request.method,
            path=path,
            headers=headers,
            status=response.status,
            body_size=sent,
        )
        with self._lock:
            self._requests.append(seen)
        return _to_werkzeug(response)


def _to_werkzeug(response: Response) -> WerkzeugResponse:
    if response.delay_seconds and response.pause_after is None:
        time.sleep(response.delay_seconds)
    answered = WerkzeugResponse(_body(response), response.status, list(response.headers))
    if not response.chunked and response.status != 304:
        answered.headers["Content-Length"] = str(len(response.body))
    return answered


def _body(response: Response) -> Iterator[bytes]:
    if response.cut_after is not None:
        yield response.body[: response.cut_after]
        # Werkzeug takes this for a client that went away, and closes the connection quietly.
        raise ConnectionAbortedError
    if response.pause_after is not None:
        yield response.body[: response.pause_after]
        time.sleep(response.delay_seconds)
        yield response.body[response.pause_after :]
        return
    yield response.body
