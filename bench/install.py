"""`archpip install` of the data stack, warm, against uv and pip in one run on the public index.

    python -m bench.install [--runs 3] [--environment] [--cpu]

Into an empty folder (`--target`), or with `--environment` into an empty virtual environment, where
archpip has pip install what it has opened. Each tool has a cache of its own, which a first run has
filled. uv links files from a cache of unpacked wheels; archpip and pip unpack each wheel. pip
compiles bytecode, archpip and uv do not for a folder. A ratio is archpip's median over the other's.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.lock import QUESTIONS
from bench.peers import clean_environ
from bench.timing import Contestant, cpu_seconds, measure, print_table

_PYTHON = [sys.executable, "-m"]


def main() -> None:
    """Fill the caches, then print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--environment", action="store_true")
    parser.add_argument("--cpu", action="store_true")
    arguments = parser.parse_args()
    clock = cpu_seconds if arguments.cpu else time.perf_counter
    with tempfile.TemporaryDirectory() as folder:
        field = contestants(Path(folder), into_environment=arguments.environment)
        measure(field, runs=1)
        seconds = measure(field, runs=arguments.runs, clock=clock)
    print_table("environment" if arguments.environment else "folder", seconds)


def contestants(folder: Path, *, into_environment: bool) -> list[Contestant]:
    """Describe each tool's run into a place of its own, which is emptied before."""
    commands = {
        "archpip": [*_PYTHON, "archpip", "install", f"--cache-dir={folder}/ours"],
        "uv": [*_PYTHON, "uv", "pip", "install", f"--cache-dir={folder}/uv"],
        "pip": [*_PYTHON, "pip", "install", f"--cache-dir={folder}/pip"],
    }
    field = []
    for name, command in commands.items():
        place = folder / f"{name}-place"
        python = f"--python={place}/bin/python"
        if name == "pip" and into_environment:
            command.insert(3, python)  # pip's own option stands before its command
        else:
            command.append(python if into_environment else f"--target={place}")
        field.append(
            Contestant(
                name=name,
                command=[*command, *QUESTIONS["data stack"].requirements],
                environ=clean_environ(),
                prepare=emptying(place, make_environment=into_environment),
            )
        )
    return field


def emptying(place: Path, *, make_environment: bool) -> Callable[[], None]:
    """Return what removes a place, and makes it an empty environment if asked."""

    def empty() -> None:
        shutil.rmtree(place, ignore_errors=True)
        if make_environment:
            subprocess.run([*_PYTHON, "venv", str(place)], check=True)

    return empty


if __name__ == "__main__":
    main()
