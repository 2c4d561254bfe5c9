import gzip
import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from archpip.builds import InvalidSdistError, unpack_sdist
from archpip.builds.sdists import sdist_stem


@pytest.fixture(params=["filter", "without"], autouse=True)
def tar_filter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python has one since 3.11.4."""
    if request.param == "without":
        # Later ones warn where none is named, or take the one that is taken away here.
        trusting = getattr(tarfile, "fully_trusted_filter", None)
        monkeypatch.setattr(
            tarfile.TarFile, "extraction_filter", trusting and staticmethod(trusting), raising=False
        )
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    elif not hasattr(tarfile, "data_filter"):
        pytest.skip("this Python has none")


def write_tar(path: Path, *members: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a test's mode
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def write_header(path: Path, member: tarfile.TarInfo) -> None:
    """Write a tarball that says how large its one member is, and holds none of it."""
    path.write_bytes(gzip.compress(member.tobuf() + bytes(2 * tarfile.BLOCKSIZE)))


def file_named(name: str, *, size: int = 1, **fields: object) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    for field, value in fields.items():
        setattr(member, field, value)
    return member


@pytest.mark.parametrize(
    ("suffix", "mode"), [("tar.gz", "w:gz"), ("tar.bz2", "w:bz2"), ("tar.xz", "w:xz")]
)
def test_a_tarball_of_any_compression_gives_its_project_folder(
    tmp_path: Path, suffix: str, mode: str
) -> None:
    sdist = write_tar(tmp_path / f"a-1.{suffix}", file_named("a-1/setup.py"), mode=mode)
    assert unpack_sdist(sdist, tmp_path / "out") == tmp_path / "out/a-1"


def test_a_tarball_keeps_executable_bits_and_links_within(tmp_path: Path) -> None:
    sdist = write_tar(
        tmp_path / "a-1.tar.gz",
        file_named("/a-1/setup.py", mode=0o666, uid=12345, gid=12345, uname="nobody"),
        file_named("a-1/configure", mode=0o4777),
        file_named("a-1/link", size=0, type=tarfile.SYMTYPE, linkname="setup.py"),
        file_named("a-1/hard", size=0, type=tarfile.LNKTYPE, linkname="a-1/configure", mode=0o755),
    )
    root = unpack_sdist(sdist, tmp_path / "out")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in root.iterdir()}
    assert modes == {"setup.py": 0o644, "configure": 0o755, "link": 0o644, "hard": 0o755}
    assert {path.stat().st_uid for path in root.iterdir()} == {os.getuid()}


def test_a_zip_keeps_executable_bits(tmp_path: Path) -> None:
    sdist = tmp_path / "a-1.zip"
    with zipfile.ZipFile(sdist, "w") as archive:
        archive.writestr("a-1/setup.py", "")
        member = zipfile.ZipInfo("a-1/configure")
        member.external_attr = (stat.S_IFREG | 0o755) << 16
        archive.writestr(member, "#!/bin/sh\n")
    (tmp_path / "out").mkdir()
    root = unpack_sdist(sdist, tmp_path / "out")
    assert os.access(root / "configure", os.X_OK)


def test_a_project_may_lie_in_a_subdirectory(tmp_path: Path) -> None:
    sdist = write_tar(tmp_path / "a-1.tar.gz", file_named("a-1/python/pyproject.toml"))
    root = unpack_sdist(sdist, tmp_path / "out", subdirectory="python")
    assert root == tmp_path / "out/a-1/python"


def test_a_subdirectory_cannot_climb(tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()
    sdist = write_tar(tmp_path / "a-1.tar.gz", file_named("a-1/README"))
    with pytest.raises(InvalidSdistError, match=r"no pyproject.toml and no setup.py"):
        unpack_sdist(sdist, tmp_path / "out", subdirectory="../..")


@pytest.mark.parametrize(
    "member",
    [
        pytest.param(file_named("../evil"), id="climbs"),
        pytest.param(file_named("a-1/../../evil"), id="climbs-from-within"),
        pytest.param(
            file_named("a-1/l", size=0, type=tarfile.SYMTYPE, linkname="../../x"), id="symlink-out"
        ),
        pytest.param(
            file_named("a-1/l", size=0, type=tarfile.SYMTYPE, linkname="/etc"), id="symlink-abs"
        ),
        pytest.param(
            file_named("a-1/l", size=0, type=tarfile.LNKTYPE, linkname="../../x"),
            id="hard-link-out",
        ),
        pytest.param(file_named("a-1/null", size=0, type=tarfile.CHRTYPE), id="device"),
    ],
)
def test_an_unsafe_member_of_a_tarball_is_refused(tmp_path: Path, member: tarfile.TarInfo) -> None:
    sdist = write_tar(tmp_path / "a-1.tar.gz", file_named("a-1/setup.py"), member)
    with pytest.raises(InvalidSdistError, match=r"a-1.tar.gz cannot be unpacked: unsafe member"):
        unpack_sdist(sdist, tmp_path / "in" / "out")
    assert not (tmp_path / "in" / "evil").exists()
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["../evil", "/evil", "a-1/../../evil", "C:/evil", "a\\..\\evil"])
def test_an_unsafe_member_of_a_zip_is_refused(tmp_path: Path, name: str) -> None:
    sdist = tmp_path / "a-1.zip"
    with zipfile.ZipFile(sdist, "w") as archive:
        archive.writestr("a-1/setup.py", "")
        archive.writestr(zipfile.ZipInfo(name), "")
    with pytest.raises(InvalidSdistError, match="unsafe member"):
        unpack_sdist(sdist, tmp_path / "out")


def test_a_symbolic_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    sdist = tmp_path / "a-1.zip"
    link = zipfile.ZipInfo("a-1/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(sdist, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InvalidSdistError, match="unsafe member"):
        unpack_sdist(sdist, tmp_path / "out")


def test_what_would_grow_beyond_measure_is_refused_before_it_is_written(tmp_path: Path) -> None:
    sdist = tmp_path / "a-1.tar.gz"
    write_header(sdist, file_named("a-1/huge", size=9 << 30))
    with pytest.raises(InvalidSdistError, match=r"more than 8,589,934,592 bytes"):
        unpack_sdist(sdist, tmp_path / "out")


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    sdist = tmp_path / "a-1.tar.gz"
    write_header(sdist, file_named("a-1/bomb", size=1 << 30))
    with pytest.raises(InvalidSdistError, match="400 times its size"):
        unpack_sdist(sdist, tmp_path / "out")


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00broken"])
def test_what_is_no_archive_is_one_line_of_error(tmp_path: Path, content: bytes) -> None:
    sdist = tmp_path / "a-1.tar.gz"
    sdist.write_bytes(content)
    with pytest.raises(InvalidSdistError) as caught:
        unpack_sdist(sdist, tmp_path / "out")
    assert "\n" not in str(caught.value)


def test_a_truncated_archive_is_an_error(tmp_path: Path) -> None:
    whole = write_tar(tmp_path / "a-1.tar.gz", file_named("a-1/setup.py", size=100_000))
    whole.write_bytes(whole.read_bytes()[:-40])
    with pytest.raises(InvalidSdistError, match="not a complete archive"):
        unpack_sdist(whole, tmp_path / "out")


@pytest.mark.parametrize(("suffix", "mode"), [("tar.gz", "w:gz"), ("tar.xz", "w:xz")])
def test_a_damaged_archive_is_an_error(tmp_path: Path, suffix: str, mode: str) -> None:
    sdist = tmp_path / f"a-1.{suffix}"
    content = b"".join(b"%d\n" % number for number in range(50_000))
    with tarfile.open(sdist, mode) as archive:  # type: ignore[call-overload]  # a test's mode
        archive.addfile(file_named("a-1/setup.py", size=len(content)), io.BytesIO(content))
    whole = sdist.read_bytes()
    middle = len(whole) // 2
    sdist.write_bytes(whole[:middle] + b"\xff" * 1000 + whole[middle + 1000 :])
    with pytest.raises(InvalidSdistError, match="not a complete archive"):
        unpack_sdist(sdist, tmp_path / "out")


def test_a_zip_may_list_its_own_folder(tmp_path: Path) -> None:
    sdist = tmp_path / "a-1.zip"
    with zipfile.ZipFile(sdist, "w") as archive:
        archive.writestr("./", "")
        archive.writestr("a-1/setup.py", "")
    assert unpack_sdist(sdist, tmp_path / "out") == tmp_path / "out/a-1"


def test_a_folder_is_copied_without_what_earlier_builds_left(tmp_path: Path) -> None:
    project = tmp_path / "project"
    for name in ("build/lib.linux-x86_64", ".py-build-cmake_cache", ".venv/bin", "src/build"):
        (project / name).mkdir(parents=True)
    (project / "pyproject.toml").touch()
    root = unpack_sdist(project, tmp_path / "out")
    found = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    assert found == ["pyproject.toml", "src", "src/build"]


@pytest.mark.parametrize(
    ("filename", "stem"),
    [("a-1.tar.gz", "a-1"), ("a-1.0.zip", "a-1.0"), ("A-1.TAR.GZ", "A-1"), ("folder", "folder")],
)
def test_stem(filename: str, stem: str) -> None:
    assert sdist_stem(filename) == stem
