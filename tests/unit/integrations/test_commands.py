from pathlib import Path

import pytest

from archpip.integrations import (
    Client,
    find_client,
    find_own_sources,
    find_project_folder,
    find_python_version,
    is_universal,
    read_uv_command,
)
from archpip.integrations.commands import find_outputs, find_script, prints_lockfile


@pytest.mark.parametrize(
    ("command", "alone"),
    [
        ("uvx ruff", True),
        ("python -m uv tool install ruff", True),
        ("uv self update", True),
        ("uv pip install tool", False),
        ("pip install tool", False),
    ],
)
def test_tools_are_told_by_their_command(command: str, *, alone: bool) -> None:
    assert read_uv_command(command.split()).reads_users_files_alone == alone


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("uv lock", None),
        ("uv --config-file other.toml lock", "other.toml"),
        ("uv lock --config-file=other.toml", "other.toml"),
        ("uv --no-config lock", ""),
        ("uv run -- tool --no-config", None),
    ],
)
def test_file_of_settings_is_what_the_command_says(command: str, file: str | None) -> None:
    assert read_uv_command(command.split()).config_file == file


@pytest.mark.parametrize(
    ("command", "client"),
    [
        ("pip install a", Client.PIP),
        ("/venv/bin/pip3.12 install a", Client.PIP),
        ("python3 -m pip install a", Client.PIP),
        ("python -m uv lock", Client.UV_PROJECT),
        ("python", Client.OTHER),
        ("uv pip install a", Client.UV),
        ("uv pip sync a", Client.UV),
        ("uv --quiet sync", Client.UV_PROJECT),
        ("uvx ruff", Client.UV),
        ("uv --directory lock pip install a", Client.UV),
        ("uv --project sub lock", Client.UV_PROJECT),
        ("pipx install a", Client.PIP),
        ("pip-compile a", Client.PIP_TOOLS),
        ("python -m piptools compile a", Client.PIP_TOOLS),
        ("python -m piptools sync a", Client.OTHER),
        ("pipenv lock", Client.PIPENV),
        ("pex3 lock create a", Client.PEX),
        ("pdm lock", Client.PDM),
        ("poetry lock", Client.POETRY),
        ("Scripts/uv.exe lock", Client.UV_PROJECT),
    ],
)
def test_client_is_told_by_its_command(command: str, client: Client) -> None:
    assert find_client(command.split()) is client


@pytest.mark.parametrize(
    ("command", "version"),
    [
        ("pip download --python-version 3.10 a", "3.10"),
        ("uv pip compile --python-version=3.13 a", "3.13"),
        ("pip install a", None),
        ("pip install --python-version", None),
        ("uv run -- mypy --python-version 3.9", None),
    ],
)
def test_python_version_is_what_the_command_says(command: str, version: str | None) -> None:
    assert find_python_version(command.split()) == version


@pytest.mark.parametrize(
    ("command", "universal"),
    [
        ("uv lock", True),
        ("uv pip compile --universal a.in", True),
        ("pdm lock", True),
        ("uv pip compile a.in", False),
        ("pip lock a", False),
    ],
)
def test_lock_for_every_python_is_told_by_its_command(command: str, *, universal: bool) -> None:
    assert is_universal(command.split()) is universal


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("pip install -i https://a.example --find-links=wheels a", ("-i", "--find-links")),
        ("uv add --index https://a.example a", ("--index",)),
        ("uv run -- pip install -i https://a.example a", ()),
        ("tool --index-url https://a.example", ()),
    ],
)
def test_options_by_which_a_command_goes_round_are_found(
    command: str, options: tuple[str, ...]
) -> None:
    assert find_own_sources(command.split()) == options


def test_what_uv_reads_is_told_by_its_command() -> None:
    assert read_uv_command(["uv", "--quiet", "pip", "install", "a"]).reads_pip_table
    assert not read_uv_command(["uv", "lock"]).reads_pip_table
    assert not read_uv_command(["pip", "install", "a"]).reads_pip_table
    assert (
        read_uv_command(["uv", "lock", "--index-strategy=first-index"]).index_strategy
        == "first-index"
    )
    assert read_uv_command(["uv", "run", "--", "a", "--index-strategy", "b"]).index_strategy is None


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        ("uv lock", ""),
        ("uv --project sub lock", "sub"),
        ("uv lock --directory=sub", "sub"),
        ("pdm lock -p sub", "sub"),
        ("poetry -C sub lock", "sub"),
        ("uv run -- tool --directory sub", ""),
    ],
)
def test_project_is_where_the_command_says(command: str, folder: str) -> None:
    assert find_project_folder(command.split(), Path("here")) == Path("here") / folder


def test_outputs_are_lockfiles_and_what_the_command_names(tmp_path: Path) -> None:
    project = tmp_path / "member"
    project.mkdir()
    for name in ("uv.lock", "member/pylock.a.toml", "member/pdm.lock", "member/r.txt", "member/b"):
        (tmp_path / name).touch()

    found = find_outputs(["uv", "pip", "compile", "-o", "r.txt", "r.in"], project)

    assert sorted(str(path.relative_to(tmp_path)) for path in found) == [
        *("member/pdm.lock", "member/pylock.a.toml", "member/r.txt", "uv.lock")
    ]


def test_outputs_that_the_command_does_not_name_are_known(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for name in ("Pipfile", "Pipfile.lock", "requirements.txt", "dev.txt", "notes.txt"):
        (tmp_path / name).touch()

    compiled = find_outputs(["pip-compile", "dev.in"], tmp_path)
    assert sorted(path.name for path in compiled) == [
        *("Pipfile.lock", "dev.txt", "requirements.txt")
    ]
    locked = find_outputs(["pipenv", "install", "a"], inside)
    assert sorted(path.name for path in locked) == ["Pipfile", "Pipfile.lock"]


@pytest.mark.parametrize(
    ("command", "prints"),
    [
        ("uv export --format pylock.toml", True),
        ("python -m uv -q pip compile requirements.in", True),
        ("pip lock -o - a", True),
        ("pdm export", True),
        ("uv lock", False),
        ("uv run export", False),
        ("pip-compile -o - a.in", True),
        ("pip-compile a.in", False),
        ("uv pip install compile", False),
        ("pip install lock", False),
    ],
)
def test_commands_that_print_lockfiles_are_told(command: str, *, prints: bool) -> None:
    assert prints_lockfile(command.split()) == prints


def test_script_that_is_edited_is_what_the_command_says(tmp_path: Path) -> None:
    assert find_script(["uv", "add", "--script", "job.py", "a"], tmp_path) == tmp_path / "job.py"
    assert find_script(["uv", "add", "a"], tmp_path) is None
    assert find_script(["other", "--script", "job.py"], tmp_path) is None
