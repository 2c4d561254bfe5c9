"""`archpip lock` against uv and pip, cold and warm, in one run on the public index.

    python -m bench.lock [--runs 3] [--only azure-eventhub]

pip is given `--only-binary :all:`, without which it refuses `--platform`. uv and pip do not open
binaries; archpip opens every one. The ratio is archpip's median over the other's: below 1, archpip
is the faster.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.timing import Contestant, measure, print_table

QUESTIONS = {
    "azure-eventhub": (["azure-eventhub"], "3.10"),
    "data stack": (
        [
            *("pandas", "scikit-learn", "matplotlib", "jupyterlab"),
            *("fastapi", "sqlalchemy", "boto3", "pyarrow"),
        ],
        "3.11",
    ),
}


def contestants(
    requirements: list[str], python: str, folder: Path, *, cold: bool
) -> list[Contestant]:
    """Describe the three tools' commands for one question, each with a cache of its own."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "ARCHPIP_")) or name == "PIP_CERT"
    } | {"PIP_CONFIG_FILE": os.devnull}
    (folder / "requirements.in").write_text("\n".join(requirements) + "\n")
    caches = {name: folder / f"cache-{name}" for name in ("archpip", "uv", "pip")}

    def emptying(name: str) -> Callable[[], None] | None:
        return (lambda: shutil.rmtree(caches[name], ignore_errors=True)) if cold else None

    return [
        Contestant(
            name="archpip",
            command=[
                *(sys.executable, "-m", "archpip", "lock", "-q", *requirements),
                *("--target-platform", "macos-arm64", "--python-version", python),
                *("--cache-dir", str(caches["archpip"])),
                *("-o", str(folder / "pylock.archpip.toml")),
            ],
            environ=environ,
            prepare=emptying("archpip"),
        ),
        Contestant(
            name="uv pip compile",
            command=[
                *(sys.executable, "-m", "uv", "pip", "compile", "-q"),
                str(folder / "requirements.in"),
                *("--python-platform", "aarch64-apple-darwin", "--python-version", python),
                *("--cache-dir", str(caches["uv"]), "-o", str(folder / "uv.txt")),
            ],
            environ=environ,
            prepare=emptying("uv"),
        ),
        Contestant(
            name="pip --dry-run",
            command=[
                *(sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed"),
                *("--report", str(folder / "pip.json"), "--only-binary", ":all:"),
                *("--platform", "macosx_13_0_arm64", "--python-version", python),
                *("--target", str(folder / "none"), "--cache-dir", str(caches["pip"])),
                *requirements,
            ],
            environ=environ,
            prepare=emptying("pip"),
        ),
    ]


def main() -> None:
    """Print one table for each question, cold and warm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=QUESTIONS, default=None)
    options = parser.parse_args()
    for name, (requirements, python) in QUESTIONS.items():
        if options.only not in {None, name}:
            continue
        for cold in (True, False):
            with tempfile.TemporaryDirectory() as folder:
                field = contestants(requirements, python, Path(folder), cold=cold)
                if not cold:
                    measure(field, runs=1)  # fills the caches
                print_table(
                    f"{name}, {'cold' if cold else 'warm'}", measure(field, runs=options.runs)
                )


if __name__ == "__main__":
    main()
