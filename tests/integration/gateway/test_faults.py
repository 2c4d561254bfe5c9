"""The gateway in this process, before indexes that fail in every way."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archpip.app.configuration import Configuration
from archpip.app.gateways import Gateways
from archpip.gateway import View, make_asgi
from archpip.index import IndexLocations, SessionOptions
from archpip.targets import detect_host, parse_target
from fake_index.world import Behaviour, Fault
from tests.conftest import FakeWorldFactory

PAGE = "/macos-arm64/simple/uamqp/"
HOLLOW = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"
OLDER = "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"

Ask = Callable[[Fault], TestClient]


@pytest.fixture
def ask(fake_world: FakeWorldFactory, tmp_path: Path) -> Iterator[Ask]:
    """Return a client of a gateway whose index fails once."""
    target = parse_target("macos-arm64", host=detect_host())
    view = View(name=target.name, target=target, every_python=True)
    with ExitStack() as opened:

        def open_gateway(fault: Fault) -> TestClient:
            fake = fake_world("hollow-universal2", Behaviour(faults=(fault,)))
            configuration = Configuration(
                host=detect_host(),
                python=Path(sys.executable),
                environ={},
                cache_folder=tmp_path / "cache",
                data_folder=tmp_path / "data",
                locations=IndexLocations(index_urls=(fake.index_url(),)),
                session=SessionOptions(retries=0, timeout_seconds=1),
            )
            application = opened.enter_context(Gateways(configuration, warn=pytest.fail))
            gateway = opened.enter_context(closing(application._make_gateway(fresh_seconds=60)))
            return TestClient(make_asgi(gateway, lambda _: view), raise_server_exceptions=False)

        yield open_gateway


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param(Fault(path="*/simple/uamqp/", status=500), "HTTP 500", id="500"),
        pytest.param(Fault(path="*/simple/uamqp/", cut_after=20), "", id="cut"),
        pytest.param(Fault(path="*/simple/uamqp/", delay_seconds=3), "in time", id="stall"),
        pytest.param(Fault(path="*/simple/uamqp/", truncate_to=40), "", id="truncated"),
        pytest.param(
            Fault(path="*/simple/uamqp/", status=200, body=b"<p>Hello", content_type="text/plain"),
            "no project page",
            id="garbage",
        ),
        pytest.param(Fault(path="*.whl", status=500), "HTTP 500", id="wheel-500"),
        pytest.param(Fault(path="*.whl", delay_seconds=3), "in time", id="wheel-stall"),
    ],
)
def test_failing_index_is_an_error_and_a_page_when_it_is_back(
    ask: Ask, fault: Fault, says: str
) -> None:
    client = ask(replace(fault, times=1))

    failed = client.get(PAGE)
    mended = [client.get(PAGE) for _ in range(3)][-1]

    assert failed.status_code == 502
    assert failed.headers["content-type"] == "application/problem+json"
    assert says in failed.json()["detail"]
    assert OLDER in mended.text
    assert HOLLOW not in mended.text


def test_wheel_that_is_cut_is_read_again_as_a_whole(ask: Ask) -> None:
    client = ask(Fault(path="*.whl", cut_after=5, times=1))

    page = client.get(PAGE)

    assert page.status_code == 200
    assert OLDER in page.text
    assert HOLLOW not in page.text
