import io
import struct
import zipfile

import pytest

from fake_index.hostile import FOREIGN, MODULE, SOURCE, WHEEL, hostile_names, hostile_wheel
from fake_index.wheels import write_wheel


def opened(name: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(hostile_wheel(name).content))


def begin_of(content: bytes, info: zipfile.ZipInfo) -> int:
    """Return where a member's data begin: after its local header, a name and extra fields."""
    name_size, extra_size = struct.unpack_from("<HH", content, info.header_offset + 26)
    return info.header_offset + 30 + int(name_size) + int(extra_size)


@pytest.mark.parametrize("name", hostile_names())
def test_each_says_what_is_bent_and_is_not_the_honest_wheel(name: str) -> None:
    wheel = hostile_wheel(name)

    assert wheel.what.endswith(".")
    assert wheel.content != write_wheel(WHEEL)
    assert len(wheel.content) < 15_000_000


@pytest.mark.parametrize("name", [name for name in hostile_names() if hostile_wheel(name).honest])
def test_honest_ones_hold_the_honest_files(name: str) -> None:
    honest = zipfile.ZipFile(io.BytesIO(write_wheel(WHEEL)))

    bent = opened(name)

    files = [name for name in bent.namelist() if not name.endswith("/")]
    assert {n: bent.read(n) for n in files} == {n: honest.read(n) for n in honest.namelist()}


@pytest.mark.parametrize("name", ["duplicate-native", "duplicate-source", "duplicate-metadata"])
def test_duplicates_list_one_path_twice(name: str) -> None:
    names = opened(name).namelist()

    assert len(names) == len(set(names)) + 1


def test_overlapping_members_begin_at_one_offset() -> None:
    offsets = [info.header_offset for info in opened("overlap").infolist()]

    assert len(offsets) == len(set(offsets)) + 1


def test_nested_member_lies_inside_another() -> None:
    content = hostile_wheel("nested-overlap").content
    archive = opened("nested-overlap")
    outer, inner = (archive.getinfo(f"hostile/{name}") for name in ("outer.dat", "inner.so"))

    # Read as it lies there: newer Pythons' zipfile refuses what overlaps.
    assert outer.compress_type == inner.compress_type == zipfile.ZIP_STORED
    assert content[begin_of(content, inner) :].startswith(FOREIGN)
    end = begin_of(content, outer) + outer.compress_size
    assert outer.header_offset < inner.header_offset
    assert begin_of(content, inner) + inner.compress_size == end


def test_wrong_checksum_is_noticed() -> None:
    assert opened("wrong-crc").testzip() == MODULE


def test_hidden_member_is_in_the_bytes_only() -> None:
    content = hostile_wheel("hidden-member").content

    assert b"hostile/hidden.py" in content
    assert "hostile/hidden.py" not in opened("hidden-member").namelist()


def test_comment_holds_the_last_end_record() -> None:
    assert MODULE not in opened("comment-holds-archive").namelist()


def test_archives_before_the_archive_show_other_text() -> None:
    assert opened("leading-archive").read(SOURCE) == b"honest = True\n"


def test_names_are_written_as_they_are() -> None:
    assert "..\\..\\evil.py" in [i.orig_filename for i in opened("backslash-name").infolist()]
    assert "../evil.py" in opened("climbing-name").namelist()


def test_two_directories_disagree_on_the_native_module() -> None:
    content = hostile_wheel("two-directories").content

    # Python follows the zip64 record; without it, the ordinary end record speaks.
    assert opened("two-directories").read(MODULE) == FOREIGN
    size, start = struct.unpack_from("<II", content, len(content) - 10)
    ordinary = content[: start + size] + content[-22:]
    assert zipfile.ZipFile(io.BytesIO(ordinary)).read(MODULE) != FOREIGN
