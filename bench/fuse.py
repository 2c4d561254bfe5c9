"""Fuse two thin wheels in a cold process, against copying their members with zipfile.

    python -m bench.fuse [ARM64.whl X86_64.whl] [--runs 5]

Without wheels, two are written: 12 modules of 12 MB for each machine. The goals are 100 MB of
members a second, and memory that the largest member bounds. `delocate-fuse` does the same, but
calls Apple's `lipo`: it runs on a Mac alone. The peer is what no fuse can do without: inflate both
wheels' members and store each once, hashed. Seconds are of the processor, not of the clock.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import zipfile
from pathlib import Path

from bench.timing import Contestant, cpu_seconds, measure, measure_memory, print_table
from fake_index.macho import MachO, MachOKind, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel

_MODULES = 12
_MODULE_BYTES = 12_000_000
_COPY = """
import hashlib, sys, zipfile
*wheels, path = sys.argv[1:]
with zipfile.ZipFile(path, "w") as out:
    for number, wheel in enumerate(wheels):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                content = archive.read(name)
                hashlib.sha256(content)
                out.writestr(f"{number}/{name}", content)
"""


def main() -> None:
    """Print both, their ratio, the speed and the memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheels", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wheels = arguments.wheels or [
            write_thin(Path(folder), tag, architecture)
            for tag, architecture in (("11_0_arm64", "arm64"), ("10_9_x86_64", "x86_64"))
        ]
        names = [str(path) for path in wheels]
        fuse = [sys.executable, "-m", "archpip", "fuse", *names, "-o", f"{folder}/out"]
        copy = [sys.executable, "-c", _COPY, *names, f"{folder}/copy.zip"]
        environ = dict(os.environ)
        seconds = measure(
            [
                Contestant(name="archpip fuse", command=fuse, environ=environ),
                Contestant(name="zipfile, copied", command=copy, environ=environ),
            ],
            runs=arguments.runs,
            clock=cpu_seconds,
        )
        sizes = [size for path in wheels for size in member_sizes(path)]
        megabytes = sum(sizes) / 1e6
        print_table(f"{megabytes:.0f} MB in {len(sizes)} members", seconds)
        speed = megabytes / statistics.median(seconds["archpip fuse"])
        print(f"  archpip fuse: {speed:.0f} MB/s, {measure_memory(fuse):.0f} MB at most;")
        print(f"  the largest member has {max(sizes) / 1e6:.0f} MB")


def member_sizes(path: Path) -> list[int]:
    """Return the size of each member of a wheel, inflated."""
    with zipfile.ZipFile(path) as archive:
        return [info.file_size for info in archive.infolist()]


def write_thin(folder: Path, tag: str, architecture: str) -> Path:
    """Write a wheel of large modules that deflate as machine code does, to a half or so."""
    description = MachO(architecture=architecture, kind=MachOKind.BUNDLE, code_bytes=64)
    head = write_macho(description)
    words = [random.Random(seed).randbytes(6) for seed in range(4096)]  # noqa: S311  # no secret
    files = []
    for number in range(_MODULES):
        chosen = random.Random(f"{tag}{number}").choices(words, k=_MODULE_BYTES // 6)  # noqa: S311
        content = head + b"".join(chosen)
        files.append(WheelFile(path=f"big/m{number}.cpython-311-darwin.so", content=content))
    metadata = CoreMetadata(name="big", version="1.0")
    wheel = Wheel(metadata=metadata, tag=f"cp311-cp311-macosx_{tag}", files=tuple(files))
    path = folder / wheel.filename
    path.write_bytes(write_wheel(wheel))
    return path


if __name__ == "__main__":
    main()
