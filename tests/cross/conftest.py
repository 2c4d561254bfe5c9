"""A real toolchain and sdists, had once in a run, and the target's Python to try wheels."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock
from msgspec.structs import replace

from archpip.builds import (
    BuilderChoice,
    BuildOptions,
    BuildSettings,
    BuiltWheel,
    SourceBuilder,
    Toolchain,
    ToolchainShelf,
    Zig,
)
from archpip.targets import Target, detect_host, parse_target

_HOST = detect_host()
_KEPT = os.environ.get("CROSS_TOOLCHAINS")
"""A data folder in which toolchains outlive the tests, for who runs them often."""

_CACHES = {
    name: os.environ[name]
    for name in ("HOME", "XDG_CACHE_HOME", "ZIG_GLOBAL_CACHE_DIR")
    if name in os.environ
}
"""pip and zig keep downloads and C libraries there; without them each test takes a minute more."""

_DOWNLOAD = """
import json, sys, urllib.request
name, filename, path = sys.argv[1:]
page = urllib.request.Request(
    f"https://pypi.org/simple/{name}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
)
try:
    files = json.load(urllib.request.urlopen(page))["files"]
    urls = [file["url"] for file in files if file["filename"] == filename]
except ValueError:  # an index that speaks HTML only
    import re
    text = urllib.request.urlopen(f"https://pypi.org/simple/{name}/").read().decode()
    urls = re.findall(rf'href="([^"]*/{re.escape(filename)})#', text)
urllib.request.urlretrieve(urls[0], path)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdist:
    """A file of the public index, pinned."""

    filename: str
    sha256: str

    @property
    def name(self) -> str:
        return self.filename.rpartition("-")[0]


SDISTS = {
    sdist.name: sdist
    for sdist in (
        Sdist(
            filename="markupsafe-3.0.2.tar.gz",
            sha256="ee55d3edf80167e48ea11a923c7386f4669df67d7994554387f84e7d8b0a2bf0",
        ),
        Sdist(
            filename="ujson-5.10.0.tar.gz",
            sha256="b3cd8f3c5d8c7738257f1018880444f7b7d9b66232c64649f562d7ba86ad4bc1",
        ),
        Sdist(
            filename="frozenlist-1.5.0.tar.gz",
            sha256="81d5af29e61b9c8348e876d442253723928dce6433e0e76cd925cd83f1b4b817",
        ),
        Sdist(
            filename="levenshtein-0.27.1.tar.gz",
            sha256="3e18b73564cfc846eec94dd13fab6cb006b5d2e0cc56bad1fd7d5585881302e3",
        ),
        Sdist(
            filename="contourpy-1.3.1.tar.gz",
            sha256="dfd97abd83335045a913e3bcc4a09c0ceadbe66580cf573fe961f4a825efa699",
        ),
        Sdist(
            filename="argon2_cffi_bindings-26.2.0.tar.gz",
            sha256="f21ab89bb9850f32b9ca038d9961424bb0d3669d579cbbbfed068cffa6fc0643",
        ),
    )
}


@pytest.fixture(scope="session", name="shared")
def _shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what all workers of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", name="environment")
def _environment_of_builds() -> dict[str, str]:
    """The variables that builds inherit: this machine's, with its caches."""
    return {**os.environ, **_CACHES}


@pytest.fixture(scope="session", name="data_folder")
def _data_folder(shared: Path) -> Path:
    """The user's data folder, which will hold archpip's toolchains."""
    return Path(_KEPT) if _KEPT else shared / "data"


@pytest.fixture(scope="session", name="shelf")
def _shelf(
    data_folder: Path, tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]
) -> ToolchainShelf:
    folder = data_folder / "archpip" / "toolchains"
    logs = tmp_path_factory.mktemp("toolchain-logs")
    return ToolchainShelf(folder, log_folder=logs, environment=environment)


