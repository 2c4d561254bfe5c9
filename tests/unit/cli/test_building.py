import argparse
from pathlib import Path

import pytest

from archpip.builds import BuildSettings, InvalidBuildSettingsError, Patch
from archpip.cli.building import (
    BuildFlagError,
    TableExpectedError,
    read_build_settings,
    read_toolchains,
)
from archpip.cli.question_options import add_build_options
from archpip.settings import Origin, OwnSetting, OwnSettings, OwnTable
from archpip.targets import detect_host

FILE = Path("/project/pyproject.toml")
DIGEST = "ab" * 32


def read(
    *flags: str, tables: dict[str, object] | None = None, approved: tuple[str, ...] = ()
) -> dict[str, BuildSettings]:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_build_options(parser)
    own = OwnSettings(
        settings=(
            OwnSetting(name="approve-source-build", value=approved, origin=Origin(file=FILE)),
        ),
        tables=tuple(
            OwnTable(name=name, content=content, file=FILE)
            for name, content in (tables or {}).items()
        ),
    )
    found = read_build_settings(parser.parse_args(flags), own)
    return {str(name): settings for name, settings in found.items()}


def test_nothing_said_is_nothing() -> None:
    assert read() == {}


def test_paths_of_patches_start_from_the_projects_file() -> None:
    table = {"Py_Thing": {"patches": [{"path": "p/a.patch", "sha256": DIGEST}]}}
    patch = Patch(path=Path("/project/p/a.patch"), sha256=DIGEST)
    assert read(tables={"build": table}) == {"py-thing": BuildSettings(patches=(patch,))}


def test_every_flag_names_its_project(tmp_path: Path) -> None:
    patch = tmp_path / "a.patch"
    patch.write_bytes(b"abc")
    found = read(
        *("--config-settings-package", "A:x=1", "--config-settings-package", "a:x=2=3"),
        *("--build-env", "A:V=1", "--build-requires", "a:numpy >=2", "--build-patch", f"a:{patch}"),
        *("--approve-source-build", "b"),
        approved=("c",),
    )
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert found == {
        "a": BuildSettings(
            config_settings=(("x", ("1", "2=3")),),
            environment=(("V", "1"),),
            build_requires=("numpy>=2",),
            patches=(Patch(path=patch, sha256=sha256),),
        ),
        "b": BuildSettings(approved=True),
        "c": BuildSettings(approved=True),
    }


def test_a_key_that_is_given_twice_has_two_values() -> None:
    found = read("--config-settings-package", "a:x=1", "--config-settings-package", "a:x=2")
    assert found == {"a": BuildSettings(config_settings=(("x", ("1", "2")),))}


def test_a_flag_holds_over_the_table() -> None:
    table = {"a": {"environment": {"V": "1", "W": "1"}, "approved": True}}
    found = read("--build-env", "A:V=2", tables={"build": table})
    assert found == {"a": BuildSettings(environment=(("V", "2"), ("W", "1")), approved=True)}


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--build-env", "a:V"), "--build-env V: it is not KEY=VALUE"),
        (("--build-requires", "a:-r x"), "--build-requires -r x: it is not a requirement"),
        (("--build-patch", "a:/none"), "--build-patch /none: No such file or directory"),
    ],
)
def test_a_flag_that_makes_no_sense_is_named(flags: tuple[str, ...], message: str) -> None:
    with pytest.raises(BuildFlagError, match=message):
        read(*flags)


@pytest.mark.parametrize("flag", ["--build-env", "--config-settings-package", "--build-patch"])
def test_a_flag_without_a_project_is_refused_at_once(flag: str) -> None:
    with pytest.raises(argparse.ArgumentError, match="does not begin with a project's name"):
        read(flag, "V=1")


def test_a_setting_without_its_table_is_named() -> None:
    with pytest.raises(TableExpectedError, match=r"approved in \[tool.archpip.build\] is not a"):
        read(tables={"build": {"approved": True}})
    with pytest.raises(TableExpectedError, match=r"1 in \[tool.archpip.build\] is not a table"):
        read(tables={"build": 1})
    with pytest.raises(InvalidBuildSettingsError, match="`mode` is not known"):
        read(tables={"build": {"a": {"mode": 1}}})


def test_toolchains_are_described_by_their_targets_names() -> None:
    table = {"linux-armv7l": {"c": "arm-linux-gnueabihf-gcc", "sysroot": "arm"}}
    own = OwnSettings(tables=(OwnTable(name="toolchain", content=table, file=FILE),))
    table["linux-armv7l"]["library-folder"] = "arm/lib"
    [toolchain] = read_toolchains(own, detect_host())
    assert (toolchain.name, toolchain.sysroot) == ("linux-armv7l", Path("/project/arm"))
