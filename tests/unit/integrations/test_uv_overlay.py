from archpip.integrations import read_uv_tables
from archpip.integrations.uv_overlay import make_overlay
from tests.unit.settings.machines import MakeSurroundings

OF_USER = """\
resolution = "lowest"
exclude-newer = "2024-01-01"
no-binary-package = ["b"]
find-links = ["links"]
[config-settings]
one = "of the user"
two = "2"
[pip]
find-links = ["pip-links"]
generate-hashes = true
"""
OF_PROJECT = """\
[tool.uv]
resolution = "highest"
no-binary-package = ["a"]
managed = true
environments = ["sys_platform == 'linux'"]
constraint-dependencies = ["c<2"]
[tool.uv.config-settings]
one = "of the project"
[tool.uv.sources]
d = { path = "d" }
[tool.uv.workspace]
members = ["e"]
[[tool.uv.index]]
name = "kept"
url = "https://kept.example"
authenticate = "always"
[[tool.uv.index]]
url = "https://dropped.example"
"""


def test_overlay_says_what_all_files_say_but_for_places(surroundings: MakeSurroundings) -> None:
    files = {"home/.config/uv/uv.toml": OF_USER, "work/pyproject.toml": OF_PROJECT}
    tables = read_uv_tables(surroundings(files, {}))

    overlay = make_overlay(tables, places=tables, is_kept=lambda index: index.name == "kept")

    assert overlay == {
        "resolution": "highest",
        "exclude-newer": "2024-01-01",
        "no-binary-package": ["a", "b"],
        "constraint-dependencies": ["c<2"],
        "config-settings": {"one": "of the project", "two": "2"},
        "pip": {"generate-hashes": True},
        "index": [
            {"name": "kept", "url": "https://kept.example", "authenticate": "always"},
        ],
    }
    assert tables == read_uv_tables(surroundings(files, {}))
