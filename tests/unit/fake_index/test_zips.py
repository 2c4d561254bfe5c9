import io
import struct
import zipfile

from fake_index.zips import STORED, ZipArchive, ZipEntry, bomb, write_zip

ENTRY = ZipEntry(name="a.txt", content=b"hello", method=STORED)


def test_stored_entry_golden_bytes() -> None:
    content = write_zip(ZipArchive(entries=(ENTRY,)))

    assert content[:40].hex(" ", -2) == (
        "504b 0304 1400 0008 0000 0000 2100 86a6 1036 "  # signature, version, flags, method, date
        "0500 0000 0500 0000 0500 0000 612e 7478 7468 656c 6c6f"  # sizes, lengths, name, data
    )
    assert content[-22:].hex() == "504b0506000000000100010033000000280000000000"


def test_python_reads_what_is_true() -> None:
    entries = (ENTRY, ZipEntry(name="é.txt", content=b"x" * 1000, zip64=True, data_descriptor=True))

    archive = zipfile.ZipFile(io.BytesIO(write_zip(ZipArchive(entries=entries, zip64=True))))

    assert {name: archive.read(name) for name in archive.namelist()} == {
        "a.txt": b"hello",
        "é.txt": b"x" * 1000,
    }


def test_leading_bytes_are_not_counted_by_offsets() -> None:
    content = write_zip(ZipArchive(entries=(ENTRY,), leading=b"junk"))

    start = struct.unpack_from("<I", content, len(content) - 6)[0]
    assert content[start + 4 : start + 8] == b"PK\x01\x02"


def test_bomb_inflates_to_its_claim() -> None:
    content = write_zip(ZipArchive(entries=(bomb(3, name="b.so", head=b"\x7fELF"),)))

    inflated = zipfile.ZipFile(io.BytesIO(content)).read("b.so")
    assert inflated == b"\x7fELF" + bytes(3 << 20)
    assert len(content) < 5000


def test_local_header_may_disagree() -> None:
    entry = ZipEntry(name="seen.py", content=b"", local_name="real.py")

    content = write_zip(ZipArchive(entries=(entry,)))

    assert content[30:37] == b"real.py"
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["seen.py"]
