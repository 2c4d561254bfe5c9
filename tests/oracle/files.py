"""The files to agree on: what fake_index writes, and what published wheels hold."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from packaging.utils import parse_wheel_filename

from archpip.binaries import looks_native
from archpip.index import IndexLocations, IndexUnavailableError, Link
from archpip.index.client import IndexClient
from tests.property.binaries.seeds import SEEDS

_LIST = Path(__file__).parents[1] / "pypi" / "data" / "binaries.tsv"


def read_list() -> dict[str, str]:
    """Return the sha256 of each pinned wheel, by file name."""
    lines = _LIST.read_text().splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {row[0]: row[1] for row in rows}


def write_fakes(folder: Path) -> tuple[Path, ...]:
    """Write a file of every format and layout."""
    paths = []
    for name, content in SEEDS.items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return tuple(paths)


def fetch_wheels(folder: Path, *, containing: str = "") -> tuple[Path, ...]:
    """Download the pinned wheels that are not there yet, all or those with a word in their name."""
    wheels = []
    try:
        with IndexClient(IndexLocations()) as client:
            for filename, sha256 in read_list().items():
                if containing not in filename:
                    continue
                path = folder / filename
                with FileLock(f"{path}.lock"):  # other workers of the run want it as well
                    if not path.exists():
                        client.download(_find(client, filename, sha256), folder)
                wheels.append(path)
    except IndexUnavailableError as error:
        pytest.skip(f"the public index cannot be reached: {error}")
    return tuple(wheels)


def _find(client: IndexClient, filename: str, sha256: str) -> Link:
    name, version, _, _ = parse_wheel_filename(filename)
    links = [link for link in client.project(name)[version] if link.filename == filename]
    assert [link.sha256 for link in links] == [sha256]
    return links[0]


def extract_binaries(wheels: tuple[Path, ...], folder: Path) -> Iterator[Path]:
    """Unpack what looks native, each wheel's into a folder of its own."""
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                with archive.open(member) as content:
                    native = looks_native(content.read(64))
                if native:
                    yield Path(archive.extract(member, folder / wheel.stem))
