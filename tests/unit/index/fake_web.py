"""A web in memory: a transport that opens no socket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from archpip.index.client import IndexClient
from archpip.index.session import Session
from archpip.index.transport import TransportError


@dataclass
class Request:
    url: str
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass
class Reply:
    """What a server says. A `cut` comes once the content was read."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: TransportError | None = None


@dataclass
class OpenReply:
    """A reply on its way: `archpip.index.transport.OpenAnswer`."""

    url: str
    reply: Reply

    def __post_init__(self) -> None:
        self.status = self.reply.status
        self.is_closed = False
        self.bytes_read = 0
        self._body = BytesIO(self.reply.content)

    def header(self, name: str) -> str | None:
        return self.reply.headers.get(name)

    def read(self, most_bytes: int) -> bytes:
        content = self._body.read(most_bytes)
        self.bytes_read += len(content)
        if self.reply.cut and len(content) < most_bytes:
            raise self.reply.cut
        return content

    def close(self) -> None:
        self.is_closed = True


Handler = Callable[[Request], Reply]
Answer = Reply | TransportError | Handler


@dataclass
class FakeWeb:
    """Answers by URL, in turn where several are given; the last one is repeated."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    opened: list[OpenReply] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    """Seconds that were waited between tries."""
    is_closed: bool = False

    def page(self, url: str, body: str, **headers: str) -> None:
        """Answer with an HTML page."""
        self.answer(url, html(body, **headers))

    def answer(self, url: str, *answers: Answer) -> None:
        self.answers[url] = list(answers)

    def send(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        longest_seconds: float | None = None,
    ) -> OpenReply:
        lower = {name.lower(): value for name, value in headers.items()}
        assert lower["accept-encoding"] == ("gzip" if longest_seconds else "identity")
        self.requests.append(Request(url, lower))
        waiting = self.answers.get(url) or [Reply(404)]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(answer):
            answer = answer(self.requests[-1])
        if isinstance(answer, TransportError):
            raise answer
        self.opened.append(OpenReply(url, answer))
        return self.opened[-1]

    def close(self) -> None:
        self.is_closed = True

    @property
    def asked(self) -> list[str]:
        return [request.url for request in self.requests]


def html(body: str, **headers: str) -> Reply:
    return Reply(200, body.encode(), {"content-type": "text/html; charset=utf-8", **headers})


MakeClient = Callable[..., IndexClient]
MakeSession = Callable[..., Session]
