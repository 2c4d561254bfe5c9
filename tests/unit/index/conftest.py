"""An index in memory, reached through httpx2's mock transport: no socket is opened."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx2
import pytest

from archpip.index import IndexLocations, SessionOptions
from archpip.index.client import IndexClient, PageStore
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
        # A response can be sent once.
        return httpx2.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def asked(self) -> list[str]:
        return [str(request.url) for request in self.requests]


MakeClient = Callable[..., IndexClient]
MakeSession = Callable[..., Session]


@pytest.fixture
def web() -> FakeWeb:
    return FakeWeb()


@pytest.fixture
def session(web: FakeWeb) -> Iterator[MakeSession]:
    opened = []

    def make(*index_urls: str, **options: object) -> Session:
        made = Session(
            SessionOptions(**{"retries": 2, **options}),  # type: ignore[arg-type]  # tests only
            index_urls=index_urls,
            transport=httpx2.MockTransport(web.handle),
            sleep=web.pauses.append,
        )
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def client(web: FakeWeb) -> Iterator[MakeClient]:
    opened = []

    def make(
        *index_urls: str,
        find_links: tuple[str, ...] = (),
        no_index: bool = False,
        store: PageStore | None = None,
        options: Mapping[str, object] | None = None,
    ) -> IndexClient:
        made = IndexClient(
            IndexLocations(
                index_urls=index_urls or ("https://index.example/simple",),
                find_links=find_links,
                no_index=no_index,
            ),
            SessionOptions(**{"retries": 1, **(options or {})}),  # type: ignore[arg-type]  # tests only
            store=store,
            transport=httpx2.MockTransport(web.handle),
            sleep=web.pauses.append,
        )
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()
