"""Values and a recorder that the store's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archpip.architecture import Architecture
from archpip.binaries import Binary, BinaryFormat, BinaryKind, Depth, NeededLibrary, Slice
from archpip.errors import StoreError
from archpip.store import SqliteStore
from archpip.wheels import BinaryMember, Inspection


@pytest.fixture
def warnings() -> list[StoreError]:
    """What the store told, in order."""
    return []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "store.sqlite3"


@pytest.fixture
def store(path: Path, warnings: list[StoreError]) -> Iterator[SqliteStore]:
    with SqliteStore(path, warn=warnings.append, now=lambda: 86_400.0 * 20_000) as store:
        yield store


@pytest.fixture
def inspection() -> Inspection:
    one = Slice(
        architecture=Architecture.ARM64,
        machine="EM_AARCH64",
        kind=BinaryKind.LIBRARY,
        bits=64,
        needed=(NeededLibrary(name="libc.so.6"),),
        depth=Depth.LINKS,
    )
    return Inspection(
        filename="a-1-cp311-cp311-manylinux_2_28_aarch64.whl",
        sha256="ab" * 32,
        size_bytes=1234,
        tags=("cp311-cp311-manylinux_2_28_aarch64",),
        declared_tags=(),
        root_is_purelib=False,
        binaries=(
            BinaryMember(
                path="a/b.so",
                executable_bit=True,
                size_bytes=99,
                binary=Binary(format=BinaryFormat.ELF, slices=(one,)),
            ),
        ),
    )
