"""Real clients ask the fake index, and read the right thing or fail in their own words."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fake_index.server import FakeIndex
from fake_index.world import Behaviour, Fault, PageFormat, Ranges, World

FakeWorld = Callable[..., FakeIndex]
FILE = "/main/files/loose-1.0-py3-none-any.whl"


def pip_report(fake: FakeIndex, *requirements: str, index: str | None = None) -> dict[str, str]:
    """Let pip resolve, and return each project's file name."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--quiet", "--report", "-", "--index-url", index or fake.index_url()]
    run = subprocess.run([*command, *requirements], capture_output=True, text=True, check=True)
    return {
        each["metadata"]["name"]: each["download_info"]["url"].rpartition("/")[2]
        for each in json.loads(run.stdout)["install"]
    }


def uv_compile(fake: FakeIndex, *options: str, requirement: str, python: str = "3.12") -> str:
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--no-header", "--no-annotate"]
    command += ["--quiet", "--python-version", python, "--index-url", fake.index_url(), *options]
    run = subprocess.run(command, input=requirement, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.parametrize("metadata", [True, False], ids=["pep-658", "whole-wheels"])
@pytest.mark.parametrize("pages", PageFormat)
def test_pip_and_uv_resolve(fake_world: FakeWorld, pages: PageFormat, *, metadata: bool) -> None:
    fake = fake_world("extras", Behaviour(pages=pages, metadata=metadata))

    assert pip_report(fake, "app[fast-io]") == {
        "app": "app-1.0-py3-none-any.whl",
        "base": "base-2.0-py3-none-any.whl",
        "uring": "uring-1.0-py3-none-any.whl",
    }
    assert uv_compile(fake, "--python-platform", "linux", requirement="app[fast-io]") == (
        "app==1.0\nbase==2.0\nuring==1.0"
    )
    assert bool(fake.paths(containing=".metadata")) is metadata


def test_uv_takes_the_hollow_wheel(fake_world: FakeWorld) -> None:
    fake = fake_world("hollow-only-binary")

    answer = uv_compile(
        fake,
        *("--python-platform", "aarch64-apple-darwin", "--only-binary", ":all:"),
        python="3.10",
        requirement="uamqp",
    )

    assert answer == "uamqp==1.6.1"


def test_credentials_are_wanted(fake_world: FakeWorld) -> None:
    fake = fake_world("target-markers", Behaviour(credentials=("user", "s3cret")))
    index = fake.index_url(credentials=("user", "s3cret"))

    assert "appnope" in pip_report(fake, "appnope", index=index)
    assert fetch(fake, "/main/simple/")[0] == 401


def fetch(
    fake: FakeIndex, path: str = FILE, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask without a client's own ideas about redirects, retries and decoding."""
    connection = http.client.HTTPConnection(fake.url.removeprefix("http://"), timeout=10)
    with contextlib.closing(connection):
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()


def test_range_over_the_wire(fake_world: FakeWorld) -> None:
    fake = fake_world("yanked")

    status, headers, body = fetch(fake, Range="bytes=-4")

    assert (status, headers["Content-Length"], len(body)) == (206, "4", 4)
    assert fake.bytes_sent(containing=".whl") == 4


def test_chunked_files_have_no_length(fake_world: FakeWorld) -> None:
    status, headers, body = fetch(fake_world("yanked", Behaviour(chunked=True)))

    assert (status, headers["Transfer-Encoding"]) == (200, "chunked")
    assert "Content-Length" not in headers
    assert body[:4] == b"PK\x03\x04"


def test_connection_is_cut_in_the_middle(fake_world: FakeWorld) -> None:
    fake = fake_world("yanked", Behaviour(ranges=Ranges.CUT))

    with pytest.raises(http.client.IncompleteRead):
        fetch(fake, Range="bytes=0-99")


def test_connection_is_cut_at_once(fake_world: FakeWorld) -> None:
    fake = fake_world("yanked", Behaviour(faults=(Fault(path="*.whl", cut_after=0),)))

    with pytest.raises(http.client.IncompleteRead):
        fetch(fake)


def test_pip_recovers_from_a_server_that_fails_once(fake_world: FakeWorld) -> None:
    fault = Fault(path="*/simple/appnope/", status=503, times=1)
    fake = fake_world("target-markers", Behaviour(faults=(fault,)))

    assert "appnope" in pip_report(fake, "appnope")
    assert [each.status for each in fake.requests][:2] == [503, 200]


def test_etag_over_the_wire(fake_world: FakeWorld) -> None:
    fake = fake_world("yanked")
    etag = fetch(fake)[1]["ETag"]

    status, _, body = fetch(fake, **{"If-None-Match": etag})

    assert (status, body) == (304, b"")


def test_head_has_no_body(fake_world: FakeWorld) -> None:
    fake = fake_world("yanked")

    _, headers, body = fetch(fake, method="HEAD")

    assert (int(headers["Content-Length"]) > 100, body) == (True, b"")
    assert fake.requests[0].body_size == 0


def test_two_worlds_at_once(fake_world: FakeWorld) -> None:
    first, second = fake_world("yanked"), fake_world("extras")

    assert first.url != second.url
    assert "app" in pip_report(second, "app")
    assert first.requests == ()


def test_module_serves_a_scenario(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fake_index", "yanked"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(2)]
        origin = lines[1].split()[0].removesuffix("/main/simple/")
        fake = FakeIndex(World(indexes=()))
        fake.url = origin
        _, _, body = fetch(fake, "/main/simple/")
        process.terminate()

    assert b"pinned" in body
