"""Wheels written to disk as verified ones, and environments to put them into."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from archpip.index import Link, to_file_url
from archpip.installing import InstallerOptions, VerifiedWheel
from archpip.resolution import LinkKind, Pin
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel

MakeWheel = Callable[..., VerifiedWheel]


@pytest.fixture
def make_wheel(tmp_path: Path) -> MakeWheel:
    """Write a wheel of one module and one script."""
    (tmp_path / "wheels").mkdir()

    def make(
        name: str,
        version: str = "1.0",
        *,
        requested: bool = True,
        direct: bool = False,
        files: tuple[WheelFile, ...] | None = None,
        tag: str = "py3-none-any",
    ) -> VerifiedWheel:
        module = name.replace("-", "_")
        wheel = Wheel(
            metadata=CoreMetadata(name=name, version=version),
            tag=tag,
            files=files
            or (
                WheelFile(
                    path=f"{module}/__init__.py",
                    content=f"def main():\n    print({version!r})\n".encode(),
                ),
            ),
            entry_points=((name, f"{module}:main"),),
        )
        content = write_wheel(wheel)
        path = tmp_path / "wheels" / wheel.filename
        path.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        url = f"https://example.org/{wheel.filename}" if direct else to_file_url(path)
        link = Link(url=url, filename=wheel.filename, hashes=(("sha256", sha256),))
        pin = Pin(
            name=canonicalize_name(name),
            version=Version(version),
            link=link,
            kind=LinkKind.WHEEL,
            requested=requested,
            direct=direct,
        )
        return VerifiedWheel(pin=pin, path=path, sha256=sha256)

    return make


@pytest.fixture
def options() -> InstallerOptions:
    return InstallerOptions(pip=(sys.executable, "-m", "pip"), variables=dict(os.environ))


@pytest.fixture(scope="session")
def _seeded_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environments") / "with-pip"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


@pytest.fixture
def python(_seeded_environment: Path, tmp_path: Path) -> Path:
    """The interpreter of a fresh environment that has pip."""
    # Links: making an environment takes pip seconds, and it never writes into a file that is there.
    folder = shutil.copytree(
        _seeded_environment, tmp_path / "environment", symlinks=True, copy_function=os.link
    )
    return folder / "bin" / "python"


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """The interpreter of an environment without pip, as uv makes them."""
    folder = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


@pytest.fixture
def installed_files() -> Callable[[Path, str], dict[str, Any]]:
    """Read a distribution's dist-info from inside an environment."""

    def read(python: Path, name: str) -> dict[str, Any]:
        script = (
            "import sys, json; from importlib.metadata import distribution as d; "
            "found = d(sys.argv[1]); "
            "names = ['INSTALLER', 'REQUESTED', 'direct_url.json', 'RECORD']; "
            "print(json.dumps({n: found.read_text(n) for n in names} | {'version': found.version}))"
        )
        said = subprocess.run(
            [str(python), "-c", script, name], capture_output=True, text=True, check=True
        )
        files: dict[str, Any] = json.loads(said.stdout)
        return files

    return read
