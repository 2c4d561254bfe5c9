"""What stands at a path, and for which target it is."""

import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from archpip.environments import NothingToAuditError, Shape, detect_shape, infer_target, open_tree
from archpip.environments.folders import FolderTree
from fake_index.pyinstaller import ONE_FILE, write_program
from fake_index.zips import ZipArchive, ZipEntry, write_zip
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ARM64_PROGRAM,
    ELF_X86_64_PROGRAM,
    LINUX,
    MAC,
    X86_64_MODULE,
    distribution,
    lay_out,
)

PLIST = (
    b'<?xml version="1.0"?><plist version="1.0"><dict><key>LSMinimumSystemVersion</key>'
    b"<string>12.3</string></dict></plist>"
)


@pytest.mark.parametrize(
    ("shape", "files", "name"),
    [
        (Shape.ENVIRONMENT, {"pyvenv.cfg": b""}, "env"),
        (Shape.CONDA, {"conda-meta/history": b""}, "env"),
        (Shape.MACOS_APP, {"Contents/Info.plist": PLIST}, "My.app"),
        (Shape.FRAMEWORK, {"Versions/A/My": b""}, "My.framework"),
        (Shape.PYINSTALLER, {"app": b"", "_internal/base_library.zip": b""}, "app"),
        (Shape.BRIEFCASE, {"App.exe": b"", "src/app_packages/six.py": b""}, "App"),
        (Shape.BRIEFCASE, {"usr/lib/app/app_packages/six.py": b""}, "app-0.1"),
        (Shape.BRIEFCASE, {"app-0.1/usr/lib/app/app_packages/six.py": b""}, "bookworm"),
        (Shape.BRIEFCASE, {"usr/app_packages/six.py": b""}, "App.AppDir"),
        (Shape.BRIEFCASE, {"App.AppDir/usr/app_packages/six.py": b""}, "appimage"),
        (Shape.BRIEFCASE, {"App/app_packages/six.py": b""}, "xcode"),
        (Shape.NUITKA, {"app.bin": b"", "_x.so": b""}, "app.dist"),
        (Shape.SITE_PACKAGES, {"a-1.dist-info/METADATA": b""}, "anything"),
        (Shape.WHEELS, {"a-1-py3-none-any.whl": b""}, "wheels"),
        (Shape.WHEELS, {"a-1-py3-none-any.whl": b"", "b-1.tar.gz": b"", "r.txt": b""}, "wheels"),
        (Shape.FOLDER, {"a-1-py3-none-any.whl/a/_x.so": b""}, "unpacked"),
        (Shape.FOLDER, {"a-1-py3-none-any.whl": b"", "_x.so": b""}, "project"),
        (Shape.FOLDER, {"x": b""}, "folder"),
    ],
    ids=lambda value: value.name if isinstance(value, Shape) else None,
)
def test_folders_are_told_by_content(
    tmp_path: Path, shape: Shape, files: Mapping[str, bytes], name: str
) -> None:
    assert detect_shape(lay_out(tmp_path / name, files)) is shape


@pytest.mark.parametrize(("name", "count"), [("bin/python", 1), ("bin/tool", 0)])
def test_an_environment_with_an_interpreter_is_in_use(
    tmp_path: Path, name: str, count: int
) -> None:
    lay_out(tmp_path, {"cache/x.so": AARCH64_MODULE})
    root = lay_out(tmp_path / "env", {"pyvenv.cfg": b"", name: b""})
    (root / "x.so").symlink_to(tmp_path / "cache" / "x.so")

    with closing(open_tree(root, detect_shape(root))) as tree:
        assert [member.path for member in tree.members()].count("x.so") == count


def test_a_zip_archive_is_a_tree_without_its_climbing_members(tmp_path: Path) -> None:
    path = tmp_path / "layer.zip"
    entries = (
        ZipEntry(name="python/x.so", content=AARCH64_MODULE),
        ZipEntry(name="../x.so", content=AARCH64_MODULE),
    )
    path.write_bytes(write_zip(ZipArchive(entries=entries)))

    shape = detect_shape(path)
    with closing(open_tree(path, shape)) as tree:
        assert shape is Shape.ZIP
        assert [member.path for member in tree.members()] == ["python/x.so"]
        assert [problem.member for problem in tree.problems()] == ["../x.so"]


def inferred(root: Path, shape: Shape) -> tuple[str, str, str]:
    found = infer_target(root, shape, FolderTree(root), host=LINUX)
    return found.target.name, found.target.python.short_version, found.origin


def test_names_of_modules_tell_the_target(tmp_path: Path) -> None:
    files = {"pkg/_x.cpython-312-x86_64-linux-gnu.so": X86_64_MODULE}

    assert inferred(lay_out(tmp_path, files), Shape.FOLDER) == (
        "linux-x86_64",
        "3.12",
        "the names of its modules",
    )


def test_modules_in_a_wheel_for_any_machine_do_not_tell_the_target(tmp_path: Path) -> None:
    """debugpy's holds one for Windows and Python 3.9, where it was made."""
    loose = {f"loose/_{i}.cp39-win_amd64.pyd": X86_64_MODULE for i in range(3)}
    lay_out(tmp_path, distribution("loose", loose, tag="py3-none-any"))

    alone = inferred(tmp_path, Shape.SITE_PACKAGES)
    strict = {"pkg/_x.cpython-312-x86_64-linux-gnu.so": X86_64_MODULE}
    lay_out(tmp_path, distribution("pkg", strict, tag="cp312-cp312-linux_x86_64"))

    assert alone == ("linux-aarch64", "3.11", "this machine, since nothing there names another")
    assert inferred(tmp_path, Shape.SITE_PACKAGES) == (
        "linux-x86_64",
        "3.12",
        "the names of its modules",
    )


