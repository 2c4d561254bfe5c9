from pathlib import Path

from archpip.integrations.clients import client_environment

VIEW = "http://127.0.0.1:20000/macos-arm64/simple/"


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
        "PDM_PYPI_URL": VIEW,
        "POETRY_PYPI_MIRROR_URL": VIEW,
        "PIPENV_PYPI_MIRROR": VIEW,
        "NO_PROXY": "intra.example,127.0.0.1",
        "no_proxy": "intra.example,127.0.0.1",
    }


def test_what_pips_files_name_is_named_over() -> None:
    variables = client_environment(
        {}, index_url=VIEW, hide_extra=True, hide_find_links=Path("/empty")
    )

    assert variables["PIP_EXTRA_INDEX_URL"] == VIEW
    assert variables["PIP_FIND_LINKS"] == str(Path("/empty"))


def test_variable_that_a_client_would_write_down_is_not_set() -> None:
    variables = client_environment({"PIP_INDEX_URL": "https://a"}, index_url=VIEW, hide_index=True)

    assert "PIP_INDEX_URL" not in variables
    assert variables["PIPENV_PYPI_MIRROR"] == VIEW


def test_more_indexes_are_given_to_uv_in_its_order() -> None:
    variables = client_environment(
        {}, index_url=VIEW, more_indexes=[("b", "http://b"), (None, "http://c"), ("a", "http://a")]
    )

    assert variables["UV_INDEX"] == "b=http://b http://c a=http://a"


def test_uv_reads_the_file_that_stands_in_place_of_its_own() -> None:
    variables = client_environment(
        {"UV_CONFIG_FILE": "other.toml"}, index_url=VIEW, uv_settings=Path("/overlay/uv.toml")
    )

    assert variables["UV_CONFIG_FILE"] == str(Path("/overlay/uv.toml"))


def test_default_index_has_the_name_that_projects_are_pinned_to() -> None:
    assert client_environment({}, index_url=VIEW, name="corp")["UV_DEFAULT_INDEX"] == f"corp={VIEW}"


def test_default_index_of_the_settings_file_is_in_no_variable() -> None:
    variables = client_environment(
        {"UV_DEFAULT_INDEX": "https://own.example"}, index_url=VIEW, is_in_file=True
    )

    assert "UV_DEFAULT_INDEX" not in variables
