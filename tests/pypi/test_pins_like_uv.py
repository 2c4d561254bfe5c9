"""archpip and uv pin alike on the real index, where no wheel is refused.

Both resolve as of one moment, so that what is published later changes nothing. A run takes every
fourth set, each for one of the four targets in turn; `--all-targets` takes every set for every
target, which asks the index for some gigabytes of pages over half an hour.
"""

import os
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.utils import canonicalize_name

from archpip.app.configuration import Configuration
from archpip.app.installations import Installations
from archpip.index import IndexLocations, IndexUnavailableError
from archpip.resolution import InspectScope, ResolveOptions, parse_requirement, resolve
from archpip.targets import detect_host, parse_python, parse_target

pytestmark = pytest.mark.pypi

TARGETS = {
    "linux-x86_64": "x86_64-manylinux_2_28",
    "linux-aarch64": "aarch64-manylinux_2_28",
    "macos-arm64": "aarch64-apple-darwin",
    "windows-amd64": "x86_64-pc-windows-msvc",
}
"""Our name, and uv's."""

_DOCUMENT = tomllib.loads(Path(__file__).with_name("data").joinpath("pins.toml").read_text())
_MOMENT: str = _DOCUMENT.pop("moment")
_NAMES = list(_DOCUMENT)
_STRIDE = 4


class Case(NamedTuple):
    """One set for one target."""

    name: str
    target: str

    @property
    def python(self) -> str:
        return str(_DOCUMENT[self.name]["python"])

    @property
    def requirements(self) -> list[str]:
        return list(_DOCUMENT[self.name]["requirements"])

    @property
    def constraints(self) -> list[str]:
        return list(_DOCUMENT[self.name].get("constraints", ()))

    @property
    def moment(self) -> str:
        return str(_DOCUMENT[self.name].get("moment", _MOMENT))


_MATRIX = [Case(name, target) for name in _NAMES for target in TARGETS]
_SAMPLE = [
    Case(name, list(TARGETS)[number // _STRIDE % len(TARGETS)])
    for number, name in enumerate(_NAMES)
    if number % _STRIDE == 0 or "constraints" in _DOCUMENT[name]
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold what both tools read, for all cases."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture(scope="module")
def tells_times(shared: Path) -> bool:
    """Whether the index tells when files were uploaded: not every mirror does."""
    with _open(shared) as application:
        try:
            links = application.index.project(canonicalize_name("six")).links()
        except IndexUnavailableError as error:
            pytest.skip(str(error))
    return all(link.upload_time is not None for link in links)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Take the sample, or all that there is."""
    cases = _MATRIX if metafunc.config.getoption("--all-targets") else _SAMPLE
    metafunc.parametrize("case", cases, ids="-".join)


def test_the_same_versions(case: Case, shared: Path, *, tells_times: bool) -> None:
    moment = case.moment if tells_times else None

    with ThreadPoolExecutor(1) as aside:
        pins_of_uv = aside.submit(_pins_of_uv, case, moment, shared)
        assert _pins_of_archpip(case, moment, shared) == pins_of_uv.result()


def _open(shared: Path) -> Installations:
    configuration = Configuration(
        host=detect_host(),
        python=Path(sys.executable),
        environ=os.environ,
        cache_folder=shared / "archpip",
        data_folder=shared / "data",
        locations=IndexLocations(),
    )
    return Installations(configuration, warn=lambda _text: None)


def _pins_of_archpip(case: Case, moment: str | None, shared: Path) -> dict[str, str]:
    with _open(shared) as application:
        try:
            found = resolve(
                [parse_requirement(text, base=shared) for text in case.requirements],
                constraints=[parse_requirement(text, base=shared) for text in case.constraints],
                target=parse_target(
                    case.target, host=detect_host(), python=parse_python(case.python)
                ),
                world=application.world,
                options=ResolveOptions(
                    inspect=InspectScope.NONE,
                    uploaded_before=datetime.fromisoformat(moment) if moment else None,
                ),
            )
        except IndexUnavailableError as error:
            pytest.skip(str(error))
    return {pin.name: str(pin.version) for pin in found.pins}


def _pins_of_uv(case: Case, moment: str | None, shared: Path) -> dict[str, str]:
    constraints = shared / f"{case.name}.txt"
    constraints.write_text("\n".join(case.constraints))
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--no-header"]
    command += ["--no-annotate", "--python-platform", TARGETS[case.target]]
    command += ["--python-version", case.python, "--constraints", str(constraints)]
    command += ["--exclude-newer", moment] if moment else []
    # uv brings certificates of its own; a machine behind a proxy needs the system's, as we do.
    environment = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_CACHE_DIR": str(shared / "uv")}
    done = subprocess.run(
        command,
        input="\n".join(case.requirements),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if "error sending request" in done.stderr or "timed out" in done.stderr:
        pytest.skip(f"the public index cannot be reached: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    pins = (line.partition(" ")[0].partition("==") for line in done.stdout.splitlines())
    return {name.partition("[")[0]: version for name, _, version in pins if version}
