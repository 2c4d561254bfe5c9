"""A gateway that is killed while it sends: the client sees that, and the next one sends it all."""

import hashlib
import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import httpx2
import pytest

from fake_index.sdists import Sdist, write_sdist
from fake_index.wheels import CoreMetadata
from fake_index.world import Behaviour, Fault, Index, IndexFile, Project, World
from tests.conftest import FakeWorldFactory
from tests.integration.gateway.serving import JSON, free_port, start

PAGE = "/macos-arm64/simple/demo/"
SDIST = Sdist(metadata=CoreMetadata(name="demo", version="1"))
# More than the buffers of a connection hold, so that the end is still in the gateway.
LONG = "".join(hashlib.sha256(str(number).encode()).hexdigest() for number in range(250_000))


class Killed:
    """A gateway on one port, before a world, that a test kills and starts again."""

    def __init__(self, index_url: str, *arguments: str) -> None:
        self.port = free_port()
        self._arguments = ("--index-url", index_url, "--retries", "0", *arguments)
        self.start()

    def start(self) -> None:
        self.process = start(self.port, *self._arguments, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def get(self, path: str) -> httpx2.Response:
        return httpx2.get(self.url(path), headers=JSON, timeout=300)

    def kill_within(self, path: str, headers: dict[str, str]) -> bytes:
        """Kill the gateway when an answer has begun; return what came before the error."""
        received = bytearray()
        with pytest.raises(httpx2.HTTPError):
            self._receive(path, headers, received)
        return bytes(received)

    def _receive(self, path: str, headers: dict[str, str], received: bytearray) -> None:
        narrow = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)]
        transport = httpx2.HTTPTransport(socket_options=narrow)
        with (
            httpx2.Client(transport=transport, timeout=300) as client,
            client.stream("GET", self.url(path), headers=headers) as response,
        ):
            for chunk in response.iter_raw():
                received += chunk
                self.kill()


@pytest.fixture
def before(fake_world: FakeWorldFactory) -> Iterator[Callable[..., Killed]]:
    """Start a gateway before a world."""
    started: list[Killed] = []

    def begin(file: IndexFile, *arguments: str, behaviour: Behaviour | None = None) -> Killed:
        project = Project(name="demo", files=(file,))
        fake = fake_world(World(indexes=(Index(name="main", projects=(project,)),)), behaviour)
        started.append(Killed(fake.index_url(), *arguments))
        return started[-1]

    yield begin
    for each in started:
        each.kill()


@pytest.mark.parametrize("accept", ["text/html", JSON["Accept"]])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_half_of_a_page_is_never_taken_for_the_whole(
    before: Callable[..., Killed], accept: str, encoding: str
) -> None:
    file = IndexFile(filename=SDIST.filename, content=write_sdist(SDIST), yanked=LONG)
    killed = before(file)
    # Answers to this machine itself are not compressed.
    headers = {"Accept": accept, "Accept-Encoding": encoding, "X-Forwarded-For": "203.0.113.9"}

    half = killed.kill_within(PAGE, headers)
    killed.start()
    whole = killed.get(PAGE)

    assert 0 < len(half) < len(LONG)
    assert json.loads(whole.content)["files"][0]["yanked"] == LONG


def test_half_of_a_file_is_never_taken_for_the_whole(before: Callable[..., Killed]) -> None:
    content = write_sdist(SDIST) + bytes(2_000_000)
    slow = Fault(path="*.tar.gz", times=1, delay_seconds=5, pause_after=1_000_000)
    file = IndexFile(filename=SDIST.filename, content=content)
    killed = before(file, "--proxy-files", behaviour=Behaviour(faults=(slow,)))
    address = urljoin(PAGE, json.loads(killed.get(PAGE).content)["files"][0]["url"])

    half = killed.kill_within(address, {})
    killed.start()

    assert 0 < len(half) < len(content)
    assert killed.get(address).content == content
    assert killed.get(address).content == content
