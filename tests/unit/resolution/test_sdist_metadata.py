"""What a source archive says of itself without being built."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from archpip.resolution.metadata import parse_metadata
from archpip.resolution.sdist_metadata import read_stated_metadata, read_static_metadata

OLD = b"Metadata-Version: 2.1\nName: a-b\nVersion: 1.0\n"
STATIC = b"Metadata-Version: 2.2\nName: a-b\nVersion: 1.0\nRequires-Dist: said\n"
DYNAMIC = b"Metadata-Version: 2.4\nName: a-b\nVersion: 1.0\nDynamic: Requires-Dist\n"
PROJECT = b"""
[project]
name = "A_b"
dynamic = ["version", "readme"]
requires-python = ">=3.8"
dependencies = ["c>=2"]
optional-dependencies = { more = ["d"] }
"""


def write(folder: Path, files: Mapping[str, bytes], *, name: str = "a_b-1.0.tar.gz") -> Path:
    path = folder / name
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as container:
            for member, content in files.items():
                container.writestr(f"a_b-1.0/{member}", content)
        return path
    with tarfile.open(path, "w:gz") as archive:
        for member, content in files.items():
            info = tarfile.TarInfo(f"a_b-1.0/{member}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("name", ["a_b-1.0.tar.gz", "a_b-1.0.zip"])
@pytest.mark.parametrize("pkg_info", [OLD, DYNAMIC], ids=["before 2.2", "dynamic"])
@pytest.mark.parametrize("order", [1, -1])
def test_a_project_table_binds_where_pkg_info_does_not(
    tmp_path: Path, name: str, pkg_info: bytes, order: int
) -> None:
    files = {"pyproject.toml": PROJECT, "PKG-INFO": pkg_info, "deep/PKG-INFO": STATIC}

    found = read_static_metadata(write(tmp_path, dict([*files.items()][::order]), name=name))

    assert found is not None
    metadata = parse_metadata(found)
    assert (metadata.name, str(metadata.version)) == ("a-b", "1.0")
    assert metadata.requires_python == ">=3.8"
    assert metadata.requires == ("c>=2", 'd ; extra == "more"')


def test_pkg_info_that_binds_goes_first(tmp_path: Path) -> None:
    assert read_static_metadata(
        write(tmp_path, {"pyproject.toml": PROJECT, "PKG-INFO": STATIC})
    ) == (STATIC)


@pytest.mark.parametrize(
    "project",
    [
        pytest.param(b"[build-system]\nrequires = []\n", id="no table"),
        pytest.param(PROJECT.replace(b'"readme"', b'"optional-dependencies"'), id="left open"),
        pytest.param(PROJECT.replace(b'"readme"', b'"requires-python"'), id="Python left open"),
        pytest.param(PROJECT.replace(b"A_b", b"other"), id="of another project"),
        pytest.param(b"[project\n", id="no TOML"),
        pytest.param(b"project = 1\n", id="no table of that name"),
        pytest.param(PROJECT.replace(b'["c>=2"]', b'"c>=2"'), id="no list"),
    ],
)
def test_what_does_not_bind_is_left_to_a_build(tmp_path: Path, project: bytes) -> None:
    files = {"PKG-INFO": OLD, "pyproject.toml": project}

    assert read_static_metadata(write(tmp_path, files)) is None


@pytest.mark.parametrize(
    "files",
    [{"PKG-INFO": OLD}, {"pyproject.toml": PROJECT}, {"PKG-INFO": b"", "pyproject.toml": PROJECT}],
    ids=["PKG-INFO alone", "project file alone", "nothing in PKG-INFO"],
)
def test_name_and_version_are_those_of_pkg_info(tmp_path: Path, files: Mapping[str, bytes]) -> None:
    assert read_static_metadata(write(tmp_path, files)) is None


STATED = DYNAMIC.replace(b"Requires-Dist", b"requires-dist") + b"Requires-Dist: c\n"


@pytest.mark.parametrize("name", ["a_b-1.0.tar.gz", "a_b-1.0.zip"])
def test_requirements_that_a_build_may_change_are_stated(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, {"setup.py": b"", "PKG-INFO": STATED}, name=name)

    assert read_static_metadata(path) is None
    assert read_stated_metadata(path) == STATED


@pytest.mark.parametrize(
    "files",
    [
        {"PKG-INFO": DYNAMIC},
        {"PKG-INFO": OLD + b"Requires-Dist: c\n"},
        {"PKG-INFO": b""},
        {"setup.py": b""},
    ],
    ids=["names none", "old", "empty", "none"],
)
def test_what_names_no_requirements_states_nothing(
    tmp_path: Path, files: Mapping[str, bytes]
) -> None:
    assert read_stated_metadata(write(tmp_path, files)) is None


def encrypt(archive: bytes) -> bytes:
    """Set the flag of encryption in a zip archive's headers (APPNOTE §4.4.4)."""
    changed = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[archive.index(signature) + offset] |= 1
    return bytes(changed)


def test_archive_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    encrypted = write(tmp_path, {"PKG-INFO": STATIC}, name="a_b-1.0.zip")
    encrypted.write_bytes(encrypt(encrypted.read_bytes()))
    damaged = tmp_path / "a_b-1.0.tar.xz"
    with tarfile.open(damaged, "w:xz") as archive:
        archive.addfile(tarfile.TarInfo("a_b-1.0/other"))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:40] + b"\xff" * 20 + whole[60:])

    for path in (encrypted, damaged):
        assert read_static_metadata(path) is None
        assert read_stated_metadata(path) is None
