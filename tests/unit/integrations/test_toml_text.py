import tomllib

import pytest

from archpip.integrations.toml_text import (
    restore_default_index,
    restore_value,
    set_default_index,
    set_value,
)
from archpip.settings import ConfigurationError

URL = "https://archpip.example/macos-arm64/simple/"
NEW = f'[[index]]\nurl = "{URL}"\ndefault = true\n'


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param("", NEW, id="no-file"),
        pytest.param("# Ours.\nno-build = true\n", f"# Ours.\nno-build = true\n\n{NEW}", id="new"),
        pytest.param(
            '[[index]]  # main\nname = "a"\nurl = "https://a.example"\ndefault = true\n',
            f'[[index]]  # main\nname = "a"\nurl = "{URL}"\ndefault = true\n',
            id="default",
        ),
        pytest.param(
            'index-url = "https://a.example"  # old\n', f'index-url = "{URL}"  # old\n', id="old"
        ),
        pytest.param(
            '[[index]]\nurl = "https://a.example"\n',
            f'[[index]]\nurl = "https://a.example"\n\n{NEW}',
            id="beside-another",
        ),
        pytest.param(
            'index = [{ name = "a", url = "https://a.example", default = true }] # b\n',
            f'index = [{{ name = "a", url = "{URL}", default = true }}] # b\n',
            id="default-of-an-inline-array",
        ),
        pytest.param(
            'index = [{ url = "https://a.example" }] # b\nno-build = true\n',
            f'index = [{{ url = "https://a.example" }}, {{url = "{URL}", default = true}}] # b\n'
            "no-build = true\n",
            id="beside-another-of-an-inline-array",
        ),
    ],
)
def test_default_index_is_set_and_taken_back_and_comments_stay(text: str, changed: str) -> None:
    found = set_default_index(text, (), URL, where="uv.toml")

    assert found.replace("\n\n", "\n").strip() == changed.replace("\n\n", "\n").strip()
    assert set_default_index(found, (), URL, where="uv.toml") == found
    assert restore_default_index(found, text, (), where="uv.toml") == text


def test_table_of_a_project_is_made_and_goes_again() -> None:
    project = '[project]\nname = "a"\n'

    changed = set_default_index(project, ("tool", "uv"), URL, where="pyproject.toml")
    changed = set_value(changed, ("tool", "archpip"), "policy", "p.toml", where="pyproject.toml")

    assert f'[[tool.uv.index]]\nurl = "{URL}"' in changed
    assert '[tool.archpip]\npolicy = "p.toml"' in changed
    back = restore_value(changed, project, ("tool", "archpip"), "policy", where="pyproject.toml")
    back = restore_default_index(back, project, ("tool", "uv"), where="pyproject.toml")
    assert back == project


@pytest.mark.parametrize(
    "beneath", ["\n# mine\n", "\n# mine\n\n# and this\n\n[tool.mine]\nvalue = 1\n"]
)
def test_comments_beneath_what_was_made_stay(beneath: str) -> None:
    project = '[project]\nname = "a"\n'
    table = ("tool", "archpip")

    changed = set_default_index(project, ("tool", "uv"), URL, where="") + beneath
    assert restore_default_index(changed, project, ("tool", "uv"), where="") == project + beneath

    changed = set_value(project, table, "policy", "p.toml", where="") + beneath
    assert restore_value(changed, project, table, "policy", where="") == project + beneath


def test_value_that_is_set_already_stays_as_it_is_written() -> None:
    text = "[tool.archpip]\npolicy = 'p.toml' # ours\n"

    assert set_value(text, ("tool", "archpip"), "policy", "p.toml", where="") == text


def test_value_of_the_users_is_replaced_and_comes_back() -> None:
    text = "[tool.archpip]\npolicy = 'p.toml' # ours\nstrict = true\n"
    table = ("tool", "archpip")

    changed = set_value(text, table, "policy", "q.toml", where="")

    assert changed == text.replace("'p.toml'", '"q.toml"')
    assert restore_value(changed, text, table, "policy", where="") == text


OLD = 'index-url = "https://a.example"\n'
DEFAULT = '[[index]]\nurl = "https://a.example"\ndefault = true\n'


@pytest.mark.parametrize(
    ("since", "original"),
    [
        pytest.param("no-build = true\n", OLD, id="removed"),
        pytest.param("no-build = true\n", DEFAULT, id="default-removed"),
        pytest.param(OLD, "no-build = true\n", id="added"),
    ],
)
def test_index_that_the_user_removed_or_added_since_stays_so(since: str, original: str) -> None:
    assert restore_default_index(since, original, (), where="uv.toml") == since


def test_value_that_the_user_removed_since_stays_away() -> None:
    original = "[tool.archpip]\npolicy = 'p.toml'\n"

    assert restore_value("", original, ("tool", "archpip"), "policy", where="") == ""


def test_file_that_is_no_toml_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"uv\.toml: not TOML"):
        set_default_index("[", (), URL, where="uv.toml")


@pytest.mark.parametrize(
    "uv", ["{ no-build = true }", "{}", '{ index = [{ url = "https://a.example" }] }']
)
def test_table_of_uv_may_stand_in_braces(uv: str) -> None:
    project = f"[tool]\nuv = {uv} # ours\n\n[tool.black]\n"

    changed = set_default_index(project, ("tool", "uv"), URL, where="pyproject.toml")

    assert tomllib.loads(changed)["tool"]["uv"]["index"][-1] == {"url": URL, "default": True}
    assert set_default_index(changed, ("tool", "uv"), URL, where="pyproject.toml") == changed
    undone = restore_default_index(changed, project, ("tool", "uv"), where="pyproject.toml")
    assert tomllib.loads(undone) == tomllib.loads(project)
    assert "# ours\n\n[tool.black]\n" in undone
