"""What is wrong with a wheel or a binary is a problem in the inspection; the rest is read."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archpip.binaries import Depth
from archpip.wheels import (
    Problem,
    ProblemKind,
    inspect_wheel,
    open_wheel,
)
from archpip.wheels.natives import BinariesReader
from fake_index.binaries import native_binary, write_binary
from fake_index.hostile import MODULE, hostile_wheel
from tests.unit.wheels.fakes import FakeWheelSource
from tests.unit.wheels.inspections import HOLLOW, NAME, inspect


@pytest.mark.parametrize(
    ("name", "is_problem"),
    [
        ("a.cpython-311-x86_64-linux-gnu.so", True),
        ("a.pypy310-pp73-darwin.so", True),
        ("a.abi3.so", True),
        ("a.cp311-win_amd64.pyd", True),
        ("a.pyd", True),
        ("a.so", False),
        ("liba.so.1", False),
        ("a.dll", False),
    ],
)
def test_an_extension_module_must_be_a_binary(name: str, *, is_problem: bool) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\n"

    inspection = inspect({f"demo/{name}": pointer})

    assert inspection.binaries == ()
    assert [p.member for p in inspection.problems] == [f"demo/{name}"] * is_problem


def test_what_cannot_be_read_is_a_problem_and_the_rest_is_read() -> None:
    elf = write_binary(native_binary("linux-x86_64"))
    contents = {"demo/a.so": elf, "demo/b.so": elf, "demo/c.so": HOLLOW[:9000]}

    inspection = inspect(contents, unreadable=frozenset({"demo/a.so"}))

    assert [b.path for b in inspection.binaries] == ["demo/b.so"]
    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.UNREADABLE_MEMBER, "demo/a.so"),
        (ProblemKind.MALFORMED_BINARY, "demo/c.so"),
    ]


def test_a_header_far_inside_a_file_is_not_looked_for() -> None:
    content = b"MZ".ljust(0x3C, b"\0") + (90_000).to_bytes(4, "little") + bytes(100_000)

    inspection = inspect({"demo/a.dll": content})

    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.MALFORMED_BINARY, "demo/a.dll")
    ]


def test_an_elf_file_cut_short_is_malformed() -> None:
    content = write_binary(native_binary("linux-x86_64"))[:40]

    inspection = inspect({"demo/a.so": content})

    assert [(p.kind, p.member) for p in inspection.problems] == [
        (ProblemKind.MALFORMED_BINARY, "demo/a.so")
    ]


def test_an_empty_module_is_told() -> None:
    empty = "demo/_x.cpython-311-darwin.so"
    found = inspect({empty: b"", "demo/libx.so": b"", "demo/__init__.py": b""})

    (problem,) = found.problems
    assert (problem.kind, problem.member) == (ProblemKind.MALFORMED_BINARY, empty)
    assert problem.detail == "by its name it is an extension module, and it is empty"


def test_thousands_of_malformed_binaries_are_not_compared_with_each_other() -> None:
    walks = 0

    class Walked(list[Problem]):
        def __iter__(self) -> Iterator[Problem]:
            nonlocal walks
            walks += 1
            return super().__iter__()

    names = [f"demo/_{number}.abi3.so" for number in range(50)]
    source = FakeWheelSource(contents=dict.fromkeys(names, b"\x7fELF"), filename=NAME)
    problems = Walked()
    reader = BinariesReader(
        source, depth=Depth.HEADERS, platforms=frozenset({"any"}), problems=problems
    )

    assert reader.read(source.members()) == ()
    assert (len(problems), walks) == (50, 1)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("wrong-crc", ProblemKind.BAD_CRC),
        ("encrypted", ProblemKind.ENCRYPTED),
        ("no-dist-info", ProblemKind.NO_DIST_INFO),
        ("two-dist-infos", ProblemKind.AMBIGUOUS_METADATA),
        ("duplicate-native", ProblemKind.DUPLICATE),
        ("climbing-name", ProblemKind.UNSAFE_PATH),
        ("bomb", ProblemKind.RATIO),
    ],
)
def test_a_hostile_wheels_problems_are_in_its_inspection(
    tmp_path: Path, name: str, kind: ProblemKind
) -> None:
    path = tmp_path / "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    path.write_bytes(hostile_wheel(name).content)

    with closing(open_wheel(path)) as wheel:
        inspection, _ = inspect_wheel(wheel, sha256=None)

    assert kind in {p.kind for p in inspection.problems}
    problems = [(p.kind, p.member) for p in inspection.problems]
    assert len(set(problems)) == len(problems)


def test_the_same_module_is_reported_once_where_the_archive_repeats_it(tmp_path: Path) -> None:
    path = tmp_path / "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    path.write_bytes(hostile_wheel("duplicate-native").content)

    with closing(open_wheel(path)) as wheel:
        inspection, _ = inspect_wheel(wheel, sha256=None)

    assert [b.path for b in inspection.binaries] == [MODULE]


def test_a_wheel_without_wheel_file_has_a_problem() -> None:
    source = FakeWheelSource(contents={"demo-1.0.dist-info/METADATA": b""}, filename=NAME)

    inspection, _ = inspect_wheel(source, sha256=None)

    assert [(p.kind, p.detail) for p in inspection.problems] == [
        (ProblemKind.NO_DIST_INFO, "it has no WHEEL file")
    ]
