"""`archpip --version` against `python -c pass`: the goal is 1.5 times that plus 60 ms."""

import os
import statistics
import sys

from bench.timing import Contestant, measure, print_table


def main() -> None:
    """Print both, and the bound."""
    environ = dict(os.environ)
    seconds = measure(
        [
            Contestant(
                name="archpip --version",
                command=[sys.executable, "-m", "archpip", "--version"],
                environ=environ,
            ),
            Contestant(
                name="python -c pass", command=[sys.executable, "-c", "pass"], environ=environ
            ),
        ],
        runs=20,
    )
    print_table("start-up", seconds)
    bound = 1.5 * statistics.median(seconds["python -c pass"]) + 0.06
    print(f"  bound: {bound:.3f}s")


if __name__ == "__main__":
    main()
