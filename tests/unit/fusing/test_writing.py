"""What is written is a wheel, and the same one each time."""

import csv
import io
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from archpip.binaries import BytesSource
from archpip.fusing.writing import NewMember, write_wheel
from archpip.wheels import InvalidWheelError, open_wheel, read_metadata
from fake_index.hostile import MODULE, WHEEL
from fake_index.wheels import write_wheel as write_reference

NAME = "hostile-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
INFO = "hostile-1.0.dist-info"


def member(path: str, content: bytes = b"x", *, executable: bool = False) -> NewMember:
    return NewMember(path=path, content=BytesSource(content), executable_bit=executable)


MEMBERS = (
    member(f"{INFO}/METADATA", b"Name: hostile\n"),
    member(f"{INFO}/RECORD", b"stale"),
    member(f"{INFO}/RECORD.jws", b"stale"),
    member("z/b.so", b"\x7fELF" * 500_000, executable=True),
    member("a, b.py", b""),
)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    write_wheel(tmp_path / NAME, MEMBERS)

    with closing(open_wheel(tmp_path / NAME)) as wheel:
        assert [(m.path, m.size_bytes, m.executable_bit) for m in wheel.members()][:3] == [
            ("a, b.py", 0, False),
            ("z/b.so", 2_000_000, True),
            (f"{INFO}/METADATA", 14, False),
        ]
        assert wheel.members()[3].path == f"{INFO}/RECORD"
        assert wheel.problems() == ()
        assert read_metadata(wheel) == b"Name: hostile\n"


def test_record_names_every_member_with_hash_and_size(tmp_path: Path) -> None:
    write_wheel(tmp_path / NAME, MEMBERS)

    with zipfile.ZipFile(tmp_path / NAME) as archive:
        text = archive.read(f"{INFO}/RECORD").decode()
        names = archive.namelist()
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == names
    assert rows[0] == ["a, b.py", "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "0"]
    assert rows[-1] == [f"{INFO}/RECORD", "", ""]


def test_order_and_day_change_no_byte(tmp_path: Path) -> None:
    write_wheel(tmp_path / "a-1-py3-none-any.whl", MEMBERS)
    write_wheel(tmp_path / "b-1-py3-none-any.whl", MEMBERS[::-1])

    first, second = (p.read_bytes() for p in sorted(tmp_path.iterdir()))
    assert first == second


def test_a_wheel_can_be_written_from_another(tmp_path: Path) -> None:
    source = tmp_path / NAME
    source.write_bytes(write_reference(WHEEL))
    copy = tmp_path / "copy" / NAME
    copy.parent.mkdir()

    with closing(open_wheel(source)) as wheel:
        contents = {m.path: wheel.open(m.path) for m in wheel.members()}
        write_wheel(copy, [NewMember(path=p, content=c) for p, c in contents.items()])
        for content in contents.values():
            content.close()

    with closing(open_wheel(copy)) as wheel, closing(wheel.open(MODULE)) as content:
        assert content.read_at(0, 1 << 20) == WHEEL.files[1].content


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ((*MEMBERS, MEMBERS[0]), "a path would be in it twice"),
        ((*MEMBERS, member("../evil")), "the path leads out of its folder"),
        (MEMBERS[3:], "one dist-info is due; found: none"),
        ((*MEMBERS, member("b-1.dist-info/WHEEL")), "found: b-1.dist-info, hostile-1.0.dist-info"),
    ],
)
def test_what_would_be_no_wheel_is_refused(
    tmp_path: Path, members: tuple[NewMember, ...], reason: str
) -> None:
    with pytest.raises(InvalidWheelError, match=reason):
        write_wheel(tmp_path / NAME, members)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    class Failing(BytesSource):
        def read_at(self, offset: int, length: int) -> bytes:  # noqa: ARG002 -- the protocol's
            raise OSError(28, "No space left on device")

    path = tmp_path / NAME
    path.write_bytes(b"before")
    broken = NewMember(path="z/c.so", content=Failing(b"x"))

    with pytest.raises(OSError, match="No space left"):
        write_wheel(path, (*MEMBERS, broken))

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
