from pathlib import Path

import pytest

from archpip.builds import InvalidToolchainError, ToolchainShelf, UnknownToolchainError


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


def test_a_folder_without_a_toolchain_is_not_removed(shelf: ToolchainShelf, tmp_path: Path) -> None:
    (tmp_path / "shelf/linux-aarch64").mkdir(parents=True)
    with pytest.raises(UnknownToolchainError, match="there is none"):
        shelf.remove("linux-aarch64")
    assert (tmp_path / "shelf/linux-aarch64").exists()
