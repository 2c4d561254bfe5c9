from collections.abc import Sequence
from pathlib import Path

import pytest

from archpip.integrations import find_listed_sources

FOUND = (
    "--index-url https://user:****@one.example/simple",
    "--extra-index-url https://two.example/simple",
    "--find-links wheels",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outer.txt").write_text("-r inner.txt\n--find-links wheels\na\n")
    (tmp_path / "inner.txt").write_text(
        "-i https://user:${PASSWORD}@one.example/simple\n"
        "--extra-index-url https://two.example/simple\nb\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ["pip", "install", "-r", "outer.txt"],
        ["pip", "install", "-router.txt"],
        [
            "python",
            "-m",
            "pip",
            "download",
            "--requirement=outer.txt",
            "--requirement",
            "inner.txt",
        ],
        ["uv", "pip", "install", "a", "-c", "outer.txt"],
        ["uv", "pip", "compile", "--python-platform", "linux", "outer.txt"],
        ["uv", "pip", "sync", "outer.txt"],
        ["uv", "add", "-r", "outer.txt"],
        ["pip-compile", "outer.txt"],
    ],
    ids=" ".join,
)
def test_files_of_a_command_say_where_files_come_from(folder: Path, command: Sequence[str]) -> None:
    assert find_listed_sources(command, folder, {"PASSWORD": "secret"}) == FOUND


@pytest.mark.parametrize(
    "command",
    [
        ["pip", "install", "a"],
        ["pip", "install", "-r", "missing.txt"],
        ["pip", "install", "-r", "https://server.example/outer.txt"],
        ["poetry", "add", "-r", "outer.txt"],
        ["uv", "pip", "compile", "-", "-o", "outer.txt"],
        ["pip-compile", "-", "-o", "outer.txt"],
        ["uv", "run", "--", "pip", "install", "-r", "outer.txt"],
    ],
    ids=" ".join,
)
def test_other_commands_name_none(folder: Path, command: Sequence[str]) -> None:
    assert find_listed_sources(command, folder, {}) == ()
