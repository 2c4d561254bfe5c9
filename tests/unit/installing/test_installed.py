"""Reading what is installed from its dist-info."""

from pathlib import Path

import pytest

from archpip.installing import read_installed


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
    assert (found.name, str(found.version), found.dist_info) == ("alpha-one", "1.0", dist_info)
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


@pytest.mark.parametrize("text", ["{", "[]", "{}"])
def test_an_unreadable_direct_url_is_one_all_the_same(tmp_path: Path, text: str) -> None:
    _dist_info(tmp_path, "alpha-1", METADATA="Name: alpha\nVersion: 1\n", direct_url__json=text)
    assert [each.direct_url for each in read_installed([tmp_path])] == [""]
