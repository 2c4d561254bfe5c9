"""Archives are read strictly: pip, uv and archpip see the same files, or archpip says so."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from archpip.errors import WheelError
from archpip.wheels import InvalidWheelError, ProblemKind, WheelUnreadableError, open_wheel
from archpip.wheels.archive import ArchiveWheel
from fake_index.hostile import MODULE, SOURCE, hostile_wheel
from fake_index.zips import STORED, ZipArchive, ZipEntry, write_zip

NAME = "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
Open = Callable[[bytes], ArchiveWheel]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    path = tmp_path / NAME
    with ExitStack() as stack:

        def open_bytes(content: bytes) -> ArchiveWheel:
            path.write_bytes(content)
            return stack.enter_context(closing(open_wheel(path)))

        yield open_bytes


def read(wheel: ArchiveWheel, member: str, length: int = 1 << 20) -> bytes:
    with closing(wheel.open(member)) as content:
        return content.read_at(0, length)


@pytest.mark.parametrize(
    "name", ["zip64", "data-descriptors", "stored", "comment", "duplicate-equal"]
)
def test_unusual_but_true_archives_are_read_as_zipfile_reads_them(opened: Open, name: str) -> None:
    content = hostile_wheel(name).content
    wheel = opened(content)

    with zipfile.ZipFile(io.BytesIO(content)) as expected:
        assert [m.path for m in wheel.members()] == expected.namelist()
        for member in wheel.members():
            assert read(wheel, member.path) == expected.read(member.path)
    assert wheel.problems() == ()


def _archive(*names: str) -> bytes:
    return write_zip(ZipArchive(entries=tuple(ZipEntry(name=name, content=b"") for name in names)))


_INFO = "demo-1.0.dist-info/METADATA"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./demo/a.py", "demo/a.py"),
        ("././a.py", "a.py"),
        ("demo/./a./b.py", "demo/a./b.py"),
        ("demo-1.0.data/./purelib/./a.py", "demo-1.0.data/purelib/a.py"),
    ],
)
def test_dots_in_paths_are_left_out_as_installers_do(opened: Open, name: str, path: str) -> None:
    wheel = opened(_archive("./", name, _INFO))
    assert [member.path for member in wheel.members()] == [path, _INFO]
    assert read(wheel, path) == b""
    assert wheel.problems() == ()


@pytest.mark.parametrize(
    "name", ["./demo-1.0.data/purelib/a.py", f"./{_INFO}", "demo-1.0.dist-info/./METADATA"]
)
def test_dots_where_installers_disagree_are_a_problem(opened: Open, name: str) -> None:
    problems = opened(_archive(name, "demo.py", "demo-1.0.dist-info/RECORD")).problems()
    assert (ProblemKind.UNSAFE_PATH, name) in [(p.kind, p.member) for p in problems]


def test_a_file_under_two_spellings_is_there_twice(opened: Open) -> None:
    twins = ZipEntry(name="demo.py", content=b"1"), ZipEntry(name="./demo.py", content=b"2")
    wheel = opened(write_zip(ZipArchive(entries=(*twins, ZipEntry(name=_INFO, content=b"")))))
    assert [(p.kind, p.member) for p in wheel.problems()] == [(ProblemKind.DUPLICATE, "demo.py")]


@pytest.mark.parametrize(
    ("name", "kind", "member"),
    [
        ("overlap", ProblemKind.OVERLAP, MODULE),
        ("nested-overlap", ProblemKind.OVERLAP, "hostile/outer.dat"),
        ("duplicate-native", ProblemKind.DUPLICATE, MODULE),
        ("duplicate-source", ProblemKind.DUPLICATE, SOURCE),
        ("duplicate-of-one-checksum", ProblemKind.DUPLICATE, SOURCE),
        ("duplicate-metadata", ProblemKind.DUPLICATE, "hostile-1.0.dist-info/METADATA"),
        ("local-name-differs", ProblemKind.HEADER_MISMATCH, SOURCE),
        ("local-size-differs", ProblemKind.HEADER_MISMATCH, SOURCE),
        ("local-method-differs", ProblemKind.HEADER_MISMATCH, SOURCE),
        ("local-flags-differ", ProblemKind.HEADER_MISMATCH, SOURCE),
        ("local-version-differs", ProblemKind.HEADER_MISMATCH, SOURCE),
        ("stored-descriptors", ProblemKind.HEADER_MISMATCH, SOURCE),
        ("unicode-path-extra", ProblemKind.HEADER_MISMATCH, "hostile/data.txt"),
        ("hidden-member", ProblemKind.HIDDEN_BYTES, MODULE),
        ("encrypted", ProblemKind.ENCRYPTED, MODULE),
        ("unknown-method", ProblemKind.UNREADABLE_MEMBER, MODULE),
        ("huge-claim", ProblemKind.RATIO, MODULE),
        ("leading-junk", ProblemKind.LEADING_BYTES, None),
        ("leading-archive", ProblemKind.LEADING_BYTES, None),
        ("comment-holds-archive", ProblemKind.LEADING_BYTES, None),
        ("trailing-junk", ProblemKind.TRAILING_BYTES, None),
        ("trailing-page", ProblemKind.TRAILING_BYTES, None),
        ("climbing-name", ProblemKind.UNSAFE_PATH, "../evil.py"),
        ("climbing-name-inside", ProblemKind.UNSAFE_PATH, "hostile/../evil.py"),
        ("absolute-name", ProblemKind.UNSAFE_PATH, "/hostile-evil.py"),
        ("drive-name", ProblemKind.UNSAFE_PATH, "C:/evil.py"),
        ("backslash-name", ProblemKind.UNSAFE_PATH, "..\\..\\evil.py"),
        ("backslash-folder", ProblemKind.BACKSLASH, "hostile\\extra.py"),
        ("nul-in-name", ProblemKind.UNSAFE_PATH, "hostile/data.txt\\x00.so"),
        ("name-is-no-utf8", ProblemKind.UNSAFE_PATH, MODULE.replace("native", "na\\xffive")),
        ("empty-segments", ProblemKind.UNSAFE_PATH, f"hostile/.//{MODULE.split('/')[1]}"),
        ("case-collision", ProblemKind.NAME_COLLISION, SOURCE.upper()),
        ("unicode-collision", ProblemKind.NAME_COLLISION, "hostile/cafe\u0301.so"),
        ("file-and-folder", ProblemKind.NAME_COLLISION, "hostile/both"),
    ],
)
def test_a_bent_archive_has_a_problem(
    opened: Open, name: str, kind: ProblemKind, member: str | None
) -> None:
    with_problem = opened(hostile_wheel(name).content)

    assert (kind, member) in [(p.kind, p.member) for p in with_problem.problems()]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("not-a-zip", "it is not a zip archive"),
        ("empty", "it is not a zip archive"),
        ("truncated", "it is not a zip archive"),
        ("count-too-small", "its directory lists 5 members and its end says 4"),
        ("count-too-large", "its directory lists 5 members and its end says 60000"),
        ("directory-size-wrong", "its directory breaks off at +0"),
        ("endless-name", "a member's name has 4103 bytes, and no system has room for it"),
    ],
)
def test_what_is_no_archive_is_an_error(opened: Open, name: str, reason: str) -> None:
    wheel = opened(hostile_wheel(name).content)

    with pytest.raises(InvalidWheelError) as error:
        wheel.members()
    assert str(error.value) == f"{NAME} is not a wheel: {reason}"


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("wrong-crc", ProblemKind.BAD_CRC, "its checksum is wrong"),
        ("encrypted", ProblemKind.ENCRYPTED, "it is encrypted"),
        ("unknown-method", ProblemKind.UNREADABLE_MEMBER, "compression method 97 is not known"),
        ("size-too-small", ProblemKind.UNREADABLE_MEMBER, "it holds more than its size says"),
        ("huge-claim", ProblemKind.UNREADABLE_MEMBER, "it holds less than its size says"),
        ("broken-deflate", ProblemKind.UNREADABLE_MEMBER, "its data is damaged"),
    ],
)
def test_a_bent_member_cannot_be_read(
    opened: Open, name: str, kind: ProblemKind, reason: str
) -> None:
    wheel = opened(hostile_wheel(name).content)

    with pytest.raises(WheelUnreadableError, match=reason) as error:
        read(wheel, MODULE)
    assert error.value.kind is kind
    assert str(error.value).startswith(f"{NAME}!{MODULE} cannot be read: ")


def test_even_a_small_members_head_is_checked(opened: Open) -> None:
    wheel = opened(hostile_wheel("wrong-crc").content)

    with pytest.raises(WheelUnreadableError, match="its checksum is wrong"):
        read(wheel, MODULE, 4)


def test_a_bomb_is_inflated_only_as_far_as_it_is_read(opened: Open) -> None:
    wheel = opened(hostile_wheel("bomb").content)
    content = wheel.open("hostile/bomb.so")

    assert len(content.read_at(0, 4096)) == 4096
    assert content.inflated_bytes < 2 << 20
    content.close()


def test_many_problems_of_one_kind_are_cut_short(opened: Open) -> None:
    entries = tuple(ZipEntry(name=f"../{n}", content=b"") for n in range(50))
    wheel = opened(write_zip(ZipArchive(entries=entries)))

    assert len(wheel.problems()) == 20


def test_too_many_members_are_not_read(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archpip.wheels.directory.MAX_MEMBERS", 3)
    wheel = opened(hostile_wheel("stored").content)

    assert wheel.members() == ()
    assert [p.kind for p in wheel.problems()] == [ProblemKind.TOO_MANY_MEMBERS]


def test_members_larger_than_the_limit_are_not_read(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archpip.wheels.member.MAX_MEMBER_BYTES", 100)
    wheel = opened(hostile_wheel("stored").content)

    with pytest.raises(WheelUnreadableError, match="are more than the limit") as error:
        read(wheel, MODULE, 1)
    assert error.value.kind is ProblemKind.TOO_LARGE


def test_a_large_member_can_be_read_in_any_order(opened: Open) -> None:
    noise = random.Random(1)  # noqa: S311 -- incompressible, and the same each time
    content = noise.randbytes(6 << 20) + bytes(3 << 20)
    entries = tuple(
        ZipEntry(name=name, content=content, method=method)
        for name, method in (("stored", STORED), ("deflated", 8))
    )
    wheel = opened(write_zip(ZipArchive(entries=entries)))

    for name in ("stored", "deflated"):
        member = wheel.open(name)
        assert member.size == len(content)
        for start in (7 << 20, 0, 5 << 20, len(content) - 3):
            assert member.read_at(start, 1000) == content[start : start + 1000]
        assert member.read_at(len(content), 1) == b""
        member.close()
        member.close()


def test_a_member_that_is_not_there_is_an_error(opened: Open) -> None:
    wheel = opened(hostile_wheel("stored").content)

    with pytest.raises(WheelUnreadableError, match="there is no such member"):
        wheel.open("absent.so")


def test_a_wheel_may_be_closed_twice(opened: Open) -> None:
    wheel = opened(hostile_wheel("stored").content)

    wheel.close()
    wheel.close()
    wheel.close()


def test_a_file_that_cannot_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WheelError, match=r"absent\.whl cannot be read: No such file or directory"):
        open_wheel(tmp_path / "absent.whl")


def test_the_execute_bit_is_that_which_pip_sets(opened: Open) -> None:
    modes = {"plain": 0o100644, "program": 0o100755, "group": 0o100010, "link": 0o120777, "no": 0}
    entries = tuple(ZipEntry(name=n, content=b"x", mode=mode) for n, mode in modes.items())
    wheel = opened(write_zip(ZipArchive(entries=entries)))

    assert [m.path for m in wheel.members() if m.executable_bit] == ["program", "group"]
