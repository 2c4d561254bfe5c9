"""Thin wheels of two machines, written from descriptions."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zipfile import ZipFile

import pytest

from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel

WriteWheel = Callable[..., Path]
ReadWheel = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def write(tmp_path: Path) -> WriteWheel:
    """Write a wheel of some members for a platform."""

    def write(
        platform: str,
        files: Mapping[str, bytes],
        *,
        python: str = "cp311-cp311",
        version: str = "1.0",
        executable: tuple[str, ...] = (),
        requires: tuple[str, ...] = ("beta",),
        purelib: bool | None = None,
    ) -> Path:
        wheel = Wheel(
            metadata=CoreMetadata(name="alpha", version=version, requires=requires),
            tag=f"{python}-{platform}",
            files=tuple(
                WheelFile(path=path, content=content, executable=path in executable)
                for path, content in files.items()
            ),
            purelib=purelib,
        )
        path = tmp_path / wheel.filename
        path.write_bytes(write_wheel(wheel))
        return path

    return write


@pytest.fixture
def read() -> ReadWheel:
    """Read all members of a wheel."""

    def read(path: Path) -> dict[str, bytes]:
        with ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return read