def test_wheels_tell_the_target_where_names_do_not(tmp_path: Path) -> None:
    files = distribution("a", {"a/_x.cpython-310-darwin.so": X86_64_MODULE})

    assert inferred(lay_out(tmp_path, files), Shape.SITE_PACKAGES) == (
        "macos-arm64",
        "3.10",
        "the wheels it was made of",
    )


def test_an_app_is_for_what_its_executable_and_plist_say(tmp_path: Path) -> None:
    files = {"Contents/Info.plist": PLIST, "Contents/MacOS/app": ARM64_PROGRAM}
    lay_out(tmp_path, files)
    (tmp_path / "Contents/MacOS/app").chmod(0o755)

    found = infer_target(tmp_path, Shape.MACOS_APP, FolderTree(tmp_path), host=LINUX)

    assert (found.target.name, found.target.floor) == ("macos-arm64", (12, 3))
    assert found.origin == "its executable"


def test_conda_says_its_platform(tmp_path: Path) -> None:
    record = b'{"name": "a", "version": "1", "subdir": "osx-arm64", "files": []}'
    root = lay_out(tmp_path, {"conda-meta/a-1-0.json": record, "lib/python3.9/os.py": b""})

    assert inferred(root, Shape.CONDA) == ("macos-arm64", "3.9", "conda's records")


def test_where_nothing_tells_it_is_this_machine(tmp_path: Path) -> None:
    found = infer_target(tmp_path, Shape.FOLDER, FolderTree(tmp_path), host=MAC)

    assert found.target == MAC
    assert found.origin.startswith("this machine")


@pytest.mark.parametrize("signature", [0, 3000, 200_000])
def test_a_program_in_one_file_is_refused_with_what_to_do(tmp_path: Path, signature: int) -> None:
    program = tmp_path / "app"
    bootloader = b"\x7fELF" + bytes(64 * signature)
    program.write_bytes(write_program(bootloader, ONE_FILE, signature=signature))

    with pytest.raises(NothingToAuditError, match="build it with --onedir"):
        detect_shape(program)


def test_one_binary_is_refused_with_its_folder(tmp_path: Path) -> None:
    root = lay_out(tmp_path / "app.dist", {"app.bin": ELF_X86_64_PROGRAM})

    with pytest.raises(
        NothingToAuditError, match=r"give the folder of the whole app \(.*app\.dist"
    ):
        detect_shape(root / "app.bin")


@pytest.mark.parametrize(("folder", "path"), [("", "."), ("inner", "..")])
def test_a_folder_has_its_name_also_from_within(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, path: str
) -> None:
    root = lay_out(tmp_path / "app.dist", {"app.bin": b"", "inner/x": b""})
    monkeypatch.chdir(root / folder)

    assert detect_shape(Path(path)) is Shape.NUITKA


@pytest.mark.parametrize(
    ("files", "name", "origin"),
    [
        ({"app": ELF_X86_64_PROGRAM, "_x.so": b""}, "linux-x86_64", "its executables"),
        (
            {"app": ELF_X86_64_PROGRAM, "other": ARM64_PROGRAM},
            MAC.name,
            "this machine, since nothing there names another",
        ),
    ],
    ids=["one", "two"],
)
def test_the_programs_of_a_folder_tell_the_target_if_all_are_for_one(
    tmp_path: Path, files: Mapping[str, bytes], name: str, origin: str
) -> None:
    root = lay_out(tmp_path, files)
    for path in files:
        (root / path).chmod(0o755)

    found = infer_target(root, Shape.FOLDER, FolderTree(root), host=MAC)

    assert (found.target.name, found.origin) == (name, origin)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("poetry.lock", "poetry export --format requirements.txt"),
        ("pdm.lock", "pdm export --format pylock"),
        ("Pipfile.lock", "pipenv requirements --hash"),
    ],
)
def test_lockfiles_of_other_tools_are_refused_with_what_reads_them(
    tmp_path: Path, name: str, command: str
) -> None:
    path = lay_out(tmp_path, {name: b"content"}) / name

    with pytest.raises(NothingToAuditError, match=re.escape(f"audit what `{command}")):
        detect_shape(path)


def test_a_conda_prefix_is_of_its_own_python_whatever_its_envs_hold(tmp_path: Path) -> None:
    files = {
        "conda-meta/python-3.12.1-h0_0_cpython.json": b'{"subdir": "osx-arm64", "files": []}',
        "conda-meta/python-dateutil-2.9.0-0.json": b"{}",
        "lib/python3.12/x.py": b"",
        **{f"envs/science/lib/python3.11/{name}.py": b"" for name in "abc"},
    }
    root = lay_out(tmp_path, files)

    found = infer_target(root, Shape.CONDA, FolderTree(root), host=LINUX)

    assert found.target.python.version == (3, 12, 1)
    assert found.target.name == "macos-arm64"


def test_a_part_of_a_split_zip_archive_is_told(tmp_path: Path) -> None:
    content = bytearray(
        write_zip(ZipArchive(entries=(ZipEntry(name="x", content=b""),), zip64=True))
    )
    content[content.rindex(b"PK\x06\x07") + 16] = 2  # the number of disks
    path = tmp_path / "function.zip"
    path.write_bytes(content)
    assert detect_shape(path) is Shape.ZIP
    with pytest.raises(NothingToAuditError, match="it is a part of a split archive"):
        open_tree(path, Shape.ZIP)
