"""Audit an environment in a cold process, against parsing each of its binaries with LIEF.

    python -m bench.audit [ENVIRONMENT] [--target-platform TARGET] [--runs 5]

LIEF is told which files are native; the audit finds them, reads every RECORD, asks the
environment's interpreter what it is, and judges. Both start cold: their imports count. The goal is
a tenth of LIEF's time, and less than 150 MB whatever a library's size. LIEF reads every symbol as
well, which an audit seldom needs: a third contestant does no more than read all binaries with their
symbols, for a third of the time. All of them find their modules compiled, as installers leave them,
also where Python was told to write none.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.timing import Contestant, cpu_seconds, measure, print_table

_LARGE_BYTES = 1_500_000_000
_MAGICS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_LIEF = """
import json, sys, lief
lief.logging.disable()
with open(sys.argv[1]) as file:
    for path in json.load(file):
        lief.parse(path)
"""

_SYMBOLS = """
import json, sys
from contextlib import suppress
from archpip.binaries import Depth, FileSource, read_binary, read_symbols
from archpip.errors import BinaryFormatError
with open(sys.argv[1]) as file:
    for path in json.load(file):
        with FileSource(path) as source, suppress(BinaryFormatError):
            binary = read_binary(source, depth=Depth.SYMBOLS)
            for part in binary.slices if binary else ():
                read_symbols(source, part)
"""


def main() -> None:
    """Print both, their ratio, and the memory that a very large library takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", nargs="?", type=Path, default=Path(sys.prefix))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--target-platform", metavar="TARGET", help="default: this machine")
    arguments = parser.parse_args()
    binaries = find_binaries(arguments.environment)
    with (
        tempfile.NamedTemporaryFile("w", suffix=".json") as listing,
        tempfile.TemporaryDirectory() as compiled,
    ):
        json.dump(binaries, listing)
        listing.flush()
        environ = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        nothing = Path(compiled, "nothing.json")
        nothing.write_text("[]")
        commands = {
            "LIEF": [sys.executable, "-c", _LIEF, listing.name],
            "LIEF, its import alone": [sys.executable, "-c", _LIEF, str(nothing)],
            "archpip audit": audit_command(arguments.environment, arguments.target_platform),
            "archpip, all symbols": [sys.executable, "-c", _SYMBOLS, listing.name],
        }
        contestants = [
            Contestant(name=name, command=command, environ=environ)
            for name, command in commands.items()
        ]
        measure(contestants, runs=1)  # which compiles, and brings the files into memory
        title = f"audit of {arguments.environment}, {len(binaries)} binaries"
        print_table(title, measure(contestants, runs=arguments.runs))
        seconds = measure(contestants, runs=arguments.runs, clock=cpu_seconds)
        print_table("the same, processor's time", seconds)
    print(f"  a library of {_LARGE_BYTES / 1e9} GB: {measure_memory():.0f} MB at most")


def audit_command(folder: Path, target: str | None = None) -> list[str]:
    """Return the command that audits a folder, for this machine unless a target is named."""
    command = [sys.executable, "-m", "archpip", "audit", str(folder), "--format", "json"]
    return [*command, "--target-platform", target] if target else command


def find_binaries(folder: Path) -> list[str]:
    """Return the paths of the native files beneath a folder, found by their first bytes."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4).startswith(_MAGICS):
                    found.append(str(path))
    return found


def measure_memory() -> float:
    """Return the peak memory of an audit of a tree with one very large library, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "liblarge.so"
        library.write_bytes(Path(sys.executable).resolve().read_bytes())
        with library.open("r+b") as file:
            file.truncate(_LARGE_BYTES)  # a hole, which takes no room on disk
        process = subprocess.Popen(audit_command(Path(folder)), stdout=subprocess.DEVNULL)
        # Not RUSAGE_CHILDREN, which tells the largest of all children so far.
        _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
