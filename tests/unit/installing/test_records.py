"""REQUESTED and direct_url.json, in step with RECORD."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.installing.records import direct_url_of, write_marks
from archpip.resolution import LinkKind, Pin

MakePin = Callable[..., Pin]


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        (
            LinkKind.WHEEL,
            "https://user:secret@example.org/a.whl",
            {
                "url": "https://example.org/a.whl",
                "archive_info": {"hashes": {"sha256": "ab" * 32}},
            },
        ),
        (
            LinkKind.DIRECTORY,
            "file:///src/alpha",
            {"url": "file:///src/alpha", "dir_info": {}, "subdirectory": "python"},
        ),
        (
            LinkKind.VCS,
            "git+https://example.org/a.git",
            {
                "url": "https://example.org/a.git",
                "vcs_info": {"vcs": "git", "commit_id": "0123abc", "requested_revision": "main"},
            },
        ),
    ],
)
def test_direct_url(
    make_pin: MakePin, kind: LinkKind, url: str, expected: dict[str, object]
) -> None:
    subdirectory = "python" if kind is LinkKind.DIRECTORY else None
    pin = make_pin(direct=True, kind=kind, url=url, subdirectory=subdirectory)
    if kind is LinkKind.VCS:
        pin = replace(pin, commit="0123abc", revision="main")
    found = direct_url_of(pin, sha256="")
    assert found is not None
    assert found.to_dict() == expected


def test_a_built_wheels_hash_is_not_its_sources(make_pin: MakePin) -> None:
    pin = make_pin(direct=True, kind=LinkKind.SDIST, url="https://example.org/a.tar.gz", hashes=())
    found = direct_url_of(pin, sha256="cd" * 32)
    assert found is not None
    assert found.to_dict() == {"url": "https://example.org/a.tar.gz", "archive_info": {}}


def test_an_indexs_file_is_no_direct_reference(make_pin: MakePin) -> None:
    assert direct_url_of(make_pin(), sha256="") is None


def _rows(record: Path) -> list[list[str]]:
    return list(csv.reader(record.read_text().splitlines()))


def test_marks_are_written_and_recorded(tmp_path: Path) -> None:
    folder = tmp_path / "alpha-1.dist-info"
    folder.mkdir()
    record = folder / "RECORD"
    record.write_text(f'"a,b.py",,\n{folder.name}/REQUESTED,,\n{folder.name}/RECORD,,\n')
    write_marks(folder, requested=True, direct_url=b"{}")
    assert _rows(record) == [
        ["a,b.py", "", ""],
        [f"{folder.name}/RECORD", "", ""],
        [
            f"{folder.name}/REQUESTED",
            "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
            "0",
        ],
        [
            f"{folder.name}/direct_url.json",
            "sha256=RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o",
            "2",
        ],
    ]
    assert (folder / "REQUESTED").read_bytes() == b""
    assert (folder / "direct_url.json").read_bytes() == b"{}"


def test_marks_are_removed_and_struck_out(tmp_path: Path) -> None:
    folder = tmp_path / "alpha-1.dist-info"
    folder.mkdir()
    (folder / "RECORD").write_text("a.py,,\n")
    write_marks(folder, requested=True, direct_url=b"{}")
    write_marks(folder, requested=False, direct_url=None)
    assert sorted(path.name for path in folder.iterdir()) == ["RECORD"]
    assert (folder / "RECORD").read_text() == "a.py,,\n"


def test_without_a_record_only_the_mark_is_written(tmp_path: Path) -> None:
    write_marks(tmp_path, requested=True, direct_url=None)
    assert [path.name for path in tmp_path.iterdir()] == ["REQUESTED"]
