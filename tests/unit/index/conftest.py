"""Sessions and clients over a web in memory."""

from collections.abc import Callable, Iterator, Mapping

import pytest

from archpip.index import IndexLocations, IndexPin, SessionOptions
from archpip.index.client import IndexClient, PageStore
from archpip.index.findlinks import ignore
from archpip.index.session import Session
from tests.unit.index.fake_web import FakeWeb, MakeClient, MakeSession


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
            transport=web,
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
        pins: tuple[IndexPin, ...] = (),
        store: PageStore | None = None,
        options: Mapping[str, object] | None = None,
        warn: Callable[[str], None] = ignore,
    ) -> IndexClient:
        made = IndexClient(
            IndexLocations(
                index_urls=index_urls or ("https://index.example/simple",),
                find_links=find_links,
                no_index=no_index,
                pins=pins,
            ),
            SessionOptions(**{"retries": 1, **(options or {})}),  # type: ignore[arg-type]  # tests only
            store=store,
            warn=warn,
            transport=web,
            sleep=web.pauses.append,
        )
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.close()
