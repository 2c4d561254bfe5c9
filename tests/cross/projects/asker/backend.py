"""A build that runs code of the target: it compiles a library, loads it and calls into it."""

# ruff: noqa: ARG001 # front ends pass hooks' arguments by name; the compiler is $CC

import ctypes
import os
import subprocess
import zipfile
from pathlib import Path

_NAME, _INFO = "asker-1.0-py3-none-any.whl", "asker-1.0.dist-info"


def build_wheel(
    wheel_directory: str, config_settings: object = None, metadata_directory: str | None = None
) -> str:
    """Ask the target's own C library what machine it is on, by code that was just compiled."""
    Path("ask.c").write_text("int bits(void) { return 8 * sizeof(void *); }\n")
    library = Path("ask.so").absolute()
    subprocess.run([os.environ["CC"], "-shared", "-fPIC", "ask.c", "-o", str(library)], check=True)
    bits = ctypes.CDLL(str(library)).bits()
    with zipfile.ZipFile(Path(wheel_directory, _NAME), "w") as wheel:
        wheel.writestr("asker.py", f"bits = {bits}\nmachine = {os.uname().machine!r}\n")
        wheel.writestr(f"{_INFO}/METADATA", "Metadata-Version: 2.1\nName: asker\nVersion: 1.0\n")
        wheel.writestr(
            f"{_INFO}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{_INFO}/RECORD", "")
    return _NAME
