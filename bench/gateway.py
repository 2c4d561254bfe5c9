"""The gateway against nginx, other index servers, and no gateway at all.

    python -m bench.gateway pages    numpy's and grpcio's pages, warm: milliseconds and requests/s
    python -m bench.gateway stack    pip and uv resolve the data stack, through it and directly
    python -m bench.gateway memory   what 2,000 projects take

All servers run at the same time and are asked in turn. nginx (Debian's nginx-light will do) serves
the very bytes that the gateway sends; the others are installed from PyPI into a folder that goes
when the run ends. What cannot be run here has a row that says so.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench.lock import QUESTIONS
from bench.servers import (
    PEERS,
    Connection,
    Server,
    archpip_gateway,
    fetch,
    install_peers,
    nginx,
    peer,
)
from bench.timing import Contestant, measure, print_table
from bench.upstream import serve_many_projects

_INDEX = "https://pypi.org/simple/"
_PROJECTS = ("numpy", "grpcio")
_ROUNDS = 3
_SECONDS_A_TURN = 0.2
_MANY = 2000


def bench_pages(folder: Path, *, rounds: int) -> None:
    """Print, for each page, every server's time and its ratio to nginx's and to the gateway's."""
    with ExitStack() as running:
        gateway = running.enter_context(archpip_gateway(folder, "--index-url", _INDEX))
        pages = {name: fetch(gateway.url(gateway.path(name))) for name in _PROJECTS}
        contestants: dict[str, Server | str] = {"archpip": gateway}
        commands = install_peers(folder)
        starts: dict[str, Callable[[], Server]] = {
            "nginx": lambda: running.enter_context(nginx(folder, pages))
        }
        for name in PEERS:
            starts[name] = lambda name=name: running.enter_context(  # type: ignore[misc]
                peer(name, commands, folder, _INDEX)
            )
        for name, start in starts.items():
            try:
                server = start()
                for project in _PROJECTS:
                    fetch(server.url(server.path(project)))
            except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                contestants[name] = str(error)
            else:
                contestants[name] = server
        for project in _PROJECTS:
            _print_page(project, contestants, rounds=rounds)


def _print_page(project: str, contestants: dict[str, Server | str], *, rounds: int) -> None:
    print(f"\n{project}'s page, warm, one connection")
    print(f"  {'':<26} {'bytes':>9} {'median':>9} {'min':>9} {'per s':>8}   archpip's time / its")
    faults = {name: what for name, what in contestants.items() if isinstance(what, str)}
    servers = [what for what in contestants.values() if isinstance(what, Server)]
    seconds: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for _ in range(rounds):
        for server in servers:
            try:
                sizes[server.name] = _time_turn(
                    server, project, seconds.setdefault(server.name, [])
                )
            except OSError as error:
                faults.setdefault(server.name, str(error))
    ours = statistics.median(seconds["archpip"])
    for name, times in seconds.items():
        if name not in faults:
            median = statistics.median(times)
            print(
                f"  {name:<26} {sizes[name]:>9} {median * 1000:>7.2f}ms {min(times) * 1000:>7.2f}ms"
                f" {1 / median:>8.1f}   {ours / median:.3f}"
            )
    for name, fault in faults.items():
        print(f"  {name:<26} could not be run: {fault}")


def _time_turn(server: Server, project: str, seconds: list[float]) -> int:
    """Time one server's turn: so many requests as fit, and at least one; the first is not timed."""
    connection = Connection(server.port)
    size = connection.get(server.path(project))
    end = time.perf_counter() + _SECONDS_A_TURN
    while True:
        begin = time.perf_counter()
        connection.get(server.path(project))
        seconds.append(time.perf_counter() - begin)
        if time.perf_counter() > end:
            connection.close()
            return size


def bench_stack(folder: Path, *, runs: int) -> None:
    """Print what pip and uv take for the data stack, directly and through the gateway."""
    question = QUESTIONS["data stack"]
    python = question.python
    (folder / "requirements.in").write_text("\n".join(question.requirements) + "\n")
    for title, warm in (("cold", False), ("warm", True)):
        for client in ("uv", "pip"):
            with archpip_gateway(
                folder / title / client, "--index-url", _INDEX, "--python-version", python
            ) as gateway:
                through = gateway.url(gateway.prefix)
                field = [
                    _resolve(client, "through the gateway", through, folder, python),
                    _resolve(client, "directly", _INDEX, folder, python),
                ]
                if warm:
                    measure(field, runs=1)
                # A gateway is cold once; the clients' own caches are empty in any case.
                print_table(
                    f"{client}, data stack, {title} gateway",
                    measure(field, runs=runs if warm else 1),
                )


def _resolve(client: str, name: str, index: str, folder: Path, python: str) -> Contestant:
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "ARCHPIP_")) or name == "PIP_CERT"
    } | {"PIP_CONFIG_FILE": os.devnull}
    if client == "uv":
        command = [
            *(sys.executable, "-m", "uv", "pip", "compile", "-q", "--no-cache", "--system-certs"),
            *(str(folder / "requirements.in"), "--default-index", index),
            *("--python-platform", "x86_64-manylinux_2_28", "--python-version", python),
            *("-o", str(folder / "uv.txt"), "--upgrade"),
        ]
    else:
        command = [
            *(sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed"),
            *("--disable-pip-version-check", "--no-cache-dir", "--index-url", index),
            *("--only-binary", ":all:", "--platform", "manylinux_2_28_x86_64"),
            *("--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"),
            *("--python-version", python, "--target", str(folder / "none")),
            *("-r", str(folder / "requirements.in")),
        ]
    return Contestant(name=name, command=command, environ=environ)


def bench_memory(folder: Path, *, projects: int) -> None:
    """Print what the process has in memory after so many projects, each with its page ready."""
    with serve_many_projects() as index, archpip_gateway(folder, "--index-url", index) as gateway:
        print(f"\nmemory, {projects} projects seen")
        connection = Connection(gateway.port)
        for number in range(projects):
            connection.get(gateway.path(f"project-{number}"))
            if number + 1 in {1, projects // 4, projects // 2, projects}:
                print(f"  {number + 1:>6} {gateway.memory_megabytes():>8.1f} MB")
        connection.close()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=["pages", "stack", "memory"], nargs="*")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="turns of each server, a page")
    parser.add_argument("--runs", type=int, default=3, help="of the data stack")
    parser.add_argument("--projects", type=int, default=_MANY, help="for the memory")
    options = parser.parse_args()
    for what in options.what or ("pages", "stack", "memory"):
        with tempfile.TemporaryDirectory() as folder:
            if what == "pages":
                bench_pages(Path(folder), rounds=options.rounds)
            elif what == "stack":
                bench_stack(Path(folder), runs=options.runs)
            else:
                bench_memory(Path(folder), projects=options.projects)


if __name__ == "__main__":
    main()
