"""`archpip audit` of wheels wherever they lie in a folder: in subfolders, in apps of PEX's."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.conftest import ArchpipCommand
from tests.unit.environments.installations import (
    ARM64_MODULE,
    X86_64_MODULE,
    distribution,
    lay_out,
)

MAC = ("--target-platform", "macos-arm64", "--python-version", "3.11")
ARM64_WHEEL = "{}-1.0-cp311-cp311-macosx_11_0_arm64.whl"
LOOSE_WHEEL = "{}-1.0-cp311-cp311-macosx_11_0_universal2.whl"


def write_wheels(folder: Path, modules: Mapping[str, bytes]) -> None:
    """Write one wheel at each path, with this extension module in it."""
    for path, module in modules.items():
        project, version, tag = Path(path).stem.split("-", 2)
        file = WheelFile(path=f"{project}/_x.cpython-311-darwin.so", content=module)
        metadata = CoreMetadata(name=project, version=version)
        lay_out(folder, {path: write_wheel(Wheel(metadata=metadata, tag=tag, files=(file,)))})


def audit(archpip_cli: ArchpipCommand, *arguments: str | Path) -> tuple[int, dict[str | None, str]]:
    """Return the exit status, and the verdicts by part."""
    finished = archpip_cli("audit", *arguments, "--format", "json")
    parts = json.loads(finished.stdout)["parts"]
    return finished.returncode, {part["name"]: part["verdict"] for part in parts}


def test_wheels_in_subfolders_are_judged(archpip_cli: ArchpipCommand, tmp_path: Path) -> None:
    root = tmp_path / "wheels"
    wheels = {
        f"mac/{ARM64_WHEEL.format('good')}": ARM64_MODULE,
        f"mac/deeper/{LOOSE_WHEEL.format('bad')}": X86_64_MODULE,
    }
    write_wheels(root, wheels)
    status, verdicts = audit(archpip_cli, root, *MAC)
    said = archpip_cli("audit", root, *MAC).stdout

    assert (status, verdicts) == (1, {"bad": "wrong", "good": "ok"})
    assert said.rpartition("fix: ")[2].splitlines()[0] == shlex.join(
        ["archpip", "download", "--no-deps", "bad==1.0", *MAC, "-d", str(root / "mac" / "deeper")]
    )


def test_wheels_beside_native_code_are_judged_too(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    root = lay_out(tmp_path / "x", {"_x.cpython-311-darwin.so": ARM64_MODULE})
    write_wheels(root, {LOOSE_WHEEL.format("bad"): X86_64_MODULE})

    assert audit(archpip_cli, root, *MAC) == (1, {None: "ok", "bad": "wrong"})


@pytest.mark.parametrize("place", ["site-packages/virtualenv", "lib/python3.11/ensurepip", "own"])
def test_wheels_that_a_distribution_brings_are_its_data(
    archpip_cli: ArchpipCommand, tmp_path: Path, place: str
) -> None:
    root = lay_out(tmp_path / "x", distribution("own", {"own/_x.so": ARM64_MODULE}), within="")
    folder = root if place == "own" else tmp_path / "y"
    write_wheels(folder, {f"{place}/{LOOSE_WHEEL.format('bad')}": X86_64_MODULE})

    assert audit(archpip_cli, folder, *MAC)[0] == 0


def test_a_wheel_behind_a_link_that_leads_out_is_no_silent_success(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    write_wheels(tmp_path, {LOOSE_WHEEL.format("bad"): X86_64_MODULE})
    folder = tmp_path / "x" / "y"
    folder.mkdir(parents=True)
    (folder / LOOSE_WHEEL.format("bad")).symlink_to(tmp_path / LOOSE_WHEEL.format("bad"))
    finished = archpip_cli("audit", tmp_path / "x", *MAC)

    assert finished.returncode == 1
    assert "leads out of the audited tree and is not followed" in finished.stdout


@pytest.mark.parametrize("layout", ["packed", "loose"])
def test_an_app_of_pexs_is_judged_for_what_its_wheels_are_for(
    archpip_cli: ArchpipCommand, tmp_path: Path, layout: str
) -> None:
    root = lay_out(tmp_path / "app.pex", {"PEX-INFO": b"{}", "__main__.py": b"", "pex": b"#!"})
    wheels = {
        f".deps/{ARM64_WHEEL.format('good')}": ARM64_MODULE,
        f".deps/{ARM64_WHEEL.format('bad')}": X86_64_MODULE,
    }
    if layout == "packed":
        write_wheels(root, wheels)
    else:
        for path, module in wheels.items():
            project = Path(path).stem.partition("-")[0]
            files = distribution(project, {f"{project}/_x.cpython-311-darwin.so": module})
            lay_out(root, files, within=path)
    finished = archpip_cli("audit", root)

    assert finished.returncode == 1
    assert "PEX app, for macos-arm64 (CPython 3.11, " in finished.stdout
    assert "AP101 " in finished.stdout
    assert "fix: archpip download --no-deps bad==1.0 " in finished.stdout
    assert finished.stdout.endswith("2 distributions, 2 native binaries: 1 wrong, 1 ok\n")


def test_the_wheel_that_the_remedy_brings_is_judged_in_place_of_the_wrong_one(
    archpip_cli: ArchpipCommand, tmp_path: Path
) -> None:
    write_wheels(tmp_path, {LOOSE_WHEEL.format("pkg"): X86_64_MODULE})
    before = audit(archpip_cli, tmp_path, *MAC)
    write_wheels(tmp_path, {ARM64_WHEEL.format("pkg"): ARM64_MODULE})

    assert before == (1, {"pkg": "wrong"})
    assert audit(archpip_cli, tmp_path, *MAC) == (0, {"pkg": "ok"})
