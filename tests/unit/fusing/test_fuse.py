"""Wheels fused and made thin, member by member."""

import csv
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from archpip.architecture import Architecture
from archpip.fusing import (
    FuseConflictError,
    FuseMismatchError,
    ThinError,
    fuse_wheels,
    thin_wheel,
)
from fake_index.binaries import Archive, write_archive
from fake_index.macho import FatMachO, FatMember, MachO, MachOKind, write_fat, write_macho

WriteWheel = Callable[..., Path]
ReadWheel = Callable[[Path], dict[str, bytes]]

ARM, INTEL = "macosx_11_0_arm64", "macosx_10_9_x86_64"
MODULE = "alpha/_core.cpython-311-darwin.so"
DIST_INFO = "alpha-1.0.dist-info"


def _thin(architecture: str, kind: MachOKind = MachOKind.BUNDLE, code_bytes: int = 64) -> bytes:
    return write_macho(MachO(architecture=architecture, kind=kind, code_bytes=code_bytes))


def _fat(arm: bytes, intel: bytes) -> bytes:
    slices = (
        FatMember(architecture="x86_64", content=intel),
        FatMember(architecture="arm64", content=arm),
    )
    return write_fat(FatMachO(slices=slices))


def test_whole_wheel(write: WriteWheel, read: ReadWheel, tmp_path: Path) -> None:
    arm, intel = _thin("arm64"), _thin("x86_64", code_bytes=9000)
    first = write(ARM, {"alpha/__init__.py": b"x = 1\n", MODULE: arm}, executable=(MODULE,))
    second = write(INTEL, {"alpha/__init__.py": b"x = 1\n", MODULE: intel})
    path = fuse_wheels(first, second, tmp_path)
    assert path == tmp_path / "alpha-1.0-cp311-cp311-macosx_10_9_universal2.whl"
    found = read(path)
    assert list(found) == [
        "alpha/__init__.py",
        MODULE,
        f"{DIST_INFO}/METADATA",
        f"{DIST_INFO}/WHEEL",
        f"{DIST_INFO}/RECORD",
    ]
    assert found[MODULE] == _fat(arm, intel)
    assert b"Tag: cp311-cp311-macosx_10_9_universal2\n" in found[f"{DIST_INFO}/WHEEL"]
    assert b"arm64\n" not in found[f"{DIST_INFO}/WHEEL"]


def test_record_is_right(write: WriteWheel, read: ReadWheel, tmp_path: Path) -> None:
    path = fuse_wheels(
        write(ARM, {MODULE: _thin("arm64")}), write(INTEL, {MODULE: _thin("x86_64")}), tmp_path
    )
    found = read(path)
    rows = list(csv.reader(found[f"{DIST_INFO}/RECORD"].decode().splitlines()))
    assert {row[0] for row in rows} == set(found)
    for name, digest, size in rows:
        if name != f"{DIST_INFO}/RECORD":
            expected = urlsafe_b64encode(hashlib.sha256(found[name]).digest()).rstrip(b"=")
            assert (digest, size) == (f"sha256={expected.decode()}", str(len(found[name])))


@pytest.mark.parametrize("compress", [True, False])
def test_the_same_wheels_make_the_same_bytes_in_either_order(
    write: WriteWheel, tmp_path: Path, *, compress: bool
) -> None:
    first, second = write(ARM, {MODULE: _thin("arm64")}), write(INTEL, {MODULE: _thin("x86_64")})
    contents = []
    for number, pair in enumerate(((first, second), (second, first))):
        folder = tmp_path / str(number)
        folder.mkdir()
        contents.append(fuse_wheels(*pair, folder, compress=compress).read_bytes())
    assert contents[0] == contents[1]


def test_an_execute_bit_of_either_stays(write: WriteWheel, tmp_path: Path) -> None:
    first = write(ARM, {"tool": _thin("arm64", MachOKind.EXECUTE)})
    second = write(INTEL, {"tool": _thin("x86_64", MachOKind.EXECUTE)}, executable=("tool",))
    with ZipFile(fuse_wheels(first, second, tmp_path)) as archive:
        assert archive.getinfo("tool").external_attr >> 16 == 0o100755


