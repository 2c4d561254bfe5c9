import base64
import csv
import hashlib
import io
import zipfile
from dataclasses import replace

import pytest
from packaging.metadata import Metadata
from packaging.utils import parse_wheel_filename

from fake_index.wheels import CoreMetadata, Wheel, WheelFile, expand_tag, write_wheel

WHEEL = Wheel(
    metadata=CoreMetadata(
        name="Ruamel.Yaml",
        version="1.0",
        requires=("a>=1", "b; sys_platform == 'darwin'"),
        extras=(("fast", ("c", "d; os_name == 'nt'")),),
        requires_python=">=3.8",
    ),
    tag="cp311-cp311-macosx_10_9_universal2.macosx_11_0_arm64",
    files=(
        WheelFile(path="ruamel/__init__.py"),
        WheelFile(path="ruamel_yaml-1.0.data/scripts/run", content=b"#!/bin/sh", executable=True),
    ),
    entry_points=(("ruamel", "ruamel:main"),),
)


def opened(wheel: Wheel) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(write_wheel(wheel)))


def test_file_name_is_one_that_packaging_reads() -> None:
    name, version, build, tags = parse_wheel_filename(replace(WHEEL, build="2").filename)

    assert (name, str(version), build, len(tags)) == ("ruamel-yaml", "1.0", (2, ""), 2)


def test_metadata_is_valid() -> None:
    metadata = Metadata.from_email(opened(WHEEL).read("ruamel_yaml-1.0.dist-info/METADATA"))

    assert [str(each) for each in metadata.requires_dist or ()] == [
        "a>=1",
        'b; sys_platform == "darwin"',
        'c; extra == "fast"',
        'd; os_name == "nt" and extra == "fast"',
    ]
    assert metadata.provides_extra == ["fast"]
    assert str(metadata.requires_python) == ">=3.8"


def test_wheel_file_expands_the_tags() -> None:
    lines = opened(WHEEL).read("ruamel_yaml-1.0.dist-info/WHEEL").decode().splitlines()

    assert lines[2:] == [
        "Root-Is-Purelib: false",
        "Tag: cp311-cp311-macosx_10_9_universal2",
        "Tag: cp311-cp311-macosx_11_0_arm64",
    ]


def test_record_holds_every_file_with_its_hash_and_stands_last() -> None:
    archive = opened(WHEEL)

    names = archive.namelist()
    rows = list(csv.reader(archive.read(names[-1]).decode().splitlines()))
    expected = [
        [name, f"sha256={_digest(archive.read(name))}", str(len(archive.read(name)))]
        for name in names[:-1]
    ]
    assert rows == [*expected, [names[-1], "", ""]]


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def test_executable_bit_is_kept() -> None:
    modes = {info.filename: info.external_attr >> 16 for info in opened(WHEEL).infolist()}

    assert modes["ruamel_yaml-1.0.data/scripts/run"] == 0o100755
    assert modes["ruamel/__init__.py"] == 0o100644


def test_writing_is_reproducible() -> None:
    assert write_wheel(WHEEL) == write_wheel(WHEEL)


@pytest.mark.parametrize(
    ("tag", "expanded"),
    [
        ("py3-none-any", ("py3-none-any",)),
        ("py2.py3-none-any", ("py2-none-any", "py3-none-any")),
    ],
)
def test_compressed_tags_expand(tag: str, expanded: tuple[str, ...]) -> None:
    assert expand_tag(tag) == expanded
