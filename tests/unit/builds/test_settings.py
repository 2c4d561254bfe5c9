from pathlib import Path

import pytest

from archpip.builds import (
    BuildSettings,
    InvalidBuildSettingsError,
    Patch,
    describe_settings,
    join_settings,
    parse_build_settings,
)
from archpip.builds.settings import add_config_settings

_FOLDER = Path("/project")


def test_everything_that_can_be_said_about_a_build() -> None:
    table = {
        "config-settings": {"setup-args": ["-Da=1", "-Db=2"], "cmake.define.X": "1"},
        "environment": {"UAMQP_USE_OPENSSL": "1", "A": "b"},
        "build-requires": ["setuptools<81", "numpy >=2"],
        "patches": [{"path": "patches/a.patch", "sha256": "AB" * 32}],
        "approved": True,
        "allow-pure": True,
    }
    assert parse_build_settings("uamqp", table, folder=_FOLDER) == BuildSettings(
        config_settings=(("cmake.define.X", ("1",)), ("setup-args", ("-Da=1", "-Db=2"))),
        environment=(("A", "b"), ("UAMQP_USE_OPENSSL", "1")),
        build_requires=("numpy>=2", "setuptools<81"),
        patches=(Patch(path=Path("/project/patches/a.patch"), sha256="ab" * 32),),
        approved=True,
        allow_pure=True,
    )


def test_nothing_said_is_the_default() -> None:
    assert parse_build_settings("uamqp", {}, folder=_FOLDER) == BuildSettings()


def test_everything_that_is_wrong_is_said_at_once() -> None:
    table = {
        "config-settings": {"a": 1},
        "environment": {"B": True},
        "build-requires": ["-r evil.txt"],
        "patches": [{"path": "x"}, {"path": "x", "sha256": "short"}],
        "approved": "yes",
        "enviroment": {},
    }
    with pytest.raises(InvalidBuildSettingsError) as caught:
        parse_build_settings("uamqp", table, folder=_FOLDER)
    assert caught.value.problems == (
        "`config-settings.a` must be a text or a list of texts",
        "`environment.B` must be a text",
        "`build-requires`: '-r evil.txt' is not a requirement",
        "`patches`: each needs a `path` and its `sha256`",
        "`patches`: each needs a `path` and its `sha256`",
        "`approved` must be true or false",
        "`enviroment` is not known",
    )
    assert str(caught.value).startswith("[tool.archpip.build.uamqp] is not understood: ")


@pytest.mark.parametrize("key", ["config-settings", "environment", "build-requires", "patches"])
def test_the_wrong_kind_of_value_is_named(key: str) -> None:
    with pytest.raises(InvalidBuildSettingsError, match=f"`{key}` must be a"):
        parse_build_settings("uamqp", {key: "text"}, folder=_FOLDER)


def test_what_is_said_later_holds_and_lists_grow() -> None:
    patch = Patch(path=_FOLDER / "a", sha256="ab" * 32)
    first = BuildSettings(
        config_settings=(("a", ("1",)), ("b", ("1",))),
        environment=(("X", "1"),),
        build_requires=("numpy",),
        patches=(patch,),
    )
    more = BuildSettings(
        config_settings=(("a", ("2",)),),
        environment=(("X", "2"), ("Y", "1")),
        build_requires=("cython",),
        patches=(patch,),
        approved=True,
    )
    assert join_settings(first, more) == BuildSettings(
        config_settings=(("a", ("2",)), ("b", ("1",))),
        environment=(("X", "2"), ("Y", "1")),
        build_requires=("cython", "numpy"),
        patches=(patch, patch),
        approved=True,
    )


def test_a_key_that_is_given_twice_has_two_values() -> None:
    settings = add_config_settings(BuildSettings(), [("a", "1"), ("b", "x"), ("a", "2")])
    assert settings.config_settings == (("a", ("1", "2")), ("b", ("x",)))


def test_approval_alone_changes_no_build() -> None:
    assert describe_settings(BuildSettings(approved=True)) == ()
