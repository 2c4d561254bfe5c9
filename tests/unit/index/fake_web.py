"""A web in memory, reached through httpx2's mock transport: no socket is opened."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from archpip.index.client import IndexClient
from archpip.index.session import Session

Answer = httpx2.Response | Exception
Handler = Callable[[httpx2.Request], Answer]


@dataclass
class FakeWeb:
    """Answers by URL, in turn where several are given; the last one is repeated."""

    answers: dict[str, list[Answer | Handler]] = field(default_factory=dict)
    requests: list[httpx2.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    """Seconds that were waited between tries."""

    def page(self, url: str, body: str, **headers: str) -> None:
        """Answer with an HTML page."""
        self.answer(url, httpx2.Response(200, html=body, headers=headers))

    def answer(self, url: str, *answers: Answer | Handler) -> None:
        self.answers[url] = list(answers)

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        waiting = self.answers.get(str(request.url))
        if not waiting:
            return httpx2.Response(404)
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        if not answer.is_stream_consumed and not answer.is_closed:
            return answer  # made for this request, to be read piece by piece
        # A response can be sent once, and one that is streamed not at all after it was read.
        return httpx2.Response(
            answer.status_code, headers=answer.headers, stream=httpx2.ByteStream(answer.content)
        )

    @property
    def asked(self) -> list[str]:
        return [str(request.url) for request in self.requests]


MakeClient = Callable[..., IndexClient]
MakeSession = Callable[..., Session]
