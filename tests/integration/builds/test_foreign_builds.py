"""Builds for another machine: what a wheel holds decides, not what it is called."""

import sys
from pathlib import Path

import pytest

from archpip.builds import (
    BuildOptions,
    BuildSettings,
    BuiltForWrongTargetError,
    PureWheelError,
    TagMismatchError,
)
from tests.integration.builds.projects import (
    FOREIGN,
    HOST,
    PYTHON,
    MakeBuilder,
    foreign_target,
    write_outcome,
    write_project,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fake toolchain is Linux'")


@pytest.mark.parametrize("code", [HOST.name, "macos-arm64", "windows-arm64"])
def test_another_machines_code_in_a_wheel_for_the_target_is_refused(
    tmp_path: Path, make_builder: MakeBuilder, options: BuildOptions, code: str
) -> None:
    tag = f"cp{PYTHON.nodot}-cp{PYTHON.nodot}-{FOREIGN.replace('-', '_')}"
    builder = make_builder()
    with pytest.raises(BuiltForWrongTargetError):
        builder.build(write_outcome(tmp_path, code, tag=tag), foreign_target())
    assert not list(options.wheel_folder.glob("*/*.whl")), "it must not be kept"


def test_a_wheel_named_after_this_machine_is_refused_for_another(
    tmp_path: Path, make_builder: MakeBuilder
) -> None:
    tag = f"cp{PYTHON.nodot}-cp{PYTHON.nodot}-{HOST.name.replace('-', '_')}"
    with pytest.raises(TagMismatchError):
        make_builder().build(write_outcome(tmp_path, FOREIGN, tag=tag), foreign_target())


def test_a_swallowed_compile_error_is_found(tmp_path: Path, make_builder: MakeBuilder) -> None:
    log = ("building 'm._speedups' extension", "gcc: fatal error: no input", "built in pure Python")
    sdist = write_outcome(tmp_path, None, tag="py3-none-any", log=log)
    with pytest.raises(PureWheelError, match=r"m\._speedups was to be compiled"):
        make_builder().build(sdist, foreign_target())
    accepted = make_builder(BuildSettings(allow_pure=True)).build(sdist, foreign_target())
    assert accepted.path.name == "m-1.0-py3-none-any.whl"


def test_what_the_index_says_is_evidence_too(tmp_path: Path, make_builder: MakeBuilder) -> None:
    sdist = write_outcome(tmp_path, None, tag="py3-none-any")
    with pytest.raises(PureWheelError, match="it has 12 wheels of this version"):
        make_builder().build(
            sdist, foreign_target(), native_evidence="it has 12 wheels of this version"
        )


def test_a_right_cross_build_passes(tmp_path: Path, make_builder: MakeBuilder) -> None:
    tag = f"cp{PYTHON.nodot}-cp{PYTHON.nodot}-{FOREIGN.replace('-', '_')}"
    built = make_builder().build(write_outcome(tmp_path, FOREIGN, tag=tag), foreign_target())
    [module] = built.wheel.inspection.binaries
    assert module.binary.architectures == set(foreign_target().architectures)


def test_a_plan_runs_nothing(tmp_path: Path, make_builder: MakeBuilder) -> None:
    marker = tmp_path / "ran"
    sdist = write_project(tmp_path, f"pathlib.Path({str(marker)!r}).touch()")
    plan = make_builder().plan(sdist, foreign_target())
    assert dict(plan.environment)["_PYTHON_HOST_PLATFORM"] == FOREIGN
    assert not marker.exists()
