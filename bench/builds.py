"""Build markupsafe for this machine and for aarch64, and find both built, against `pip wheel`.

    python -m bench.builds [--runs 3] [--target linux-aarch64]

Needs the target's toolchain (`archpip toolchain add`), whose making is not timed. The sdist and its
build requirements come from a folder: no network is in the figures. Seconds are of the processor,
compilers and all, not of the clock. The goals: the target's build takes at most 1.5 times the
native one, and what was built before is found within 0.2 s of work: beyond what a wheel of the
same folder takes, which is start-up, resolution and a copy.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.timing import Contestant, cpu_seconds, measure, print_table

_PROJECT = "markupsafe==3.0.2"
_BUILD_REQUIRES = ("setuptools==80.9.0", "wheel==0.45.1")


def main() -> None:
    """Print two tables: builds, and what was built before."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--target", default="linux-aarch64")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        links = fetch(folder / "links")
        cache = folder / "cache"
        options = ["--no-deps", "--no-index", "--find-links", str(links)]
        options += ["--cache-dir", str(cache), "-w", str(folder / "archpip")]
        published = [*archpip(), "wheel", _BUILD_REQUIRES[1], *options]
        native = [*archpip(), "wheel", _PROJECT, "--no-binary", "markupsafe", *options]
        foreign = [*native, "--target-platform", arguments.target]
        foreign += ["--python-version", f"{sys.version_info[0]}.{sys.version_info[1]}"]
        pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-cache-dir"]
        pip += ["--no-binary", "markupsafe", "--wheel-dir", str(folder / "pip")]
        pip += ["--no-index", "--find-links", str(links), _PROJECT]
        environ = {**os.environ, "PIP_CONFIG_FILE": os.devnull}

        def clear() -> None:
            shutil.rmtree(cache, ignore_errors=True)

        def contest(name: str, command: list[str], *, cold: bool) -> Contestant:
            prepare = clear if cold else None
            return Contestant(name=name, command=command, environ=environ, prepare=prepare)

        built = [
            contest(f"for {arguments.target}", foreign, cold=True),
            contest("for this machine", native, cold=True),
            contest("pip wheel", pip, cold=True),
        ]
        seconds = measure(built, runs=arguments.runs, clock=cpu_seconds)
        print_table(f"{_PROJECT}, built", seconds)
        found = [
            contest(f"for {arguments.target}", foreign, cold=False),
            contest("for this machine", native, cold=False),
            contest("a published wheel", published, cold=False),
        ]
        for contestant in found:  # what the last cold run has not built
            subprocess.run(contestant.command, env=environ, check=True, capture_output=True)
        seconds = measure(found, runs=max(5, arguments.runs), clock=cpu_seconds)
        print_table(f"{_PROJECT}, found built", seconds)
        work = statistics.median(seconds[found[0].name]) - statistics.median(
            seconds["a published wheel"]
        )
        print(f"  beyond start-up and resolution: {work:.2f} s")


def archpip() -> list[str]:
    """Return how archpip is called."""
    return [sys.executable, "-m", "archpip"]


def fetch(folder: Path) -> Path:
    """Download the sdist and what its build requires, once, by pip."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", str(folder)]
    environ = {**os.environ, "PIP_CONFIG_FILE": os.devnull}
    subprocess.run([*pip, "--no-binary", "markupsafe", _PROJECT], env=environ, check=True)
    subprocess.run([*pip, *_BUILD_REQUIRES], env=environ, check=True)
    return folder


if __name__ == "__main__":
    main()
