from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from archpip.builds import (
    BuiltForWrongTargetError,
    FloorTooHighError,
    PureWheelError,
    TagMismatchError,
)
from archpip.builds.backends import Backend
from archpip.builds.checking import check_built_wheel, find_native_evidence
from archpip.targets import Target
from archpip.verdicts import Policy, Status
from fake_index.binaries import native_binary, write_binary
from fake_index.elf import Elf, VersionsNeeded
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel

MakeTarget = Callable[..., Target]
MakeWheel = Callable[..., Path]

_SUFFIX = ".cpython-311-aarch64-linux-gnu.so"


@pytest.fixture(name="make_wheel")
def _make_wheel(tmp_path: Path) -> MakeWheel:
    """Write a wheel with one extension module, or none."""

    def make(
        tag: str = "cp311-cp311-linux_aarch64",
        suffix: str = _SUFFIX,
        platform: str | None = "linux-aarch64",
        content: bytes | None = None,
    ) -> Path:
        files = [WheelFile(path="m/__init__.py", content=b"")]
        if platform is not None:
            module = content or write_binary(native_binary(platform, init="_x"))
            files.append(WheelFile(path=f"m/_x{suffix}", content=module))
        wheel = Wheel(metadata=CoreMetadata(name="m", version="1.0"), tag=tag, files=tuple(files))
        path = tmp_path / wheel.filename
        path.write_bytes(write_wheel(wheel))
        return path

    return make


def check(wheel: Path, target: Target, evidence: str | None = None) -> Status:
    checked = check_built_wheel(wheel, target, policy=Policy(), native_evidence=evidence)
    return checked.verdict.status


def test_a_wheel_that_is_right_passes(make_wheel: MakeWheel, make_target: MakeTarget) -> None:
    assert check(make_wheel(), make_target("linux-aarch64"), "it says so") is Status.OK


def test_the_hosts_code_under_the_targets_tag_is_refused(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    # `_PYTHON_HOST_PLATFORM` alone, or a cross file without a toolchain, gives just this.
    wheel = make_wheel(platform="linux-x86_64")
    with pytest.raises(BuiltForWrongTargetError, match="AP101") as caught:
        check(wheel, make_target("linux-aarch64"))
    assert not isinstance(caught.value, FloorTooHighError)
    assert "wrong for linux-aarch64" in str(caught.value)


def test_the_hosts_code_under_the_hosts_tag_is_refused(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    # What `pip install --platform … --no-binary` puts into a folder without a word.
    wheel = make_wheel(
        "cp311-cp311-linux_x86_64", ".cpython-311-x86_64-linux-gnu.so", "linux-x86_64"
    )
    with pytest.raises((BuiltForWrongTargetError, TagMismatchError)):
        check(wheel, make_target("linux-aarch64"))


def test_a_suffix_that_the_target_does_not_import_is_refused(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    wheel = make_wheel(suffix=".cpython-311-x86_64-linux-gnu.so")
    with pytest.raises(TagMismatchError, match=r"whose module m/_x.*does not fit: expected") as e:
        check(wheel, make_target("linux-aarch64"))
    assert _SUFFIX in str(e.value)


def test_a_tag_of_another_machine_is_refused(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    wheel = make_wheel("cp311-cp311-linux_x86_64")
    with pytest.raises(
        TagMismatchError, match="whose tag cp311-cp311-linux_x86_64 does not fit"
    ) as caught:
        check(wheel, make_target("linux-aarch64"))
    assert "archpip wheel --dry-run" in caught.value.hint


def test_a_tag_of_another_python_is_refused(make_wheel: MakeWheel, make_target: MakeTarget) -> None:
    wheel = make_wheel("cp312-cp312-linux_aarch64")
    with pytest.raises(TagMismatchError, match="cp312-cp312-linux_aarch64"):
        check(wheel, make_target("linux-aarch64"))


def test_symbols_above_the_floor_are_refused(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    module = native_binary("linux-aarch64", init="_x")
    assert isinstance(module, Elf)
    needs = (VersionsNeeded(library="libc.so.6", versions=("GLIBC_2.34",)),)
    newer = write_binary(replace(module, version_needs=needs))
    with pytest.raises(FloorTooHighError, match=r"AP602 .*needs glibc 2.34"):
        check(make_wheel(content=newer), make_target("linux-aarch64", floor=(2, 28)))
    assert check(make_wheel(content=newer), make_target("linux-aarch64", floor=(2, 34))) is (
        Status.OK
    )


def test_a_pure_wheel_is_refused_where_native_code_was_due(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    wheel = make_wheel("py3-none-any", platform=None)
    with pytest.raises(PureWheelError, match="but some was expected: its log says so") as caught:
        check(wheel, make_target("linux-aarch64"), "its log says so")
    assert "`allow-pure = true` in [tool.archpip.build.m]" in caught.value.hint
    assert "`-vv` shows what the build printed" in caught.value.hint


def test_a_pure_wheel_passes_where_nothing_speaks_of_native_code(
    make_wheel: MakeWheel, make_target: MakeTarget
) -> None:
    wheel = make_wheel("py3-none-any", platform=None)
    assert check(wheel, make_target("linux-aarch64")) is Status.OK


def test_what_the_log_says_is_evidence() -> None:
    log = ["building 'markupsafe._speedups' extension", "error: command 'gcc' failed", "plain ok"]
    assert find_native_evidence(Backend.SETUPTOOLS, log) == (
        "its log says that the extension module markupsafe._speedups was to be compiled"
    )


def test_the_backend_is_evidence() -> None:
    assert find_native_evidence(Backend.MESON_PYTHON, []) == "its build backend is meson-python"
    assert find_native_evidence(Backend.SETUPTOOLS, ["running build_py"]) is None
