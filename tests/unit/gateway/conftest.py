"""A gateway for arm64 Macs with CPython 3.12 over a fake upstream, and a client of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from archpip.gateway import FileSettings, Gateway, View, WheelJudge, make_asgi
from archpip.targets import InvalidTargetError, Target, detect_host, parse_python, parse_target
from tests.unit.gateway.fake_upstream import FakeUpstream


@pytest.fixture
def target() -> Target:
    return parse_target("macos-arm64", host=detect_host(), python=parse_python("3.12"))


@pytest.fixture
def view(target: Target) -> View:
    return View(name=target.name, target=target)


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> FakeUpstream:
    upstream = FakeUpstream()
    monkeypatch.setattr("archpip.gateway.judging.judge", upstream.judge)
    return upstream


@pytest.fixture
def gateway(upstream: FakeUpstream, tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(
        upstream=upstream,
        opener=upstream,
        judge=WheelJudge(opener=upstream, inspections=upstream),
        files=FileSettings(folder=tmp_path),
    )
    yield gateway
    gateway.close()


@pytest.fixture
def client(gateway: Gateway, view: View) -> TestClient:
    def find_view(name: str) -> View:
        if name != view.name:
            raise InvalidTargetError(text=name)
        return view

    return TestClient(
        make_asgi(gateway, find_view), raise_server_exceptions=False, follow_redirects=False
    )
