"""Time commands against each other in one run and print ratios, which drift less than seconds."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_START_AND_WAIT = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(os.wait4(process.pid, 0)[2].ru_maxrss)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One command in a comparison."""

    name: str
    command: Sequence[str]
    environ: dict[str, str]
    prepare: Callable[[], None] | None = None
    """Run before each timed run, untimed: empties a cache for the cold figure."""
    expected_status: int = 0


def cpu_seconds() -> float:
    """Return what all ended child processes, and theirs, took of the processor so far.

    Other work on the machine changes it little; waiting for a network or a disk is not in it.
    """
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(
    contestants: Sequence[Contestant],
    *,
    runs: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Run the contestants in turn, A B C A B C …, and return each one's seconds per run.

    Raises:
        RuntimeError: A command did not end with its expected status; its output is in the message.
    """
    seconds: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for _ in range(runs):
        for contestant in contestants:
            if contestant.prepare is not None:
                contestant.prepare()
            seconds[contestant.name].append(_time_once(contestant, clock))
    return seconds


def measure_memory(command: Sequence[str]) -> float:
    """Return the peak memory of one command, without its children's, in MB.

    A small process starts it: until a child has become its command, its peak is its parent's.
    """
    starter = [sys.executable, "-c", _START_AND_WAIT, *command]
    finished = subprocess.run(starter, capture_output=True, text=True, check=True)
    return int(finished.stdout) / 1024


def _time_once(contestant: Contestant, clock: Callable[[], float]) -> float:
    begin = clock()
    finished = subprocess.run(
        contestant.command, env=contestant.environ, capture_output=True, text=True, check=False
    )
    elapsed = clock() - begin
    if finished.returncode != contestant.expected_status:
        tail = (finished.stdout + finished.stderr)[-2000:]
        raise RuntimeError(f"{contestant.name} ended with {finished.returncode}:\n{tail}")
    return elapsed


def print_table(title: str, seconds: dict[str, list[float]]) -> None:
    """Print each contestant's median and range, and the first one's ratio to each other."""
    first = statistics.median(next(iter(seconds.values())))
    print(f"\n{title}")
    print(f"  {'':<24} {'median':>8} {'min':>8} {'max':>8}   ratio")
    for name, runs in seconds.items():
        median = statistics.median(runs)
        print(
            f"  {name:<24} {median:>7.2f}s {min(runs):>7.2f}s {max(runs):>7.2f}s"
            f"   {first / median:.2f}"
        )
