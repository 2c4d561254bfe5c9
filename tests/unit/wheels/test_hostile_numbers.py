"""Numbers of things that no honest wheel has cost no more than their bytes."""

import struct
import time
from contextlib import closing
from pathlib import Path

import pytest

from archpip.binaries import ByteSource, Depth
from archpip.wheels import InvalidWheelError, ProblemKind, inspect_wheel, layout, open_wheel
from archpip.wheels import archive as archive_module
from archpip.wheels.directory import Entry
from archpip.wheels.member import read_local_header
from fake_index.binaries import native_binary, write_binary
from fake_index.hostile.bending import ARCHIVE
from fake_index.zips import ZipArchive, ZipEntry, write_zip
from tests.unit.wheels.fakes import FakeWheelSource
from tests.unit.wheels.inspections import INFO, inspect

NAME = "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
ELF = write_binary(native_binary("linux-x86_64"))
PE = write_binary(native_binary("windows-amd64"))


def write(path: Path, *entries: ZipEntry) -> Path:
    wheel = path / NAME
    wheel.write_bytes(write_zip(ZipArchive(entries=(*ARCHIVE.entries, *entries))))
    return wheel


@pytest.mark.parametrize("slash", ["/", "\\"])
def test_a_path_of_countless_folders_makes_no_wheel(tmp_path: Path, slash: str) -> None:
    path = write(tmp_path, ZipEntry(name=f"a{slash}" * 300 + "x.so", content=ELF))
    reason = "a member lies 300 folders deep, more than 256"
    with closing(open_wheel(path)) as wheel, pytest.raises(InvalidWheelError, match=reason):
        wheel.members()


def test_a_deep_path_that_systems_create_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, ZipEntry(name="a/" * 256 + "x.so", content=ELF))
    with closing(open_wheel(path)) as wheel:
        assert wheel.problems() == ()


def test_countless_extra_fields_are_refused(tmp_path: Path) -> None:
    fields = struct.pack("<2H", 0x9999, 0) * 1101
    path = write(tmp_path, ZipEntry(name="x", content=b"", extra=fields))
    with closing(open_wheel(path)) as wheel, pytest.raises(InvalidWheelError, match="extra fields"):
        wheel.members()


def test_equal_members_are_compared_up_to_a_limit_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "_MOST_COMPARED", 2500)
    twins = [ZipEntry(name="x.txt", content=bytes(1000))] * 4
    with closing(open_wheel(write(tmp_path, *twins))) as wheel:
        assert [p.kind for p in wheel.problems()] == [ProblemKind.DUPLICATE]


def test_members_that_share_bytes_are_not_read(tmp_path: Path) -> None:
    at = len(ARCHIVE.entries)
    twins = (ZipEntry(name=f"{n}.so", content=ELF, lies_at=at if n else None) for n in range(4))
    with closing(open_wheel(write(tmp_path, *twins))) as wheel:
        inspection, _ = inspect_wheel(wheel, sha256=None, depth=Depth.LINKS)
    assert inspection.binaries == ()
    assert ProblemKind.OVERLAP in {p.kind for p in inspection.problems}


def test_a_wheel_file_of_megabytes_is_not_read() -> None:
    info = {"demo-1.0.dist-info/WHEEL": b"a:\n" * 100_000}
    found = FakeWheelSource(contents={**INFO, **info}, filename="demo-1.0-py3-none-any.whl")
    inspection, _ = inspect_wheel(found, sha256=None)
    assert [p.detail for p in inspection.problems] == [
        "its WHEEL has 300000 bytes, more than 262144"
    ]


def test_the_source_of_no_more_than_a_hundred_packages_is_read() -> None:
    modules = {f"p{n:03}/m.cp311-win_arm64.pyd": PE for n in range(101)}
    sources = {f"p{n:03}/__init__.py": b"from . import m\n" for n in range(101)}
    inspection = inspect(
        {**modules, **sources},
        filename="demo-1.0-py3-none-any.whl",
        unreadable=frozenset({"p100/__init__.py"}),
    )
    assert len(inspection.demanded) == 100
    assert inspection.problems == ()


def test_a_member_that_countless_rows_name_is_looked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    usual = read_local_header

    def read(archive: ByteSource, entry: Entry, *, filename: str) -> int:
        looked_at.append(entry.path)
        return usual(archive, entry, filename=filename)

    monkeypatch.setattr(layout, "read_local_header", read)
    at = len(ARCHIVE.entries)
    rows = [ZipEntry(name="x.so", content=ELF, lies_at=at if n else None) for n in range(50)]
    with closing(open_wheel(write(tmp_path, *rows))) as wheel:
        assert {problem.kind for problem in wheel.problems()} == {ProblemKind.OVERLAP}
    assert looked_at.count("x.so") == 1


def test_a_file_of_countless_imports_of_itself_is_looked_at_in_seconds() -> None:
    path = "demo/fast/_core.cpython-311-darwin.so"
    guard = b"try:\n    from . import _core\nexcept ImportError:\n    pass\n"
    apart = b"from demo.fast import _core\n" * 3000 + b"import k.k\n" * 3000
    begun = time.process_time()

    inspection = inspect(
        {path: ELF, "demo/fast/__init__.py": guard, "k/k.py": apart},
        filename="demo-1.0-py3-none-any.whl",
    )

    assert time.process_time() - begun < 2
    assert inspection.guarded == (path,)
