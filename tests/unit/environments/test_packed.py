"""Programs that hold their libraries within themselves are unknown, not fine."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from archpip.binaries import BytesSource
from archpip.environments import audit_tree
from archpip.environments.folders import FolderTree
from archpip.environments.packed import BY_NUITKA, BY_PYINSTALLER, TOO_LARGE, find_packing
from archpip.targets import parse_target
from archpip.verdicts import Policy, Status
from fake_index import nuitka
from fake_index.pyinstaller import ONE_FILE, ONE_FOLDER, PackedFile, write_program
from tests.unit.environments.installations import (
    ARM64_PROGRAM,
    ELF_X86_64_PROGRAM,
    LINUX,
    distribution,
    lay_out,
)

X86_64_LINUX = parse_target("linux-x86_64", host=LINUX)


def findings(root: Path) -> list[tuple[str, Status, str]]:
    parts = audit_tree(FolderTree(root), X86_64_LINUX, Policy())
    return [(f.code, part.verdict.status, f.message) for part in parts for f in part.findings]


def test_a_program_in_one_file_is_unknown_in_a_folder(tmp_path: Path) -> None:
    lay_out(tmp_path, {"bin/app": write_program(ELF_X86_64_PROGRAM, ONE_FILE)})

    ((code, status, message),) = findings(tmp_path)

    assert (code, status) == ("AP901", Status.UNKNOWN)
    assert message == (
        "bin/app: PyInstaller packed it into one file; build it with --onedir to have it audited"
    )


def test_a_program_with_its_libraries_beside_it_is_judged(tmp_path: Path) -> None:
    lay_out(tmp_path, {"app": write_program(ELF_X86_64_PROGRAM, ONE_FOLDER)})

    assert findings(tmp_path) == []


def test_what_a_distribution_brings_is_judged_as_in_its_wheel(tmp_path: Path) -> None:
    program = write_program(ELF_X86_64_PROGRAM, ONE_FILE)
    tag = "py3-none-manylinux_2_17_x86_64"
    lay_out(tmp_path, distribution("tool", {"tool/bin/app": program}, tag=tag))

    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("files", "packed"),
    [
        (ONE_FILE, True),
        (ONE_FOLDER, False),
        ((PackedFile("hello", "s"), PackedFile("data.txt", "x")), False),
        ((), False),
    ],
    ids=["one file", "one folder", "data", "nothing"],
)
def test_binaries_in_the_archive_make_it_packed(
    files: Sequence[PackedFile], *, packed: bool
) -> None:
    program = write_program(ELF_X86_64_PROGRAM, files)

    assert find_packing(BytesSource(program)) == (BY_PYINSTALLER if packed else "")


def test_a_table_that_cannot_be_read_counts_as_packed() -> None:
    program = bytearray(write_program(b"", ONE_FOLDER))
    table = sum(len(file.content) for file in ONE_FOLDER)
    program[table : table + 4] = bytes(4)  # an entry that never ends

    assert find_packing(BytesSource(bytes(program))) == BY_PYINSTALLER


@pytest.mark.parametrize("behind", [b"", bytes(40), b"\xff" * 80])
def test_the_magic_alone_is_no_archive(behind: bytes) -> None:
    program = ELF_X86_64_PROGRAM + b"MEI\014\013\012\013\016" + behind

    assert not find_packing(BytesSource(program))


FILLING = bytes(1 << 20)
"""Nuitka's programs have Python's library in them."""


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
@pytest.mark.parametrize("archive", [False, True], ids=["together", "archive"])
@pytest.mark.parametrize(
    ("content", "encoding"),
    [(ELF_X86_64_PROGRAM, "utf-8"), (ARM64_PROGRAM, "utf-8"), (b"MZ" + bytes(60), "utf-16le")],
    ids=["linux", "macos", "windows"],
)
@pytest.mark.parametrize("before", [0, 3, -6], ids=["at a chunk", "in a chunk", "across chunks"])
def test_nuitkas_one_file_is_unknown(
    content: bytes, encoding: str, *, compressed: bool, archive: bool, before: int
) -> None:
    bootstrap = bytes((1 << 20) + before)
    program = nuitka.write_program(
        bootstrap, content, compressed=compressed, archive=archive, encoding=encoding
    )

    assert find_packing(BytesSource(program)) == BY_NUITKA


@pytest.mark.parametrize(
    "content", [b"KAX", b"KAY and then text", b"KAXYZ\0some other constant", b"KAX\0\x7fELF"]
)
def test_nuitkas_letters_alone_are_no_payload(content: bytes) -> None:
    assert not find_packing(BytesSource(FILLING + content + FILLING))


def test_a_program_that_nuitka_packed_is_unknown_in_a_folder(tmp_path: Path) -> None:
    bootstrap = ELF_X86_64_PROGRAM + FILLING
    lay_out(tmp_path, {"app.bin": nuitka.write_program(bootstrap, ELF_X86_64_PROGRAM)})

    ((code, status, message),) = findings(tmp_path)

    assert (code, status, message) == ("AP901", Status.UNKNOWN, f"app.bin: {BY_NUITKA}")


def test_a_sparse_program_of_a_terabyte_is_unknown_at_once(tmp_path: Path) -> None:
    lay_out(tmp_path, {"app": ELF_X86_64_PROGRAM})
    with (tmp_path / "app").open("r+b") as file:
        file.truncate(1 << 40)

    ((code, status, message),) = findings(tmp_path)

    assert (code, status, message) == ("AP901", Status.UNKNOWN, f"app: {TOO_LARGE}")
