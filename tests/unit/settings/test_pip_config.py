from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.settings import ConfigurationError, Surroundings, read_pip_config

Make = Callable[..., Surroundings]

GLOBAL = "etc/xdg/pip/pip.conf"
USER = "home/.config/pip/pip.conf"
SITE = "env/pip.conf"


def effective(surroundings: Surroundings) -> list[tuple[str, str]]:
    settings = read_pip_config(surroundings).effective()
    return [(setting.name, setting.value) for setting in settings]


def test_section_beats_file(surroundings: Make) -> None:
    here = surroundings({GLOBAL: "[install]\nretries = 1\n", SITE: "[global]\nretries = 2\n"})
    assert effective(here)[-1] == ("retries", "1")


def test_later_file_replaces_a_list_of_the_same_section(surroundings: Make) -> None:
    here = surroundings(
        {GLOBAL: "[global]\nfind-links = /a /b\n", USER: "[global]\nfind-links = /c\n"}
    )
    assert effective(here) == [("find-links", "/c")]


def test_variable_goes_before_every_section(surroundings: Make) -> None:
    here = surroundings({USER: "[install]\npre = yes\n"}, {"PIP_PRE": "no"})
    assert effective(here) == [("pre", "yes"), ("pre", "no")]


def test_empty_value_undoes_earlier_files_of_its_section_only(surroundings: Make) -> None:
    here = surroundings(
        {GLOBAL: "[global]\nproxy = a\n[install]\nproxy = b\n", USER: "[install]\nproxy =\n"}
    )
    assert effective(here) == [("proxy", "a")]


def test_sections_of_other_commands_do_not_count(surroundings: Make) -> None:
    here = surroundings({USER: "[download]\npre = yes\n[archpip]\nstrict = yes\n"})
    assert effective(here) == []
    assert [setting.name for setting in read_pip_config(here).section("archpip")] == ["strict"]


def test_order_within_a_section_is_that_of_first_appearance(surroundings: Make) -> None:
    # pip applies no-binary and only-binary in this order, and the later one wins.
    here = surroundings(
        {
            GLOBAL: "[global]\nno-binary = a\nonly-binary = a\n",
            USER: "[global]\nno-binary = b\n",
        }
    )
    assert effective(here) == [("no-binary", "b"), ("only-binary", "a")]


def test_origin_names_section_and_file_or_variable(surroundings: Make, tmp_path: Path) -> None:
    here = surroundings({USER: "[global]\npre = 1\n"}, {"PIP_PROXY": "p"})
    origins = [str(setting.origin) for setting in read_pip_config(here).settings]
    assert origins == [f"[global] in {tmp_path / USER}", "PIP_PROXY"]


@pytest.mark.parametrize("variable", ["PIP_VERSION", "PIP_HELP", "PIPX_HOME", "pip_pre"])
def test_variables_that_pip_passes_over(surroundings: Make, variable: str) -> None:
    assert effective(surroundings(variables={variable: "1"})) == []


def test_interpolation_is_off(surroundings: Make) -> None:
    here = surroundings({USER: "[global]\nproxy = http://%(x)s:100%25@h\n"})
    assert effective(here) == [("proxy", "http://%(x)s:100%25@h")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("index-url = https://u:secret@h/\n", r"no section headers.*u:\*\*\*\*@h"),
        ("[global]\npre = 1\npre = 2\n", "option 'pre' in section 'global' already exists"),
        ("[global]\nprefer-binary\n", "contains parsing errors"),
    ],
    ids=["no-section", "repeated", "no-equals"],
)
def test_malformed_file_is_one_error_that_names_it_and_no_secret(
    surroundings: Make, content: str, reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=reason) as caught:
        read_pip_config(surroundings({USER: content}))
    assert USER in str(caught.value)
    assert "secret" not in str(caught.value)


def test_folder_in_place_of_a_file_is_passed_over(surroundings: Make, tmp_path: Path) -> None:
    (tmp_path / USER).mkdir(parents=True)
    assert effective(surroundings()) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[global]\nno-index = YES\n", True),
        ("[global]\nno-index = yes\n[install]\nno-index = Off\n", False),
        ("[global]\nretries = 1\n", None),
    ],
)
def test_the_last_truth_value_holds(surroundings: Make, text: str, *, value: bool | None) -> None:
    config = read_pip_config(surroundings({USER: text}))
    assert config.find_boolean("no-index") is value


def test_an_empty_value_of_a_section_is_none(surroundings: Make) -> None:
    text = "[download]\ndest =\nretries = 3\n[global]\ntimeout = 1\n"
    found = read_pip_config(surroundings({USER: text})).section("download")
    assert [(setting.name, setting.value) for setting in found] == [("retries", "3")]
