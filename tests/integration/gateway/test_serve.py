"""The gateway as a process of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest

from fake_index.server import FakeIndex
from tests.conftest import FakeWorldFactory

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


@dataclass(frozen=True)
class Served:
    url: str
    process: subprocess.Popen[str]
    fake: FakeIndex

    def get(self, path: str) -> bytes:
        return httpx2.get(self.url + path, headers=JSON, timeout=30).content


@pytest.fixture
def served(fake_world: FakeWorldFactory) -> Iterator[Served]:
    fake = fake_world("hollow-universal2")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "archpip", "serve", "--port", str(port), "--log-format"]
    process = subprocess.Popen(
        [*command, "json", "--index-url", fake.index_url()],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    served = Served(url=f"http://127.0.0.1:{port}", process=process, fake=fake)
    _wait_until_it_answers(served)
    yield served
    process.kill()
    process.communicate()


def _wait_until_it_answers(served: Served) -> None:
    for _ in range(100):
        try:
            served.get("/healthz")
        except httpx2.ConnectError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the gateway did not start")


def test_each_target_has_a_view_of_its_own(served: Served) -> None:
    arm = json.loads(served.get("/macos-arm64/simple/uamqp/"))
    intel = json.loads(served.get("/macos-x86_64/simple/uamqp/"))

    hollow = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"
    assert hollow not in [file["filename"] for file in arm["files"]]
    assert hollow in [file["filename"] for file in intel["files"]]


def test_log_has_a_json_object_a_line(served: Served) -> None:
    served.get("/macos-arm64/simple/uamqp/")
    served.process.terminate()
    _, log = served.process.communicate(timeout=30)

    entries = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert any("AP201" in entry["message"] for entry in entries)
    assert ("/macos-arm64/simple/uamqp/", 200) in [
        (entry.get("path"), entry.get("status")) for entry in entries
    ]
