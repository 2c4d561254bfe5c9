"""`archpip serve` as a process, for as long as a test needs it."""

import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx2

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
_SECONDS_TO_START = 30.0
_PORTS = random.sample(range(10_000, 20_000), 1000)


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """Run `archpip serve`; yields where it listens, without a slash at the end."""
    port = free_port()
    with start(port, *arguments, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port that nobody listens at, and that no connection takes as its own end.

    Systems take those from 32,768 on. A connection of another test would keep a server that was
    killed from coming back at its port.
    """
    while True:
        port = _PORTS.pop()
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


def start(port: int, *arguments: str, stderr: int) -> "subprocess.Popen[str]":
    """Start `archpip serve`, and return when it answers."""
    command = [sys.executable, "-m", "archpip", "serve", "--port", str(port), *arguments]
    process = subprocess.Popen(command, stderr=stderr, text=True)
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}")
    except httpx2.TransportError:
        process.kill()
        process.wait()
        raise
    return process


def get(url: str) -> httpx2.Response:
    """Ask for a page as pip and uv do."""
    return httpx2.get(url, headers=JSON, timeout=30)


def _wait_until_it_answers(url: str) -> None:
    give_up = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            get(f"{url}/healthz")
        except httpx2.TransportError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
        else:
            return
