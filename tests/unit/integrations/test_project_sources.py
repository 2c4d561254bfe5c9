from pathlib import Path

from archpip.integrations import Client, find_project_sources

GATEWAY = "https://archpip.example/macos-arm64/simple/"


def test_project_names_indexes_to_pdm_and_to_poetry(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[[tool.pdm.source]]\nname = 'own'\nurl = 'https://user:secret@one.example/simple'\n"
        "[[tool.pdm.source]]\nname = 'pypi'\n"
        f"[[tool.poetry.source]]\nname = 'team'\nurl = '{GATEWAY}'\n"
    )
    (tmp_path / "inside").mkdir()

    found = find_project_sources(tmp_path / "inside")

    assert [(each.client, each.name, each.address, each.is_gateway) for each in found] == [
        (Client.PDM, "source own", "https://user:****@one.example/simple", False),
        (Client.POETRY, "source team", GATEWAY, True),
    ]


def test_pipfile_names_indexes_to_pipenv_which_has_a_mirror_for_pypi(tmp_path: Path) -> None:
    (tmp_path / "Pipfile").write_text(
        "[[source]]\nname = 'pypi'\nurl = 'https://pypi.org/simple'\n"
        "[[source]]\nname = 'own'\nurl = 'https://user:secret@one.example/simple'\n"
    )

    assert [(each.client, each.name, each.address) for each in find_project_sources(tmp_path)] == [
        (Client.PIPENV, "source own", "https://user:****@one.example/simple"),
    ]


def test_only_the_nearest_project_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[[tool.pdm.source]]\nurl = 'https://one.example'\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[project]\nname = 'inner'\n")

    assert find_project_sources(inner) == ()


def test_byte_order_mark_is_passed_over_as_uv_does(tmp_path: Path) -> None:
    text = "\ufeff[[tool.pdm.source]]\nurl = 'https://one.example'\n"
    (tmp_path / "pyproject.toml").write_bytes(text.encode())

    assert [each.address for each in find_project_sources(tmp_path)] == ["https://one.example"]
