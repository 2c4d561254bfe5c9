"""Overrides as a user writes them: on the command line, in a project, in pip's configuration."""

import json
from pathlib import Path

import pytest

from fake_index.binaries import native_binary, write_binary
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.conftest import ArchpipCommand

TARGET = ("--target-platform", "macos-arm64", "--python-version", "3.11")
WHEEL = Wheel(
    metadata=CoreMetadata(name="demo", version="1.0"),
    tag="py3-none-macosx_11_0_universal2",
    files=(
        WheelFile(path="demo/libsum.dylib", content=write_binary(native_binary("macos-x86_64"))),
    ),
)
WRITTEN = {
    "pyproject.toml": '[tool.archpip]\noverride = ["demo==1.0 [AP401]: only for Intel"]\n',
    "pip.conf": "[archpip]\noverride = demo*.whl: only for Intel\n",
}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "dist" / WHEEL.filename
    path.parent.mkdir()
    path.write_bytes(write_wheel(WHEEL))
    return path


def test_flag_lets_a_wheel_pass_and_says_why(archpip_cli: ArchpipCommand, wheel: Path) -> None:
    passed = archpip_cli("inspect", str(wheel), *TARGET, "--override", "demo: only for Intel")
    document = archpip_cli(
        "inspect", str(wheel), *TARGET, "--override", "demo: only for Intel", "--format", "json"
    )

    assert passed.returncode == 0
    assert "taken, by an override" in passed.stdout
    assert "overridden (--override): only for Intel" in passed.stdout
    (finding,) = json.loads(document.stdout)["wheels"][0]["findings"]
    assert (finding["code"], finding["override"]) == ("AP401", "only for Intel")


@pytest.mark.parametrize("name", WRITTEN)
def test_files_hold_overrides(
    archpip_cli: ArchpipCommand, wheel: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text(WRITTEN[name])

    inspected = archpip_cli("inspect", str(wheel), *TARGET, PIP_CONFIG_FILE="pip.conf")
    audited = archpip_cli("audit", str(wheel.parent), *TARGET, PIP_CONFIG_FILE="pip.conf")

    for run in (inspected, audited):
        assert run.returncode == 0, run.stderr
        assert f"{name}): only for Intel" in run.stdout


def test_override_that_decides_nothing_is_reported(
    archpip_cli: ArchpipCommand, wheel: Path
) -> None:
    run = archpip_cli("inspect", str(wheel), *TARGET, "--override", "demo [AP602]: gone")
    assert run.returncode == 1
    assert "matches no finding; its reason: gone" in run.stderr


def test_override_without_a_reason_is_refused(archpip_cli: ArchpipCommand, wheel: Path) -> None:
    run = archpip_cli("inspect", str(wheel), *TARGET, "--override", "demo")
    assert run.returncode == 2
    assert "no ': REASON'" in run.stderr
