import json
from pathlib import Path

import pytest

from archpip.builds import (
    InvalidToolchainError,
    Toolchain,
    ToolchainShelf,
    UnknownToolchainError,
)
from archpip.builds.toolchains.model import toolchain_to_table


@pytest.fixture
def shelf(tmp_path: Path) -> ToolchainShelf:
    return ToolchainShelf(tmp_path / "shelf", log_folder=tmp_path / "logs", environment={})


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"c": 1}'])
def test_a_toolchain_that_is_not_understood_can_be_removed(
    shelf: ToolchainShelf, tmp_path: Path, text: str
) -> None:
    folder = tmp_path / "shelf/linux-aarch64-py3.11"
    folder.mkdir(parents=True)
    (folder / "toolchain.json").write_text(text)

    with pytest.raises(InvalidToolchainError):
        shelf.toolchains()

    assert shelf.remove("linux-aarch64") == ("linux-aarch64-py3.11",)
    assert shelf.toolchains() == ()


def put(folder: Path, name: str, toolchain: Toolchain) -> None:
    (folder / name).mkdir(parents=True)
    table = toolchain_to_table(toolchain)
    (folder / name / "toolchain.json").write_text(json.dumps(table))


@pytest.mark.parametrize("named", ["linux-aarch64", "linux-aarch64-py3.11"])
def test_toolchains_of_one_name_are_listed_alone(
    shelf: ToolchainShelf, tmp_path: Path, toolchain: Toolchain, named: str
) -> None:
    for name in ("linux-aarch64-py3.11", "linux-s390x-py3.11"):
        put(tmp_path / "shelf", name, toolchain)

    assert [entry.name for entry in shelf.entries(named)] == ["linux-aarch64-py3.11"]
    assert len(shelf.entries()) == 2
    assert [each.name for each in shelf.toolchains(named)] == ["linux-aarch64"]
    assert shelf.entries("linux-riscv64") == ()


def test_a_folder_without_a_toolchain_is_not_removed(shelf: ToolchainShelf, tmp_path: Path) -> None:
    (tmp_path / "shelf/linux-aarch64").mkdir(parents=True)
    with pytest.raises(UnknownToolchainError, match="there is none"):
        shelf.remove("linux-aarch64")
    assert (tmp_path / "shelf/linux-aarch64").exists()
