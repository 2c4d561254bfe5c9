"""`archpip serve` as a process, for as long as a test needs it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
_SECONDS_TO_START = 30.0


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """Run `archpip serve`; yields where it listens, without a slash at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "archpip", "serve", "--port", port, *arguments]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=dict(os.environ)) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_it_answers(url)
            yield url
        finally:
            process.terminate()


def get(url: str) -> httpx2.Response:
    """Ask for a page as pip and uv do."""
    return httpx2.get(url, headers=JSON, timeout=30)


def _wait_until_it_answers(url: str) -> None:
    give_up = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            get(f"{url}/healthz")
        except httpx2.ConnectError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
        else:
            return
