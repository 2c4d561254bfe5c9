from pathlib import Path

import pytest

from archpip.binaries import BytesNotHeldError, ByteSource, BytesSource, FileSource, PrefixSource

CONTENT = bytes(range(100))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize(
    "source", [BytesSource(CONTENT), PrefixSource(CONTENT, size=100)], ids=["bytes", "prefix"]
)
def test_bytes_are_read_anywhere_and_fewer_only_at_the_end(source: ByteSource) -> None:
    check(source)


def test_a_file_is_read_alike(path: Path) -> None:
    with FileSource(path) as source:
        check(source)


def test_a_file_is_read_alike_where_no_positioned_reads_exist(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("os.pread")
    with FileSource(path) as source:
        check(source)


def check(source: ByteSource) -> None:
    assert source.size == 100
    assert source.read_at(0, 3) == b"\0\1\2"
    assert source.read_at(97, 3) == b"abc"
    assert source.read_at(97, 50) == b"abc"
    assert source.read_at(100, 1) == b""
    assert source.read_at(5000, 10) == b""
    assert source.read_at(10, 1) == b"\n"


def test_a_prefix_refuses_what_lies_beyond_it_and_remembers_how_far_it_was_asked() -> None:
    source = PrefixSource(CONTENT[:40], size=100)
    assert source.size == 100
    assert source.read_at(30, 10) == CONTENT[30:40]
    assert source.wanted == 0
    with pytest.raises(BytesNotHeldError) as refused:
        source.read_at(39, 2)
    assert (refused.value.offset, refused.value.wanted, refused.value.held) == (39, 2, 40)
    with pytest.raises(BytesNotHeldError):
        source.read_at(60, 500)
    assert source.wanted == 100
    assert source.read_at(100, 5) == b""


def test_a_file_is_closed_by_leaving_its_block_and_may_be_closed_again(path: Path) -> None:
    with FileSource(str(path)) as source:
        assert source.read_at(0, 1) == b"\0"
    source.close()
    with pytest.raises(OSError, match="descriptor"):
        source.read_at(0, 1)
