"""How a lock grows: with the number of projects, and with the files on a page.

    python -m bench.scaling [--projects 100 1000 10000] [--files 10 100 1000 10000]

A synthetic index on this machine serves projects of pure wheels, each of which requires ten others,
all told a tree. Its server runs in a process of its own and is not counted: what is shown is the
processor time and the peak memory of `archpip lock`, cold, and both for one project or file more.
"""

import argparse
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import NamedTuple

from bench.peers import clean_environ
from fake_index.wheels import CoreMetadata, Wheel, write_wheel

_BRANCHES = 10
_FILES_A_PAGE = 20
_PROJECTS_OF_LONG_PAGES = 20
_JSON = "application/vnd.pypi.simple.v1+json"


class Size(NamedTuple):
    """How large an index is."""

    projects: int
    files: int
    """On each project's page."""


class Cost(NamedTuple):
    """What a run took."""

    seconds: float
    """Of the processor."""
    megabytes: float
    """At the peak."""


@lru_cache(maxsize=20_000)
def _wheel(number: int, version: int, projects: int) -> bytes:
    first = number * _BRANCHES + 1
    requires = tuple(f"p{n}" for n in range(first, first + _BRANCHES) if n < projects)
    metadata = CoreMetadata(name=f"p{number}", version=f"1.{version}", requires=requires)
    return write_wheel(Wheel(metadata=metadata))


def _page(number: int, files: int, host: str) -> bytes:
    entries = [
        {
            "filename": name,
            # A promise tells the wheels apart; a lock downloads none to check it.
            "hashes": {"sha256": f"{number:032x}{version:032x}"},
            "url": f"http://{host}/files/{name}",
            "yanked": False,
        }
        for version in range(files)
        for name in [f"p{number}-1.{version}-py3-none-any.whl"]
    ]
    page = {"files": entries, "meta": {"api-version": "1.1"}, "name": f"p{number}"}
    return json.dumps(page).encode()


def _serve(size: Size, ready: Connection) -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            """Answer a page or the end of a wheel."""
            if found := re.fullmatch(r"/simple/p(\d+)/", self.path):
                body = _page(int(found[1]), size.files, self.headers["Host"])
                self._answer(200, body, {"Content-Type": _JSON})
            elif found := re.fullmatch(r"/files/p(\d+)-1\.(\d+)-.*", self.path):
                whole = _wheel(int(found[1]), int(found[2]), size.projects)
                # Smaller than the end that is asked for: the end is all.
                span = f"bytes 0-{len(whole) - 1}/{len(whole)}"
                self._answer(206, whole, {"Content-Range": span})
            else:
                self._answer(404, b"", {})

        def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ready.send(server.server_port)
    server.serve_forever()


@contextmanager
def serving(size: Size) -> Iterator[str]:
    """Serve an index from a process of its own; yields its URL."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(size, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/simple"
    finally:
        process.terminate()
        process.join()


def lock(size: Size) -> Cost:
    """Lock the root of such an index, cold, and return what it took."""
    with serving(size) as url, tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "archpip", "lock", "-q", "p0", "-i", url]
        command += ["--target-platform", "linux-x86_64", "--python-version", "3.12"]
        command += ["--cache-dir", folder, "-o", folder]
        process = subprocess.Popen(command, env=clean_environ())
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            raise RuntimeError(f"the lock of {size} ended with {status}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def print_curve(title: str, counts: list[int], sizes: list[Size]) -> None:
    """Print a run for each size, and what one more of what is counted costs since the last."""
    print(f"\n{title}\n  {'':>8} {'CPU':>9} {'a piece':>12} {'peak':>9} {'a piece':>12}")
    last_count, last = 0, Cost(0.0, 0.0)
    for count, size in zip(counts, sizes, strict=True):
        cost, more = lock(size), count - last_count
        milliseconds = (cost.seconds - last.seconds) / more * 1000
        kilobytes = (cost.megabytes - last.megabytes) / more * 1024
        print(
            f"  {count:>8} {cost.seconds:>8.2f}s {milliseconds:>9.3f} ms"
            f" {cost.megabytes:>6.0f} MB {kilobytes:>9.1f} KB"
        )
        last_count, last = count, cost


def main() -> None:
    """Print both curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, nargs="+", default=[1, 100, 1000, 10_000])
    parser.add_argument("--files", type=int, nargs="+", default=[1, 100, 1000, 10_000])
    options = parser.parse_args()
    print_curve(
        f"projects, with {_FILES_A_PAGE} files each",
        options.projects,
        [Size(projects, _FILES_A_PAGE) for projects in options.projects],
    )
    print_curve(
        f"files on each page of {_PROJECTS_OF_LONG_PAGES} projects",
        options.files,
        [Size(_PROJECTS_OF_LONG_PAGES, files) for files in options.files],
    )


if __name__ == "__main__":
    main()