@pytest.fixture(scope="session", name="toolchain")
def _toolchain(shelf: ToolchainShelf, shared: Path, data_folder: Path) -> Toolchain:
    """The toolchain that a user makes by the command."""
    command = [sys.executable, "-m", "archpip", "toolchain", "add", "linux-aarch64"]
    command += ["--python-version", _HOST.python.short_version, "--package", "libssl-dev"]
    target = parse_target("linux-aarch64", host=_HOST, python=_HOST.python)
    with FileLock(shared / "toolchain.lock"):
        if not any(tool.serves(target) for tool in shelf.toolchains()):
            environment = {**os.environ, "XDG_DATA_HOME": str(data_folder)}
            subprocess.run(command, env=environment, check=True)
    (toolchain,) = (tool for tool in shelf.toolchains() if tool.serves(target))
    return toolchain


@pytest.fixture(scope="session", name="zig")
def _zig(shelf: ToolchainShelf, shared: Path) -> Zig:
    """What `archpip toolchain add zig` gets."""
    with FileLock(shared / "zig.lock"):
        return shelf.zig() or shelf.add_zig()


@pytest.fixture(scope="session", name="fetch")
def _fetch(shared: Path) -> Callable[[str], Path]:
    """Download a pinned sdist, once."""

    def fetch(name: str) -> Path:
        sdist = SDISTS[name]
        path = shared / sdist.filename
        with FileLock(f"{path}.lock"):
            if not path.exists():
                # In a process of its own: tests' sockets reach loopback alone.
                command = [sys.executable, "-c", _DOWNLOAD, sdist.name, sdist.filename, str(path)]
                subprocess.run(command, check=True)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sdist.sha256
        return path

    return fetch


MakeBuilder = Callable[..., SourceBuilder]


@pytest.fixture(name="make_builder")
def _make_builder(tmp_path: Path, toolchain: Toolchain, environment: dict[str, str]) -> MakeBuilder:
    def make(
        choice: BuilderChoice = BuilderChoice.AUTO,
        zig: Zig | None = None,
        own: Toolchain | None = None,
    ) -> SourceBuilder:
        return SourceBuilder(
            host=_HOST,
            python=Path(sys.executable),
            environment=environment,
            options=BuildOptions(wheel_folder=tmp_path / "wheels", log_folder=tmp_path / "logs"),
            toolchains=(own or toolchain,),
            zig=zig,
            choice=choice,
        )

    return make


MakeTarget = Callable[..., Target]


@pytest.fixture(name="make_target")
def _make_target() -> MakeTarget:
    """A target with this machine's Python."""

    def make(name: str, floor: tuple[int, int] | None = None) -> Target:
        target = parse_target(name, host=_HOST, python=_HOST.python)
        return target if floor is None else replace(target, floor=floor)

    return make


@pytest.fixture(name="build")
def _build(
    make_builder: MakeBuilder, make_target: MakeTarget, fetch: Callable[[str], Path]
) -> Callable[..., BuiltWheel]:
    """Build a project of the public index for linux-aarch64."""

    def build(name: str, settings: BuildSettings | None = None) -> BuiltWheel:
        target = make_target("linux-aarch64")
        return make_builder().build(fetch(name), target, settings=settings)

    return build


@dataclass(frozen=True, slots=True)
class TargetPython:
    """The target's Python under the emulator, with a folder of installed wheels."""

    toolchain: Toolchain
    folder: Path
    environment: dict[str, str]

    def add(self, *wheels: Path) -> None:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(self.folder)

    def add_published(self, *requirements: str) -> None:
        """Add wheels of the public index for the target."""
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command += ["--target", str(self.folder), "--platform", "manylinux_2_28_aarch64"]
        command += ["--platform", "manylinux2014_aarch64", "--only-binary", ":all:"]
        subprocess.run([*command, *requirements], env=self.environment, check=True)

    def run(self, script: str) -> str:
        executable = self.toolchain.pythons[0].executable
        answer = subprocess.run(
            [*self.toolchain.emulator, str(executable), "-Bc", script],
            env={**self.environment, "PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()


@pytest.fixture(name="target_python")
def _target_python(
    tmp_path: Path, toolchain: Toolchain, environment: dict[str, str]
) -> TargetPython:
    if toolchain.find_python((_HOST.python.version[0], _HOST.python.version[1])) is None:
        pytest.skip("the toolchain has another Python")
    folder = tmp_path / "installed"
    folder.mkdir()
    return TargetPython(toolchain, folder, environment)
