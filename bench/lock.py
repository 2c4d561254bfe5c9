"""`archpip lock` against other resolvers, cold and warm, in one run on the public index.

    python -m bench.lock [--runs 3] [--only "data stack"] [--others] [--cpu]

pip is given `--only-binary :all:`, without which it refuses `--platform`. None of the others opens
binaries; archpip opens every one. A ratio is archpip's median over the other's: below 1, archpip is
the faster. With `--others`, nab, pdm, poetry and pex are installed and asked too, once each. On a
machine that does other work, `--cpu` compares the processor's time in place of the clock's.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.peers import (
    COMMON,
    Question,
    archpip,
    clean_environ,
    install_others,
    other,
    write_project,
)
from bench.timing import Contestant, cpu_seconds, measure, print_table

_AIRFLOW = "2.10.4"
_AIRFLOW_CONSTRAINTS = (
    f"https://raw.githubusercontent.com/apache/airflow/constraints-{_AIRFLOW}/constraints-3.11.txt"
)
_MAX_AGE = ("--max-age", "3600")
_FOUR_TARGETS = ("macos-x86_64", "linux-aarch64", "linux-x86_64")

QUESTIONS = {
    question.name: question
    for question in (
        Question(name="azure-eventhub", requirements=["azure-eventhub"], python="3.10"),
        Question(
            name="data stack",
            requirements=[
                *("pandas", "scikit-learn", "matplotlib", "jupyterlab"),
                *("fastapi", "sqlalchemy", "boto3", "pyarrow"),
            ],
            python="3.11",
        ),
        # s3fs pins botocore by way of aiobotocore, hundreds of versions below the newest.
        Question(name="backtracking", requirements=["boto3", "botocore", "s3fs"], python="3.11"),
        Question(name="airflow", requirements=["apache-airflow==2.10.4"], python="3.11"),
    )
}


def describe(name: str, command: list[str], cache: Path, *, cold: bool) -> Contestant:
    """Describe a run, before which a cold one's cache is emptied."""

    def empty() -> None:
        shutil.rmtree(cache, ignore_errors=True)

    return Contestant(
        name=name, command=command, environ=clean_environ(), prepare=empty if cold else None
    )


def contestants(question: Question, folder: Path, *, cold: bool) -> list[Contestant]:
    """Describe each tool's run, with a cache and a project folder of its own."""
    field = []
    ours: dict[str, tuple[str, ...]] = {"archpip": ()}
    if not cold:
        ours["archpip --max-age"] = _MAX_AGE
    for name, more in ours.items():
        place, cache = folder / name, folder / name / "cache"
        write_project(question, place)
        field.append(describe(name, archpip(question, place, cache, *more), cache, cold=cold))
    for name, command in COMMON.items():
        place, cache = folder / name, folder / name / "cache"
        write_project(question, place)
        field.append(describe(name, command(question, place, cache), cache, cold=cold))
    return field


def compare_others(question: Question, folder: Path, tools: dict[str, Path]) -> None:
    """Time the slow ones: a cold run, and a warm one after it."""
    for name, commands in tools.items():
        place = folder / name
        write_project(question, place)
        command, variables = other(name, commands, question, place, place / "cache")
        tool = Contestant(name=name, command=command, environ=clean_environ() | variables)
        try:
            cold, warm = measure([tool], runs=2)[name]
        except RuntimeError as error:
            print(f"  {name:<24} {str(error).splitlines()[-1][:70]}")
        else:
            print(f"  {name:<24} cold {cold:>6.2f}s   warm {warm:>6.2f}s")


def compare_targets(
    question: Question, folder: Path, *, runs: int, clock: Callable[[], float]
) -> None:
    """Time one target against four in one call, which share what is fetched."""
    more = [word for target in _FOUR_TARGETS for word in ("--target-platform", target)]
    field = []
    for name, words in {"four targets": more, "one target": []}.items():
        place, cache = folder / name, folder / name / "cache"
        write_project(question, place)
        field.append(describe(name, archpip(question, place, cache, *words), cache, cold=True))
    print_table(
        f"{question.name}, cold, four targets in one call", measure(field, runs=runs, clock=clock)
    )


def main() -> None:
    """Print one table for each question, cold and warm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=QUESTIONS, default=None)
    parser.add_argument("--others", action="store_true", help="ask nab, pdm, poetry and pex too")
    parser.add_argument("--cpu", action="store_true", help="the processor's time, not the clock's")
    options = parser.parse_args()
    clock = cpu_seconds if options.cpu else time.perf_counter
    with tempfile.TemporaryDirectory() as installed:
        tools = install_others(Path(installed)) if options.others else {}
        for name, question in QUESTIONS.items():
            if options.only not in {None, name}:
                continue
            for cold in (True, False):
                with tempfile.TemporaryDirectory() as folder:
                    field = contestants(question, Path(folder), cold=cold)
                    if not cold:
                        measure(field, runs=1)  # fills the caches
                    seconds = measure(field, runs=options.runs, clock=clock)
                    print_table(f"{name}, {'cold' if cold else 'warm'}", seconds)
            with tempfile.TemporaryDirectory() as folder:
                compare_targets(question, Path(folder), runs=options.runs, clock=clock)
                compare_others(question, Path(folder), tools)


if __name__ == "__main__":
    main()
