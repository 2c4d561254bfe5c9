from collections.abc import Callable
from pathlib import Path

import pytest

from archpip.builds import BuilderChoice
from archpip.resolution import Fallback, InspectScope
from archpip.settings import (
    CHOICES,
    ConfigurationError,
    OwnSettings,
    SettingValueError,
    Surroundings,
    UnknownSettingError,
    read_own_settings,
    read_pip_config,
)
from archpip.verdicts import OnUnknown

Make = Callable[..., Surroundings]
USER = "home/.config/pip/pip.conf"


def read(surroundings: Surroundings) -> OwnSettings:
    return read_own_settings(surroundings, read_pip_config(surroundings))


def test_section_of_pip_conf_holds_settings(surroundings: Make, tmp_path: Path) -> None:
    own = read(surroundings({USER: "[archpip]\ntarget-arch = arm64\nstrict = yes\n"}))
    assert (own.text("target-arch"), own.boolean("strict")) == ("arm64", True)
    found = own.find("strict")
    assert found is not None
    assert str(found.origin) == f"[archpip] in {tmp_path / USER}"


def test_project_goes_before_pip_conf_and_variables_before_both(surroundings: Make) -> None:
    files = {
        USER: "[archpip]\nmacos = 11.0\nglibc = 2.17\nmusl = 1.1\n",
        "work/pyproject.toml": '[tool.archpip]\nmacos = "12.0"\nglibc = "2.28"\n',
    }
    own = read(surroundings(files, {"ARCHPIP_MACOS": "13.0"}))
    assert [own.text(name) for name in ("macos", "glibc", "musl")] == ["13.0", "2.28", "1.1"]


def test_nearest_project_with_our_table_counts(surroundings: Make) -> None:
    files = {
        "work/pyproject.toml": '[tool.archpip]\nfallback = "older"\n',
        "work/part/pyproject.toml": '[project]\nname = "part"\n',
    }
    assert read(surroundings(files, working_folder="work/part/deep")).text("fallback") == "older"


@pytest.mark.parametrize(
    "written",
    [
        "target-platform = linux-aarch64 macos-arm64",
        "target-platform =\n  linux-aarch64\n  macos-arm64",
    ],
)
def test_lists_are_words_or_lines(surroundings: Make, written: str) -> None:
    own = read(surroundings({USER: f"[archpip]\n{written}\n"}))
    assert own.words("target-platform") == ("linux-aarch64", "macos-arm64")


def test_override_keeps_the_spaces_of_its_reason(surroundings: Make) -> None:
    own = read(surroundings({USER: "[archpip]\noverride = a==1: we know better\n"}))
    assert own.words("override") == ("a==1: we know better",)


def test_tables_come_through_as_written(surroundings: Make, tmp_path: Path) -> None:
    own = read(surroundings({"work/pyproject.toml": '[tool.archpip.build.numpy]\na = "b"\n'}))
    table = own.table("build")
    assert table is not None
    assert (table.content, table.file) == (
        {"numpy": {"a": "b"}},
        tmp_path / "work/pyproject.toml",
    )


@pytest.mark.parametrize(
    ("files", "variables"),
    [
        ({USER: "[archpip]\ntarget-arc = arm64\n"}, {}),
        ({"work/pyproject.toml": '[tool.archpip]\ntarget-arc = "arm64"\n'}, {}),
        ({}, {"ARCHPIP_TARGET_ARC": "arm64"}),
    ],
    ids=["pip.conf", "pyproject", "variable"],
)
def test_unknown_setting_lists_near_matches(
    surroundings: Make, files: dict[str, str], variables: dict[str, str]
) -> None:
    with pytest.raises(UnknownSettingError, match="no setting 'target-arc'") as caught:
        read(surroundings(files, variables))
    assert caught.value.hint.startswith("Did you mean target-arch")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('strict = "yes"', "true or false"),
        ("macos = 11.0", "a string"),
        ("target-platform = [1]", "a list of strings"),
        ('fallback = "oldest"', "fallback is 'oldest', but source, older or fail is wanted"),
    ],
)
def test_value_of_the_wrong_kind_in_toml(surroundings: Make, line: str, wanted: str) -> None:
    with pytest.raises(SettingValueError, match=wanted):
        read(surroundings({"work/pyproject.toml": f"[tool.archpip]\n{line}\n"}))


def test_choices_are_those_of_whoever_parses_them() -> None:
    assert {
        "fallback": tuple(Fallback),
        "inspect": tuple(InspectScope),
        "on-unknown": tuple(OnUnknown),
        "builder": tuple(BuilderChoice),
    } == CHOICES


@pytest.mark.parametrize("name", CHOICES)
def test_a_variable_has_the_same_choices(surroundings: Make, name: str) -> None:
    variable = f"ARCHPIP_{name.upper().replace('-', '_')}"
    with pytest.raises(SettingValueError, match=f"{variable}: {name} is 'x', but .* is wanted"):
        read(surroundings({}, {variable: "x"}))


def test_project_file_that_never_names_us_is_not_parsed(surroundings: Make) -> None:
    assert read(surroundings({"work/pyproject.toml": "[tool\n"})) == OwnSettings()


@pytest.mark.parametrize(
    "written",
    [
        '[tool.archpip]\nstore = "x"\n',
        ' [ tool . "archpip" ]\nstore = "x"\n',
        '[tool]\narchpip = { store = "x" }\n',
        '[tool]\narchpip.store = "x"\n',
        'tool.archpip.store = "x"\n',
        'tool = { archpip = { store = "x" } }\n',
        '[project]\nname = "archpip"\n["tool".\'archpip\']\nstore = "x"\n',
    ],
)
def test_our_table_is_found_however_it_is_written(surroundings: Make, written: str) -> None:
    assert read(surroundings({"work/pyproject.toml": written})).text("store") == "x"


def test_project_of_our_name_without_our_table_is_not_parsed(surroundings: Make) -> None:
    content = '[project.scripts]\narchpip = "archpip:run"\n[tool.ruff\n'
    assert read(surroundings({"work/pyproject.toml": content})) == OwnSettings()


@pytest.mark.parametrize(
    ("content", "reason"),
    [("[tool.archpip\n", "not TOML"), ("[tool]\narchpip = 1\n", "is not a table")],
    ids=["broken", "no-table"],
)
def test_broken_project_file_is_one_error(surroundings: Make, content: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        read(surroundings({"work/pyproject.toml": content}))


def test_nothing_configured_is_empty(surroundings: Make) -> None:
    own = read(surroundings())
    assert own == OwnSettings()
    assert (own.text("store"), own.boolean("strict"), own.words("override")) == (None, False, ())
