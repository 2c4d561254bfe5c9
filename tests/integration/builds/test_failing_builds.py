"""What is said of a build that fails, or may not be run."""

import sys
from pathlib import Path

import pytest

from archpip.builds import (
    BackendMissingError,
    BuildFailedError,
    BuildOptions,
    BuildSettings,
    InvalidBuildSystemError,
    ToolchainMissingError,
)
from tests.integration.builds.projects import (
    HOST,
    MakeBuilder,
    RecordingReporter,
    left_behind,
    write_project,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fake toolchain is Linux'")


def test_a_failure_says_what_failed_first_and_where_the_log_is(
    tmp_path: Path, make_builder: MakeBuilder, options: BuildOptions
) -> None:
    work = """
    print("a.c:1:10: fatal error: openssl/ssl.h: No such file or directory")
    print("error: command '/usr/bin/gcc' failed with exit code 1")
    sys.exit(1)
    """
    with pytest.raises(BuildFailedError) as caught:
        make_builder().build(write_project(tmp_path, work), HOST)
    assert str(caught.value) == (
        f"m-1.0 was not built for {HOST.name}: building its wheel failed: "
        "openssl/ssl.h: No such file or directory"
    )
    assert "openssl/ssl.h" in caught.value.log.read_text()
    assert caught.value.details[:2] == (
        "a.c:1:10: fatal error: openssl/ssl.h: No such file or directory",
        "error: command '/usr/bin/gcc' failed with exit code 1",
    )
    assert left_behind(options) == []


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("error: command 'gcc' failed: No such file or directory", "gcc"),
        ("../meson.build:1:0: ERROR: Unknown compiler(s): [['c++'], ['g++']]", r"c\+\+"),
        ("error: can't find Rust compiler", "Rust"),
        ('  File "/e/puccinialin/_setup_rust.py", line 34, in download_rustup', "Rust"),
        ("No CMAKE_CXX_COMPILER could be found.", "a C compiler"),
    ],
)
def test_a_compiler_that_is_not_there_is_a_toolchain_that_is_missing(
    tmp_path: Path, make_builder: MakeBuilder, said: str, missing: str
) -> None:
    work = f"""
    sys.exit({said!r})
    """
    with pytest.raises(ToolchainMissingError, match=f"{missing} is not on this") as caught:
        make_builder().build(write_project(tmp_path, work), HOST)
    assert "build-essential" in caught.value.hint


def test_a_metadata_hook_that_writes_no_metadata_has_failed(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    hook = """
import os
def prepare_metadata_for_build_wheel(folder, config_settings=None):
    os.mkdir(os.path.join(folder, "m-1.0.dist-info"))
    return "m-1.0.dist-info"
"""
    backend = 'build-backend = "own"\nbackend-path = ["."]\n'
    sdist = write_project(
        tmp_path,
        "",
        pyproject__toml=f"[build-system]\nrequires = []\n{backend}",
        own__py=hook,
    )
    with pytest.raises(BuildFailedError, match="preparing its metadata failed: FileNotFoundError"):
        make_builder().metadata(sdist)


def test_credentials_never_reach_a_log(
    tmp_path: Path, make_builder: MakeBuilder, reporter: RecordingReporter
) -> None:
    work = 'print("https://user:secret@host/simple"); sys.exit(1)'
    with pytest.raises(BuildFailedError) as caught:
        make_builder().build(write_project(tmp_path, work), HOST)
    assert "secret" not in caught.value.log.read_text()
    assert "https://****@host/simple" in reporter.lines
    assert not any("secret" in line for line in reporter.lines)


def test_a_backend_that_cannot_be_imported_is_named(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    sdist = write_project(
        tmp_path, "", pyproject__toml='[build-system]\nrequires = []\nbuild-backend = "nowhere"\n'
    )
    with pytest.raises(
        BackendMissingError, match="its build backend nowhere cannot be imported"
    ) as caught:
        make_builder().build(sdist, HOST)
    assert f"[tool.archpip.build.{caught.value.project}]" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            '[build-system]\nrequires = ["--index-url=https://evil"]\nbuild-backend = "own"\n',
            "--index-url",
            id="an-option-is-no-requirement",
        ),
        pytest.param('[build-system]\nrequires = "x"\n', "array of strings", id="no-list"),
        pytest.param("[build-system\n", "pyproject.toml cannot be read", id="no-toml"),
        pytest.param(
            '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["../.."]\n',
            "backend-path",
            id="backend-path-climbs",
        ),
    ],
)
def test_a_build_system_that_breaks_the_rules_is_refused(
    tmp_path: Path, make_builder: MakeBuilder, text: str, reason: str
) -> None:
    sdist = write_project(tmp_path, "", pyproject__toml=text)
    with pytest.raises(InvalidBuildSystemError) as caught:
        make_builder().build(sdist, HOST)
    assert reason in str(caught.value)


def test_build_requirements_that_cannot_be_had_are_named(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    (tmp_path / "links").mkdir()
    builder = make_builder(BuildSettings(build_requires=("nowhere-to-be-found",)))
    with pytest.raises(BuildFailedError, match="installing its build requirements failed") as e:
        builder.build(write_project(tmp_path, ""), HOST)
    assert "nowhere-to-be-found" in e.value.reason
