"""Apps of Briefcase's: which files of the folder that it made are the app, and for which target."""

from pathlib import Path

import pytest

from archpip.environments import (
    AuditedPart,
    Shape,
    audit_tree,
    detect_shape,
    find_app,
    infer_target,
)
from archpip.environments.folders import FolderTree
from archpip.targets import PythonTarget, Target, parse_target
from archpip.verdicts import Policy
from fake_index.macho import MachO, write_macho
from fake_index.pe import Pe, PeKind, write_pe
from tests.unit.environments.installations import (
    AARCH64_MODULE,
    ELF_X86_64_PROGRAM,
    LINUX,
    distribution,
    lay_out,
)

ARM64_EXE = write_pe(Pe(machine="arm64", kind=PeKind.EXE))
MODULE = {
    "linux": "_x.cpython-311-aarch64-linux-gnu.so",
    "windows": "_x.cp311-win_amd64.pyd",
    "ios": "_x.cpython-313-iphone{}.so",
}


def target(name: str) -> Target:
    return parse_target(name, host=LINUX, python=PythonTarget(version=(3, 13, 0)))


def audit(root: Path, name: str) -> tuple[AuditedPart, ...]:
    return audit_tree(FolderTree(root), target(name), Policy())


@pytest.mark.parametrize(
    ("packages", "program", "content", "name"),
    [
        ("app-0.1/usr/lib/app/app_packages", "app-0.1/usr/bin/app", ELF_X86_64_PROGRAM, "linux"),
        ("App.AppDir/usr/app_packages", "App.AppDir/usr/python/bin/python3", b"", "linux"),
        ("src/app_packages", "src/App.exe", ARM64_EXE, "windows"),
    ],
    ids=["system package", "AppImage", "Windows"],
)
def test_the_program_tells_the_target_whatever_most_modules_are_for(
    tmp_path: Path, packages: str, program: str, content: bytes, name: str
) -> None:
    modules = {f"{packages}/pkg/{MODULE[name]}": AARCH64_MODULE}
    root = lay_out(tmp_path, {program: content or ELF_X86_64_PROGRAM, **modules})
    (root / program).chmod(0o755)

    found = infer_target(root, detect_shape(root), FolderTree(root), host=LINUX)

    expected = "windows-arm64" if name == "windows" else "linux-x86_64"
    assert (found.target.name, found.origin) == (expected, "its executable")


def test_the_mac_app_is_audited_and_not_what_it_was_fused_from(tmp_path: Path) -> None:
    """A universal app's packages are installed once for each architecture, and left there."""
    files = {
        "briefcase.toml": b"",
        "My.app/Contents/Info.plist": b"",
        "app_packages.arm64/x.so": b"",
        "app_packages.x86_64/x.so": b"",
    }
    root = lay_out(tmp_path / "app", files)

    assert find_app(root) == root / "My.app"
    assert detect_shape(find_app(root)) is Shape.MACOS_APP


@pytest.mark.parametrize(
    "files",
    [
        {"My.app/Contents/Info.plist": b""},
        {"briefcase.toml": b"", "A.app/Contents/Info.plist": b"", "B.app/Contents/Info.plist": b""},
        {"briefcase.toml": b"", "src/app_packages/x.so": b""},
    ],
    ids=["another tool's", "two apps", "for Windows"],
)
def test_any_other_folder_is_audited_whole(tmp_path: Path, files: dict[str, bytes]) -> None:
    root = lay_out(tmp_path / "app", files)

    assert find_app(root) == root


def ios_app(folder: Path, *kinds: str) -> Path:
    """Write an app with packages for devices ("os"), for the simulator, or both."""
    for kind in kinds:
        platform = "ios" if kind == "os" else "ios-simulator"
        module = write_macho(MachO(architecture="arm64", platform=platform))
        files = distribution(
            "pkg",
            {MODULE["ios"].format(kind): module},
            tag=f"cp313-cp313-ios_13_0_arm64_iphone{kind}",
        )
        lay_out(folder, files, within=f"App/app_packages.iphone{kind}")
    return folder


@pytest.mark.parametrize(
    ("kind", "name"), [("os", "ios-arm64"), ("simulator", "ios-arm64-simulator")]
)
def test_each_of_ios_two_kinds_has_its_own_packages(tmp_path: Path, kind: str, name: str) -> None:
    root = ios_app(tmp_path, "os", "simulator")
    (part,) = audit(root, name)

    assert (part.root, part.verdict.status.value) == (f"App/app_packages.iphone{kind}", "ok")


def test_packages_for_the_simulator_alone_are_wrong_for_devices(tmp_path: Path) -> None:
    (part,) = audit(ios_app(tmp_path, "simulator"), "ios-arm64")

    assert part.verdict.status.value == "wrong"


@pytest.mark.parametrize(
    ("kind", "name"), [("os", "ios-arm64"), ("simulator", "ios-arm64-simulator")]
)
def test_an_ios_app_is_for_what_its_wheels_are_for(tmp_path: Path, kind: str, name: str) -> None:
    root = ios_app(tmp_path, kind)
    found = infer_target(root, detect_shape(root), FolderTree(root), host=LINUX)

    assert detect_shape(root) is Shape.BRIEFCASE
    assert (found.target.name, found.target.python.short_version) == (name, "3.13")
