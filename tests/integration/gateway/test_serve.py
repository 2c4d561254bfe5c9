"""The gateway as a process of its own."""

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx2
import pytest

from fake_index.server import FakeIndex
from fake_index.world import Behaviour, Fault
from tests.conftest import ArchpipCommand, FakeWorldFactory
from tests.integration.gateway.serving import JSON, free_port, start

PAGE = "/macos-arm64/simple/uamqp/"
HOLLOW = "uamqp-1.6.1-cp310-cp310-macosx_10_9_universal2.whl"
OLDER = "uamqp-1.3.0-cp310-cp310-macosx_10_9_universal2.whl"


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("127.0.0.1", None, "in use"),
        ("127.0.0.1", 99_999_999, "65535"),
        ("no-such-host.invalid", 8420, "not known"),
    ],
    ids=["taken", "no-port", "no-host"],
)
def test_address_that_cannot_be_had_is_the_users_matter(
    host: str, port: int | None, reason: str, archpip_cli: ArchpipCommand
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = port or taken.getsockname()[1]
        run = archpip_cli("serve", "--host", host, "--port", str(wanted))

    assert run.returncode == 2, run.stderr
    assert f"Cannot listen at {host}, port {wanted}: " in run.stderr
    assert reason in run.stderr or host.endswith(".invalid")  # which each system says otherwise
    assert "Traceback" not in run.stderr


@dataclass
class Served:
    """A gateway that runs, on one port whenever it is started."""

    fake: FakeIndex
    arguments: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.port = self.port or free_port()
        known = ("--log-format", "json", "--index-url", self.fake.index_url())
        self.process = start(self.port, *known, *self.arguments, stderr=subprocess.PIPE)

    def stop(self, number: int = signal.SIGKILL) -> str:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[1]

    def ask(self, path: str, **headers: str) -> httpx2.Response:
        return httpx2.get(f"{self.url}{path}", headers=JSON | headers, timeout=30)

    def get(self, path: str) -> bytes:
        return self.ask(path).content

    def addresses(self, path: str = PAGE) -> dict[str, str]:
        files = json.loads(self.get(path))["files"]
        return {file["filename"]: urljoin(path, file["url"]) for file in files}


Serve = Callable[..., Served]


@pytest.fixture
def serve(fake_world: FakeWorldFactory) -> Iterator[Serve]:
    """Start a gateway before a world that behaves as the test says."""
    started: list[Served] = []

    def start(*arguments: str, behaviour: Behaviour | None = None) -> Served:
        fake = fake_world("hollow-universal2", behaviour)
        served = Served(fake=fake, arguments=("--retries", "0", *arguments))
        served.start()
        started.append(served)
        return served

    yield start
    for served in started:
        if served.process is not None and served.process.poll() is None:
            served.stop()


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve()


def test_each_target_has_a_view_of_its_own(served: Served) -> None:
    arm = json.loads(served.get("/macos-arm64/simple/uamqp/"))
    intel = json.loads(served.get("/macos-x86_64/simple/uamqp/"))

    strict = json.loads(served.get(f"/strict{PAGE}"))

    assert HOLLOW not in [file["filename"] for file in arm["files"] + strict["files"]]
    assert served.ask(f"/lenient{PAGE}").status_code == 404
    assert HOLLOW in [file["filename"] for file in intel["files"]]


def test_quiet_gateway_logs_no_requests(serve: Serve) -> None:
    served = serve("-q")
    served.get("/macos-arm64/simple/uamqp/")
    assert served.stop(signal.SIGTERM) == ""


def test_log_has_a_json_object_a_line(served: Served) -> None:
    served.get("/macos-arm64/simple/uamqp/")
    log = served.stop(signal.SIGTERM)

    entries = [json.loads(line) for line in log.splitlines()]
    assert entries[0]["message"].startswith("Serving http://127.0.0.1:")
    assert any("AP201" in entry["message"] for entry in entries)
    assert ("/macos-arm64/simple/uamqp/", 200) in [
        (entry.get("path"), entry.get("status")) for entry in entries
    ]


def test_json_log_says_why_a_gateway_did_not_start(
    tmp_path: Path, archpip_cli: ArchpipCommand
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("version = 1\nstrct = true\n")

    run = archpip_cli("serve", "--log-format", "json", "--policy", str(policy))

    entries = [json.loads(line) for line in run.stderr.splitlines()]
    assert run.returncode == 2
    assert any(each["level"] == "error" and "strct" in each["message"] for each in entries)


def test_files_go_through_the_gateway_once_where_that_is_asked_for(serve: Serve) -> None:
    served = serve("--proxy-files")
    addresses = served.addresses()
    assert addresses
    assert all(address.startswith("/macos-arm64/files/") for address in addresses.values())

    whole = served.ask(addresses[OLDER])
    part = served.ask(addresses[OLDER], Range="bytes=10-19")
    served.fake.forget()
    again = served.ask(addresses[OLDER])

    assert whole.content.startswith(b"PK")
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert again.content == whole.content
    assert served.fake.paths(containing=OLDER) == ()
    assert served.ask(addresses[OLDER] + ".metadata").content.startswith(b"Metadata-Version")


def test_file_with_other_bytes_never_ends(serve: Serve) -> None:
    spoilt = Behaviour(faults=(Fault(path="*/uamqp-1.3.0.tar.gz", flip_byte=30),))
    served = serve("--proxy-files", behaviour=spoilt)
    address = next(a for name, a in served.addresses().items() if name.endswith("1.3.0.tar.gz"))

    with pytest.raises(httpx2.RemoteProtocolError):
        served.ask(address)

    assert "Traceback" not in served.stop(signal.SIGTERM)


@pytest.mark.parametrize("pause_after", [None, 20], ids=["before", "within"])
@pytest.mark.parametrize("path", ["*/simple/uamqp/", "*.whl"], ids=["page", "inspection"])
def test_killed_gateway_goes_on_where_it_was(
    serve: Serve, path: str, pause_after: int | None
) -> None:
    fault = Fault(path=path, times=1, delay_seconds=5, pause_after=pause_after)
    slow = Behaviour(faults=(fault,))
    served = serve(behaviour=slow)
    failures: list[Exception] = []

    def ask() -> None:
        try:
            served.ask(PAGE)
        except httpx2.HTTPError as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    while not served.fake.paths(containing=path.strip("*")):
        time.sleep(0.05)
    served.stop(signal.SIGKILL)
    asking.join()
    served.start()

    names = served.addresses()
    log = served.stop(signal.SIGTERM)

    assert len(failures) == 1
    assert HOLLOW not in names
    assert OLDER in names
    assert "damaged" not in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("path", "pause_after"),
    [("*/simple/uamqp/", None), ("*.whl", None), ("*/uamqp-1.3.0.tar.gz", 20)],
    ids=["page", "inspection", "file"],
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_gateway_that_is_told_to_stop_does_not_wait_for_a_silent_index(
    serve: Serve, path: str, pause_after: int | None, number: int
) -> None:
    fault = Fault(path=path, delay_seconds=40, pause_after=pause_after)
    served = serve("--proxy-files", "--timeout", "60", behaviour=Behaviour(faults=(fault,)))
    address = PAGE
    if pause_after is not None:
        names = served.addresses()
        address = next(names[name] for name in names if name.endswith("1.3.0.tar.gz"))
    statuses: list[int] = []

    asking = threading.Thread(target=lambda: statuses.append(served.ask(address).status_code))
    asking.start()
    while not served.fake.paths(containing=path.strip("*")):
        time.sleep(0.05)
    told = time.monotonic()
    log = served.stop(number)
    asking.join()

    assert time.monotonic() - told < 15
    assert statuses == [503]
    assert "Traceback" not in log


def test_same_question_has_the_same_answer_cold_warm_and_after_a_restart(served: Served) -> None:
    first = served.ask(PAGE)
    warm = served.ask(PAGE)
    served.stop()
    served.start()
    again = served.ask(PAGE)

    assert first.content == warm.content == again.content
    assert first.headers["etag"] == again.headers["etag"]


def test_what_a_proxy_on_this_machine_asks_for_others_is_compressed(served: Served) -> None:
    # Small pages are not; this one is for people.
    path = "/macos-arm64/why/uamqp/"

    here = served.ask(path, Accept="text/html")
    elsewhere = served.ask(path, Accept="text/html", **{"X-Forwarded-For": "203.0.113.9"})

    assert len(here.content) > 1024
    assert "content-encoding" not in here.headers
    assert elsewhere.headers["content-encoding"] == "gzip"
    assert elsewhere.content == here.content
