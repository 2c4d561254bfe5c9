"""What `archpip thin` and `archpip fuse` do with a wheel that is there already."""

from pathlib import Path

import pytest

from fake_index.macho import FatMachO, MachO, write_fat, write_macho
from fake_index.wheels import CoreMetadata, Wheel, WheelFile, write_wheel
from tests.conftest import ArchpipCommand

FAT = write_fat(FatMachO(slices=(MachO(architecture="x86_64"), MachO(architecture="arm64"))))
CONTENTS = {
    "universal2": FAT,
    "arm64": write_macho(MachO(architecture="arm64")),
    "x86_64": write_macho(MachO(architecture="x86_64")),
}
PREFIX = "demo-1.0-cp311-cp311-macosx_11_0_"
NAMES = {machine: f"{PREFIX}{machine}.whl" for machine in CONTENTS}
COMMANDS = {
    "thin": ("thin", NAMES["universal2"], "--arch", "arm64"),
    "fuse": ("fuse", NAMES["arm64"], NAMES["x86_64"]),
}
MADE = {"thin": NAMES["arm64"], "fuse": NAMES["universal2"]}


@pytest.fixture(autouse=True)
def _wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for machine, content in CONTENTS.items():
        wheel = Wheel(
            metadata=CoreMetadata(name="demo", version="1.0"),
            tag=f"cp311-cp311-macosx_11_0_{machine}",
            files=(
                WheelFile(path="demo/_x.cpython-311-darwin.so", content=content),
                WheelFile(
                    path="demo/__init__.py", content=b"" if machine != "universal2" else b"#"
                ),
            ),
        )
        Path(NAMES[machine]).write_bytes(write_wheel(wheel))


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_replaced_where_no_folder_was_named(
    archpip_cli: ArchpipCommand, tmp_path: Path, command: str
) -> None:
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    finished = archpip_cli(*COMMANDS[command])

    assert finished.returncode == 2
    assert f"The current folder already has a {MADE[command]}" in finished.stderr
    assert "`-o FOLDER`" in finished.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_replaced_in_a_folder_that_was_named_is_said(
    archpip_cli: ArchpipCommand, command: str
) -> None:
    before = Path(MADE[command]).read_bytes()
    finished = archpip_cli(*COMMANDS[command], "-o", ".")

    assert (finished.returncode, finished.stdout) == (0, f"{MADE[command]}\n")
    assert f"Another {MADE[command]} was there, and is replaced" in finished.stderr
    assert Path(MADE[command]).read_bytes() != before


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_wheel_may_be_made_again(archpip_cli: ArchpipCommand, command: str) -> None:
    Path(MADE[command]).rename("published.whl")
    first = archpip_cli(*COMMANDS[command])
    again = archpip_cli(*COMMANDS[command])

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert (first.stderr, again.stderr) == ("", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wheels_name_is_not_taken_for_a_folders(
    archpip_cli: ArchpipCommand, tmp_path: Path, command: str
) -> None:
    finished = archpip_cli(*COMMANDS[command], "-o", "new.whl")
    assert finished.returncode == 2
    assert "-o takes a folder" in finished.stderr
    assert not (tmp_path / "new.whl").exists()
