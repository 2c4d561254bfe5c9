"""archpip and uv pin alike on the real index, where no wheel is refused: one solver's freedom."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archpip.index import IndexLocations, IndexUnavailableError
from archpip.index.client import IndexClient
from archpip.resolution import (
    IndexWorld,
    InspectScope,
    ResolveOptions,
    parse_requirement,
    resolve,
)
from archpip.store import SqliteStore
from archpip.targets import detect_host, parse_python, parse_target
from tests.integration.resolution.asking import DynamicBackend, NoRepositories

pytestmark = pytest.mark.pypi

# A moment that both tools resolve as of would be better, but the index says no upload times to uv.
SETS = {
    "data": (
        "macos-arm64",
        "aarch64-apple-darwin",
        "3.11",
        "pandas scikit-learn matplotlib jupyterlab fastapi sqlalchemy boto3 pyarrow",
    ),
    "bounded": (
        "linux-x86_64",
        "x86_64-manylinux_2_28",
        "3.11",
        "boto3 urllib3<2 s3fs aiobotocore",
    ),
    "extras": (
        "linux-x86_64",
        "x86_64-manylinux_2_28",
        "3.12",
        "celery[redis] sentry-sdk[django,flask] uvicorn[standard]",
    ),
    "windows": ("windows-amd64", "x86_64-pc-windows-msvc", "3.13", "jupyter streamlit"),
    "musl": (
        "linux-x86_64-musl",
        "x86_64-unknown-linux-musl",
        "3.12",
        "cryptography lxml grpcio-tools",
    ),
}


def pins_of_uv(platform: str, python: str, requirements: list[str]) -> dict[str, str]:
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--quiet", "--no-header"]
    command += ["--no-annotate", "--python-platform", platform, "--python-version", python]
    # uv brings certificates of its own; a machine behind a proxy needs the system's, as we do.
    environment = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true"}
    done = subprocess.run(
        command,
        input="\n".join(requirements),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    pins = (line.partition(" ")[0].partition("==") for line in done.stdout.splitlines())
    return {name.partition("[")[0]: version for name, _, version in pins if version}


@pytest.mark.parametrize("name", SETS)
def test_the_same_versions(name: str, tmp_path: Path) -> None:
    target, platform, python, texts = SETS[name]
    with (
        SqliteStore(tmp_path / "store.sqlite") as store,
        IndexClient(IndexLocations(), store=store) as client,
    ):
        world = IndexWorld(
            index=client,
            store=store,
            builder=DynamicBackend(),
            repositories=NoRepositories(),
            sources=tmp_path,
        )
        try:
            found = resolve(
                [parse_requirement(text, base=tmp_path) for text in texts.split()],
                target=parse_target(target, host=detect_host(), python=parse_python(python)),
                world=world,
                options=ResolveOptions(inspect=InspectScope.NONE),
            )
        except IndexUnavailableError as error:
            pytest.skip(str(error))

    assert {pin.name: str(pin.version) for pin in found.pins} == pins_of_uv(
        platform, python, texts.split()
    )
