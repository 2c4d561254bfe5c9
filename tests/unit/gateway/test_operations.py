from pathlib import Path
from threading import Event

import httpx2
import pytest
from anyio import CapacityLimiter, create_task_group, move_on_after, run, to_thread
from packaging.utils import NormalizedName
from starlette.testclient import TestClient

from archpip.errors import ArchpipError
from archpip.gateway import FileSettings, Gateway, View, WheelJudge, make_asgi
from archpip.gateway.operations import Operations
from archpip.index import ProjectLinks, ProjectNotFoundError
from archpip.store import StoreServerError
from tests.unit.gateway.fake_upstream import FakeUpstream

WRONG = "a-1-cp312-cp312-macosx_11_0_arm64.whl"


class Checks:
    """A store that is there, or is not."""

    error: ArchpipError | None = None

    def store(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def checks() -> Checks:
    return Checks()


@pytest.fixture
def client(gateway: Gateway, view: View, checks: Checks) -> TestClient:
    operations = Operations(gateway, {"store": checks.store})
    app = make_asgi(
        gateway, lambda _: view, more_routes=operations.routes, observe=operations.observe
    )
    return TestClient(app, raise_server_exceptions=False)


def test_it_is_ready_while_its_store_is_there(client: TestClient, checks: Checks) -> None:
    ready = client.get("/readyz")
    checks.error = StoreServerError(location="postgresql://db/x", reason="the server is away")
    away = client.get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "failing": {}})
    assert away.status_code == 503
    assert away.json()["failing"] == {
        "store": "The store postgresql://db/x cannot be used: the server is away"
    }
    assert away.headers["cache-control"] == "no-store"
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_where_no_index_answers_for_a_minute_and_asks_again_itself(
    upstream: FakeUpstream, view: View, tmp_path: Path
) -> None:
    now = [0.0]
    gateway = Gateway(
        upstream=upstream,
        opener=upstream,
        judge=WheelJudge(opener=upstream, inspections=upstream),
        files=FileSettings(folder=tmp_path),
        clock=lambda: now[0],
        fresh_seconds=60,
    )
    operations = Operations(gateway, {"upstreams": gateway.check_upstreams})
    app = make_asgi(gateway, lambda _: view, more_routes=operations.routes)
    client = TestClient(app, raise_server_exceptions=False)
    upstream.offer("a", "a-1.tar.gz")
    upstream.down = {"a": 503}
    client.get("/macos-arm64/simple/a/")

    answers = []
    for moment in (59, 61):
        now[0] = moment
        answers.append(client.get("/readyz"))
    metrics = client.get("/metrics").text
    upstream.down = {}
    answers.append(client.get("/readyz"))
    gateway.close()

    assert [answer.status_code for answer in answers] == [200, 503, 200]
    assert "it is silent" in answers[1].json()["failing"]["upstreams"]
    assert "hunter2" not in answers[1].text
    assert "archpip_gateway_upstream_outage_seconds 61.0" in metrics
    assert upstream.asked.count("a") == 3


def test_requests_are_counted_by_kind_and_never_by_name(
    client: TestClient, upstream: FakeUpstream
) -> None:
    upstream.offer("a", WRONG)
    upstream.wrong = {WRONG}
    client.get("/macos-arm64/simple/a/")
    client.get("/macos-arm64/simple/secret-project/")
    client.request("BREW", "/macos-arm64/why/a/")

    text = client.get("/metrics").text

    assert 'archpip_gateway_requests_total{kind="simple",method="GET",status="200"} 1.0' in text
    assert 'archpip_gateway_requests_total{kind="simple",method="GET",status="404"} 1.0' in text
    assert 'kind="why",method="other"' in text
    assert 'archpip_gateway_request_seconds_count{kind="simple"} 2.0' in text
    assert 'archpip_gateway_refused_wheels{code="AP101"} 1.0' in text
    assert "archpip_gateway_info{version=" in text
    assert "secret-project" not in text
    assert "BREW" not in text


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_operators_are_answered_while_every_thread_waits_for_an_index(
    gateway: Gateway, view: View, upstream: FakeUpstream, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    operations = Operations(gateway, {"upstreams": gateway.check_upstreams})
    app = make_asgi(gateway, lambda _: view, more_routes=operations.routes)
    asked, answers = Event(), Event()

    def wait(name: NormalizedName) -> ProjectLinks:
        asked.set()
        answers.wait()
        raise ProjectNotFoundError(name=name, locations=())

    monkeypatch.setattr(upstream, "project", wait)

    statuses: list[int] = []

    async def ask() -> None:
        to_thread.current_default_thread_limiter().total_tokens = 1
        transport = httpx2.ASGITransport(app=app)
        async with (
            httpx2.AsyncClient(transport=transport, base_url="http://gateway") as client,
            create_task_group() as tasks,
        ):
            tasks.start_soon(client.get, "/macos-arm64/simple/a/")
            await to_thread.run_sync(asked.wait, limiter=CapacityLimiter(1))
            with move_on_after(5):
                statuses.append((await client.get(path)).status_code)
            answers.set()

    run(ask)

    assert statuses == [200]


def test_metrics_come_in_the_form_that_is_asked_for(client: TestClient) -> None:
    plain = client.get("/metrics")
    modern = client.get("/metrics", headers={"Accept": "application/openmetrics-text"})

    assert plain.headers["content-type"].startswith("text/plain")
    assert modern.headers["content-type"].startswith("application/openmetrics-text")
    assert modern.text.endswith("# EOF\n")
