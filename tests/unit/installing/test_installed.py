"""Reading what is installed from its dist-info."""

import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from archpip.installing import read_installed
from archpip.installing.installed import read_metadata
from archpip.resolution import parse_metadata


def _dist_info(folder: Path, name: str, **files: str) -> Path:
    path = folder / f"{name}.dist-info"
    path.mkdir(parents=True)
    for file, text in files.items():
        (path / file.replace("__", ".")).write_text(text)
    return path


def test_one_distribution(tmp_path: Path) -> None:
    dist_info = _dist_info(
        tmp_path,
        "Alpha_One-1.0",
        METADATA="Name: Alpha.One\nVersion: 1.0\n",
        WHEEL="Wheel-Version: 1.0\nTag: py2-none-any\nTag: py3-none-any\n",
        REQUESTED="",
        direct_url__json='{"url": "https://example.org/a.whl"}',
    )
    (found,) = read_installed([tmp_path])
    assert (found.name, str(found.version), found.info) == ("alpha-one", "1.0", dist_info)
    assert found.tags == {"py2-none-any", "py3-none-any"}
    assert found.requested
    assert found.direct_url == "https://example.org/a.whl"


def test_folders_keep_their_order_and_names_are_sorted(tmp_path: Path) -> None:
    for folder, name in (("b", "x"), ("a", "z"), ("a", "y")):
        _dist_info(tmp_path / folder, f"{name}-1", METADATA=f"Name: {name}\nVersion: 1\n")
    found = read_installed([tmp_path / "b", tmp_path / "none", tmp_path / "a"])
    assert [each.name for each in found] == ["x", "y", "z"]


@pytest.mark.parametrize("metadata", ["", "Name: alpha\n", "Version: 1\n", "Name: a\nVersion: x\n"])
def test_what_cannot_be_compared_is_passed_over(tmp_path: Path, metadata: str) -> None:
    _dist_info(tmp_path, "alpha-1", METADATA=metadata)
    _dist_info(tmp_path, "empty-1")
    assert read_installed([tmp_path]) == ()


@pytest.mark.parametrize("wheel", ["", "Tag: nonsense\n", "Tag: a.b-c\n"])
def test_unreadable_tags_claim_nothing(tmp_path: Path, wheel: str) -> None:
    _dist_info(tmp_path, "alpha-1", METADATA="Name: alpha\nVersion: 1\n", WHEEL=wheel)
    assert [each.tags for each in read_installed([tmp_path])] == [frozenset()]


@pytest.mark.parametrize("text", ["{", "[]", "{}", "[" * 100_000])
def test_an_unreadable_direct_url_is_one_all_the_same(tmp_path: Path, text: str) -> None:
    _dist_info(tmp_path, "alpha-1", METADATA="Name: alpha\nVersion: 1\n", direct_url__json=text)
    assert [each.direct_url for each in read_installed([tmp_path])] == [""]


@pytest.mark.parametrize("file", ["METADATA", "WHEEL", "REQUESTED", "direct_url.json"])
def test_bytes_that_are_no_text_are_no_matter(tmp_path: Path, file: str) -> None:
    info = _dist_info(tmp_path, "alpha-1", METADATA="Name: alpha\nVersion: 1\n")
    with (info / file).open("ab") as written:
        written.write(b"\xff")
    assert [each.name for each in read_installed([tmp_path])] == ["alpha"]


def test_what_setuptools_or_distutils_installed_is_seen_behind_what_has_a_dist_info(
    tmp_path: Path,
) -> None:
    _dist_info(tmp_path, "gamma-1", METADATA="Name: gamma\nVersion: 1\n")
    developed = tmp_path / "beta.egg-info"
    developed.mkdir()
    (developed / "PKG-INFO").write_text("Name: beta\nVersion: 2\n")
    by_distutils = tmp_path / "Alpha-1.0-py3.11.egg-info"
    by_distutils.write_text("Name: Alpha\nVersion: 1.0\n")
    assert [(each.name, each.info.name) for each in read_installed([tmp_path])] == [
        ("gamma", "gamma-1.dist-info"),
        ("alpha", by_distutils.name),
        ("beta", developed.name),
    ]


def test_an_egg_on_the_path_is_one_distribution(tmp_path: Path) -> None:
    info = tmp_path / "alpha-1.0-py3.11.egg" / "EGG-INFO"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: alpha\nVersion: 1.0\n")
    zipped = tmp_path / "beta-1.0-py3.11.egg"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("EGG-INFO/PKG-INFO", "Name: beta\nVersion: 1.0\n")
        archive.writestr("EGG-INFO/requires.txt", "idna\n")
    assert [each.info for each in read_installed([info.parent, zipped])] == [info, zipped]
    assert read_installed([tmp_path]) == ()
    assert "Requires-Dist: idna" in read_metadata(zipped)


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_what_is_no_egg_is_passed_over(tmp_path: Path, content: bytes) -> None:
    broken = tmp_path / "alpha.egg"
    broken.write_bytes(content)
    assert read_installed([broken]) == ()


def test_an_egg_info_requires_what_its_own_file_says(tmp_path: Path) -> None:
    info = tmp_path / "alpha.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: alpha\nVersion: 1\n")
    (info / "requires.txt").write_text("idna>=2\n\n[fast:python_version > '3']\nujson\n")
    metadata = parse_metadata(read_metadata(info).encode())
    assert [str(Requirement(str(each))) for each in metadata.requires] == [
        "idna>=2",
        'ujson; python_version > "3" and extra == "fast"',
    ]


def test_metadata_in_another_encoding_is_read(tmp_path: Path) -> None:
    info = _dist_info(tmp_path, "alpha-1")
    (info / "METADATA").write_bytes(b"Name: alpha\nVersion: 1\nAuthor: Ren\xe9\n")
    assert [each.name for each in read_installed([tmp_path])] == ["alpha"]
