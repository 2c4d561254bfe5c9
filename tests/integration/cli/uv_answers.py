"""What uv answers to the same question, to compare archpip's answer with."""

import os
import subprocess
import sys
from pathlib import Path

from fake_index.server import FakeIndex

UV = Path(sys.executable).with_name("uv")


def uv_takes(fake: FakeIndex, *arguments: str, folder: Path | None = None) -> dict[str, str]:
    """Return the versions that `uv pip compile` takes for CPython 3.11 on Linux x86_64.

    It runs in `folder`, else in the current one.
    """
    command = [str(UV), "pip", "compile", "--no-header", "--no-annotate", "-q", "--no-cache"]
    command += ["--python-platform", "x86_64-unknown-linux-gnu", "--python-version", "3.11"]
    command += ["--default-index", fake.index_url(), "--python", sys.executable, *arguments]
    said = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, env=os.environ
    )
    lines = (line.partition("==") for line in said.stdout.splitlines())
    return {name: version for name, _, version in lines if version}
