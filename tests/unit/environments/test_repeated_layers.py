"""What an image's archive names a thousand times is read once."""

import json
import tarfile
from collections.abc import Callable, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from archpip.environments import NothingToAuditError, images
from archpip.environments.images import ImageTree
from tests.unit.environments.installations import lay_out
from tests.unit.environments.test_images import (
    CONFIGURATION,
    LOWER,
    UPPER,
    docker_archive,
    multi_platform,
    tar,
)

Count = Callable[[object, str], list[object]]


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Count:
    def count_calls(owner: object, name: str) -> list[object]:
        calls: list[object] = []
        usual = getattr(owner, name)

        def call(*arguments: object, **more: object) -> object:
            calls.append(arguments[-1])
            return usual(*arguments, **more)

        monkeypatch.setattr(owner, name, call)
        return calls

    return count_calls


def with_layers(*names: str) -> dict[str, bytes]:
    return {
        "lower": LOWER,
        "upper": UPPER,
        "c": json.dumps(CONFIGURATION).encode(),
        "manifest.json": json.dumps([{"Config": "c", "Layers": names}]).encode(),
    }


@pytest.mark.parametrize(
    ("layers", "left"),
    [
        (["lower", "upper"] * 100, ["app/y.so"]),
        (["lower", "upper"] * 100 + ["lower"], ["app/x.so", "app/y.so"]),
    ],
)
def test_a_layer_that_repeats_is_read_once_and_applied_each_time(
    tmp_path: Path, count: Count, layers: list[str], left: list[str]
) -> None:
    read = count(ImageTree, "apply")
    path = lay_out(tmp_path, {"image.tar": tar(with_layers(*layers))}) / "image.tar"
    with closing(ImageTree(path)) as tree:
        assert [member.path for member in tree.members()] == left
    assert len(read) == 2


def test_an_image_that_an_index_repeats_is_one(tmp_path: Path, count: Count) -> None:
    files = multi_platform("arm64")
    index = json.loads(files["index.json"])
    files["index.json"] = json.dumps({"manifests": index["manifests"] * 100}).encode()
    read = count(images, "_read_document")
    with closing(ImageTree(lay_out(tmp_path, files))) as tree:
        assert tree.problems() == ()
    assert len(read) < 10


def test_a_configuration_of_many_images_is_read_once(tmp_path: Path, count: Count) -> None:
    files = with_layers("lower")
    files["manifest.json"] = json.dumps(json.loads(files["manifest.json"]) * 100).encode()
    read = count(images, "_read_document")
    with closing(ImageTree(lay_out(tmp_path, files))) as tree:
        assert [problem.detail for problem in tree.problems()] == [
            "of its 100 images (linux/arm64) one was read: linux/arm64"
        ]
    assert len(read) < 10


def write_linked(path: Path, files: Mapping[str, bytes], links: Mapping[str, str]) -> Path:
    """Write an archive whose links are symbolic and hard in turn."""
    with tarfile.open(path, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
        for number, (name, aim) in enumerate(links.items()):
            entry = tarfile.TarInfo(name)
            entry.type = tarfile.LNKTYPE if number % 2 else tarfile.SYMTYPE
            entry.linkname = aim
            archive.addfile(entry)
    return path


def test_linked_layers_are_found(tmp_path: Path) -> None:
    files = docker_archive()
    files["layers/a.tar"] = files.pop("1/layer.tar")
    links = {"1/layer.tar": "../x/layer.tar", "x/layer.tar": "layers/a.tar"}
    with closing(ImageTree(write_linked(tmp_path / "image.tar", files, links))) as tree:
        assert [member.path for member in tree.members()] == ["app/y.so"]


def test_as_many_links_as_no_system_follows_are_one_error(tmp_path: Path) -> None:
    links = {f"l{number}": f"l{number + 1}" for number in range(41)}
    path = write_linked(tmp_path / "image.tar", {"l41": b"[]"}, {**links, "manifest.json": "l0"})
    with pytest.raises(NothingToAuditError, match=r"manifest\.json is a link to itself"):
        ImageTree(path)