def test_a_library_of_one_machine_is_carried_over(
    write: WriteWheel, read: ReadWheel, tmp_path: Path
) -> None:
    quadmath = _thin("x86_64", MachOKind.DYLIB)
    first = write(ARM, {MODULE: _thin("arm64")})
    second = write(INTEL, {MODULE: _thin("x86_64"), "alpha/.dylibs/libquadmath.0.dylib": quadmath})
    found = read(fuse_wheels(first, second, tmp_path))
    assert found["alpha/.dylibs/libquadmath.0.dylib"] == quadmath


def test_fat_libraries_that_differ_give_each_its_own_slice(
    write: WriteWheel, read: ReadWheel, tmp_path: Path
) -> None:
    # numpy 2.1's two wheels bundle one fat libgcc_s, each signed by itself.
    library = "alpha/.dylibs/libgcc_s.1.1.dylib"
    ours = [_thin(name, MachOKind.DYLIB, 100) for name in ("arm64", "x86_64")]
    theirs = [_thin(name, MachOKind.DYLIB, 200) for name in ("arm64", "x86_64")]
    first, second = write(ARM, {library: _fat(*ours)}), write(INTEL, {library: _fat(*theirs)})
    found = read(fuse_wheels(first, second, tmp_path))
    assert found[library] == _fat(ours[0], theirs[1])


def test_static_archives_are_fused(write: WriteWheel, read: ReadWheel, tmp_path: Path) -> None:
    archives = [
        write_archive(Archive(members=(("a.o", _thin(name, MachOKind.OBJECT)),)))
        for name in ("arm64", "x86_64")
    ]
    first, second = (
        write(platform, {"alpha/lib/libx.a": content})
        for platform, content in zip((ARM, INTEL), archives, strict=True)
    )
    found = read(fuse_wheels(first, second, tmp_path))["alpha/lib/libx.a"]
    assert found.startswith(bytes.fromhex("cafebabe00000002"))
    assert all(archive in found for archive in archives)


def test_headers_are_guarded_by_machine(write: WriteWheel, read: ReadWheel, tmp_path: Path) -> None:
    first = write(ARM, {"alpha/c.h": b"#define SIZE 8"})
    second = write(INTEL, {"alpha/c.h": b"#define SIZE 16"})
    assert read(fuse_wheels(first, second, tmp_path))["alpha/c.h"].decode().splitlines() == [
        "#if defined(__arm64__) || defined(__aarch64__)",
        "#define SIZE 8",
        "#else",
        "#define SIZE 16",
        "#endif",
    ]


def test_known_stamps_and_licences_are_harmless(
    write: WriteWheel, read: ReadWheel, tmp_path: Path
) -> None:
    licence = f"{DIST_INFO}/LICENSE.txt"
    cache = "alpha/__pycache__/a.cpython-311.pyc"
    first = write(ARM, {"alpha/__config__.py": b"arm", licence: b"one", cache: b"1"})
    second = write(INTEL, {"alpha/__config__.py": b"intel", licence: b"two", cache: b"2"})
    found = read(fuse_wheels(first, second, tmp_path))
    assert found["alpha/__config__.py"] == b"arm"
    assert found[licence] == b"one\ntwo"
    assert cache not in found


def test_bills_of_materials_are_kept_for_each_machine(
    write: WriteWheel, read: ReadWheel, tmp_path: Path
) -> None:
    bill = f"{DIST_INFO}/sboms/alpha.cyclonedx.json"
    first, second = write(ARM, {bill: b"arm"}), write(INTEL, {bill: b"intel"})
    found = read(fuse_wheels(first, second, tmp_path))
    assert found[f"{DIST_INFO}/sboms/alpha.cyclonedx.arm64.json"] == b"arm"
    assert found[f"{DIST_INFO}/sboms/alpha.cyclonedx.x86_64.json"] == b"intel"
    assert bill not in found


