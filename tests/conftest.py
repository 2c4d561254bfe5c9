"""What every test stands on: no network, no settings of this machine's user, and fake worlds.

Unit tests open no socket at all, integration tests reach loopback only. Tests marked `pypi` are off
by default and are left alone.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
import pytest_socket
from hypothesis import settings
from pytest_httpserver import HTTPServer

from fake_index.scenario import Scenario, load_scenario
from fake_index.server import FakeIndex
from fake_index.world import Behaviour, World

# The same examples everywhere, and no clock: a busy machine is no failure. `fuzz` seeks new ones.
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

_UNIT = Path(__file__).with_name("unit")
_LOOPBACK = ["127.0.0.1", "::1", "localhost"]
_WITH_NETWORK = ("pypi", "cross")
"""Marks of tests whose programs ask the public index; those of cross builds install build tools."""
_DISCARD_PORT = 9
"""Nobody listens there."""
_FOREIGN_SETTINGS = re.compile(
    r"(PIP|UV|ARCHPIP|TWINE|KEYRING|XDG)_.*|PYTHONPATH|PYTHONHOME|VIRTUAL_ENV|NETRC"
    r"|(http|https|all|no)_proxy|(SSL|REQUESTS|CURL)_.*|NO_COLOR|FORCE_COLOR|CLICOLOR.*|COLUMNS",
    re.IGNORECASE,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what a run may be told."""
    parser.addoption(
        "--packse",
        type=Path,
        metavar="FOLDER",
        help="run these scenarios in uv's format, in place of those beside the tests",
    )
    parser.addoption(
        "--all-targets",
        action="store_true",
        help="compare with uv on every requirement set for every target (with -m pypi)",
    )


@pytest.fixture(autouse=True, scope="session")
def _heeded_interrupts() -> None:
    """Let what tests start be interrupted: what a shell runs in the background ignores Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """Forbid sockets to unit tests, and everything but loopback to the others."""
    if request.node.get_closest_marker("pypi") is not None:
        yield
        return
    if request.path.is_relative_to(_UNIT):
        pytest_socket.disable_socket(allow_unix_socket=True)
    else:
        pytest_socket.socket_allow_hosts(_LOOPBACK)
    yield
    pytest_socket.enable_socket()
    pytest_socket._remove_restrictions()


@pytest.fixture(autouse=True)
def _environment(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Hide this machine's settings, caches and credentials from the test and what it starts."""
    for name in os.environ:
        if _FOREIGN_SETTINGS.fullmatch(name):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    for name in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_DISABLE_PIP_VERSION_CHECK", "1")
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    if not any(map(request.node.get_closest_marker, _WITH_NETWORK)):
        # What opens sockets without Python, as reqwest, uv and git do, gets no further.
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{_DISCARD_PORT}")
        monkeypatch.setenv("NO_PROXY", ",".join(_LOOPBACK))


class FakeWorldFactory(Protocol):
    """Serves a world until the test ends; may be called several times."""

    def __call__(
        self, world: str | Scenario | World, behaviour: Behaviour | None = None
    ) -> FakeIndex:
        """Serve a scenario, by name or as it is, or a world; all indexes behave as given."""
        ...


@pytest.fixture(scope="session")
def _fake_servers() -> Iterator[list[HTTPServer]]:
    """Hold servers that no test uses now: stopping one takes half a second."""
    servers: list[HTTPServer] = []
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture
def fake_world(_fake_servers: list[HTTPServer]) -> Iterator[FakeWorldFactory]:
    """Serve fake worlds on loopback; each call starts another server."""
    used: list[HTTPServer] = []

    def serve(world: str | Scenario | World, behaviour: Behaviour | None = None) -> FakeIndex:
        if isinstance(world, str):
            world = load_scenario(world)
        if isinstance(world, Scenario):
            world = world.world
        if behaviour is not None:
            world = world.with_behaviour(behaviour)
        server = _fake_servers.pop() if _fake_servers else _start_server()
        used.append(server)
        fake = FakeIndex(world)
        fake.url = server.url_for("").rstrip("/")
        server.expect_request(re.compile("^/")).respond_with_handler(fake.handle)
        return fake

    yield serve
    for server in used:
        server.check_handler_errors()
        server.clear()
        _fake_servers.append(server)


def _start_server() -> HTTPServer:
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    return server


class ArchpipCommand(Protocol):
    """Runs the command line as its own process, and gives back what it printed."""

    def __call__(
        self, *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run with these arguments, in `tmp_path` or `cwd`, with variables added."""
        ...


@pytest.fixture
def archpip_cli(tmp_path: Path) -> ArchpipCommand:
    """Run the command line of the archpip that is tested."""

    def run(
        *arguments: str | Path, cwd: Path | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "archpip", *map(str, arguments)],
            cwd=cwd or tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    return run
