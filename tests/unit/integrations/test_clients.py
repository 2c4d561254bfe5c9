from pathlib import Path

import pytest

from archpip.integrations import Client, find_client, find_python_version, read_uv_locations
from archpip.integrations.clients import client_environment

VIEW = "http://127.0.0.1:20000/macos-arm64/simple/"


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
        ("poetry lock", Client.OTHER),
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
    ],
)
def test_python_version_is_what_the_command_says(command: str, version: str | None) -> None:
    assert find_python_version(command.split()) == version


def test_uv_variables_name_indexes() -> None:
    locations = read_uv_locations(
        {
            "UV_DEFAULT_INDEX": "main=https://one.example/simple",
            "UV_INDEX": "two=https://two.example/?a=b https://three.example/?a=b",
            "UV_EXTRA_INDEX_URL": "https://four.example",
            "UV_FIND_LINKS": "wheels,https://five.example",
        }
    )

    assert locations.index_url == "https://one.example/simple"
    assert locations.extra_index_urls == (
        "https://two.example/?a=b",
        "https://three.example/?a=b",
        "https://four.example",
    )
    assert locations.find_links == ("wheels", "https://five.example")


def test_command_sees_the_gateway_alone() -> None:
    variables = client_environment(
        {
            "HOME": "/home/me",
            "PIP_FIND_LINKS": "wheels",
            "UV_INDEX": "https://user:secret@two.example",
            "no_proxy": "intra.example",
        },
        index_url=VIEW,
    )

    assert variables == {
        "HOME": "/home/me",
        "PIP_INDEX_URL": VIEW,
        "PIP_NO_INDEX": "0",
        "PIP_NO_INPUT": "1",
        "UV_DEFAULT_INDEX": VIEW,
        "NO_PROXY": "intra.example,127.0.0.1",
        "no_proxy": "intra.example,127.0.0.1",
    }


def test_what_pips_files_name_is_named_over() -> None:
    variables = client_environment(
        {}, index_url=VIEW, hide_extra=True, hide_find_links=Path("/empty")
    )

    assert variables["PIP_EXTRA_INDEX_URL"] == VIEW
    assert variables["PIP_FIND_LINKS"] == str(Path("/empty"))