def test_every_conflict_is_named(write: WriteWheel, tmp_path: Path) -> None:
    first = write(
        ARM,
        {
            "alpha/a.py": b"1",
            "alpha/data.bin": b"same length 1",
            "alpha/only_arm.py": b"",
            MODULE: _thin("x86_64"),
            "alpha/_extra.cpython-311-darwin.so": _thin("arm64"),
            "alpha/mixed.so": _thin("arm64"),
        },
    )
    second = write(
        INTEL,
        {
            "alpha/a.py": b"22",
            "alpha/data.bin": b"same length 2",
            MODULE: _thin("x86_64", code_bytes=100),
            "alpha/mixed.so": b"no binary",
        },
    )
    with pytest.raises(FuseConflictError) as caught:
        fuse_wheels(first, second, tmp_path)
    assert {each.path: each.reason for each in caught.value.conflicts} == {
        "alpha/a.py": "the two differ",
        "alpha/data.bin": "the two differ",
        "alpha/only_arm.py": "only the arm64 wheel has it",
        "alpha/_extra.cpython-311-darwin.so": "only the arm64 wheel has it",
        "alpha/mixed.so": "the two differ",
        MODULE: "the arm64 wheel's holds no arm64 slice",
    }
    assert "alpha/only_arm.py (only the arm64 wheel has it)" in str(caught.value)
    assert not list(tmp_path.glob("*universal2*"))


def test_other_requirements_are_a_conflict(write: WriteWheel, tmp_path: Path) -> None:
    first, second = write(ARM, {}, requires=("beta",)), write(INTEL, {}, requires=("gamma",))
    with pytest.raises(FuseConflictError, match="METADATA"):
        fuse_wheels(first, second, tmp_path)


def test_other_roots_are_refused(write: WriteWheel, tmp_path: Path) -> None:
    first, second = write(ARM, {}, purelib=True), write(INTEL, {}, purelib=False)
    with pytest.raises(FuseMismatchError, match="Root-Is-Purelib"):
        fuse_wheels(first, second, tmp_path)


@pytest.mark.parametrize(
    ("architecture", "platform"), [(Architecture.ARM64, ARM), (Architecture.X86_64, INTEL)]
)
def test_thin_takes_back_what_fuse_put_together(
    write: WriteWheel,
    read: ReadWheel,
    tmp_path: Path,
    architecture: Architecture,
    platform: str,
) -> None:
    members = {
        name: {
            "alpha/__init__.py": b"",
            MODULE: _thin(name),
            f"alpha/.dylibs/lib{name}.dylib": _thin(name, MachOKind.DYLIB),
        }
        for name in ("arm64", "x86_64")
    }
    fused = fuse_wheels(write(ARM, members["arm64"]), write(INTEL, members["x86_64"]), tmp_path)
    (tmp_path / "thin").mkdir()
    path = thin_wheel(fused, architecture, tmp_path / "thin")
    assert path.name == f"alpha-1.0-cp311-cp311-{platform}.whl"
    found = read(path)
    assert {name: found[name] for name in found if DIST_INFO not in name} == members[
        architecture.value
    ]
    assert f"Tag: cp311-cp311-{platform}\n".encode() in found[f"{DIST_INFO}/WHEEL"]


def test_thin_keeps_executables_that_a_translator_may_run(
    write: WriteWheel, read: ReadWheel, tmp_path: Path
) -> None:
    program = _thin("x86_64", MachOKind.EXECUTE)
    wheel = write("macosx_10_9_universal2", {"alpha/helper": program, "alpha/a.txt": b"text"})
    found = read(thin_wheel(wheel, Architecture.ARM64, tmp_path))
    assert found["alpha/helper"] == program
    assert found["alpha/a.txt"] == b"text"


def test_only_universal2_is_made_thin(write: WriteWheel, tmp_path: Path) -> None:
    with pytest.raises(ThinError):
        thin_wheel(write(ARM, {}), Architecture.ARM64, tmp_path)
