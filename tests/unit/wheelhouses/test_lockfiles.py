"""Lockfiles of three tools, and what a target would take of them."""

from pathlib import Path

import pytest

from archpip.errors import UsageError
from archpip.locking import InvalidLockfileError
from archpip.verdicts import Policy, Status
from archpip.wheelhouses import audit_locked, find_stated_target, read_locked
from archpip.wheelhouses.errors import UnpinnedRequirementError
from archpip.wheelhouses.lockfiles import LockedWheel
from archpip.wheels import Inspection
from tests.unit.environments.installations import LINUX, MAC

MAC_WHEEL = "a-1.0-cp311-cp311-macosx_11_0_arm64.whl"
URL = f"https://example.org/{MAC_WHEEL}"

PYLOCK = f"""
lock-version = "1.0"
[[packages]]
name = "A"
version = "1.0"
wheels = [{{ name = "{MAC_WHEEL}", url = "{URL}", hashes = {{ sha256 = "ab" }} }}]
[[packages]]
name = "only-windows"
version = "2.0"
marker = "sys_platform == 'win32'"
wheels = []
"""

UV_LOCK = f"""
version = 1
[[package]]
name = "me"
version = "0.1"
source = {{ virtual = "." }}
[[package]]
name = "a"
version = "1.0"
source = {{ registry = "https://example.org/simple" }}
wheels = [{{ url = "{URL}", hash = "sha256:ab" }}]
"""

REQUIREMENTS = """
# comment
-i https://example.org/simple
a==1.0 \\
    --hash=sha256:ab \\
    --hash=sha256:cd
b[extra]==2.0 ; sys_platform == 'win32'
"""


def inspection(filename: str) -> Inspection:
    return Inspection(
        filename=filename,
        sha256=None,
        size_bytes=0,
        tags=(),
        declared_tags=(),
        root_is_purelib=False,
        binaries=(),
    )


@pytest.mark.parametrize(
    ("name", "text"), [("pylock.macos-arm64.toml", PYLOCK), ("uv.lock", UV_LOCK)]
)
def test_wheels_are_read_with_their_hashes(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)

    (project,) = read_locked(tmp_path / name, MAC)

    assert (project.name, project.version) == ("a", "1.0")
    assert project.wheels == (LockedWheel(filename=MAC_WHEEL, url=URL, sha256="ab"),)


def test_requirements_are_read_with_markers(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(REQUIREMENTS)

    assert [project.name for project in read_locked(path, MAC)] == ["a"]


@pytest.mark.parametrize(
    "line", ["a", "a>=1", "a[x] ~= 1", "a==1.*", "a # any", "a; python_version>'3'"]
)
def test_requirements_without_a_version_are_not_passed_over(tmp_path: Path, line: str) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(f"b==1\n{line}\n")

    with pytest.raises(UnpinnedRequirementError, match="is not pinned to one version") as caught:
        read_locked(path, MAC)

    assert f"archpip lock -r {path}" in caught.value.hint


def test_options_and_places_of_requirements_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(
        "\ufeffa==1\n# all\n--pre\n-e .\n./b\nc @ https://d.example/c-1-py3-none-any.whl\n"
    )

    assert [project.name for project in read_locked(path, MAC)] == ["a"]


@pytest.mark.parametrize("text", ["[", "\0", "a = 1\na = 2"])
def test_a_damaged_lockfile_is_one_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(text)

    with pytest.raises(InvalidLockfileError, match=r"uv\.lock: it cannot be read"):
        read_locked(path, MAC)


def test_the_wheel_that_the_target_takes_is_looked_up(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(PYLOCK)
    asked: list[str] = []

    def look_up(subject: str) -> Inspection:
        asked.append(subject)
        return inspection(MAC_WHEEL)

    (part,) = audit_locked(read_locked(path, MAC), MAC, Policy(), look_up=look_up)

    assert asked == [f"{URL}#sha256=ab"]
    assert (part.label, part.verdict.status) == ("a 1.0", Status.OK)


def test_without_a_fitting_wheel_and_source_it_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(PYLOCK)

    (part,) = audit_locked(read_locked(path, LINUX), LINUX, Policy(), look_up=inspection)

    assert part.verdict.status is Status.UNKNOWN
    assert "none of its wheels fits linux-aarch64 with CPython 3.11" in part.findings[0].message


def test_what_cannot_be_looked_up_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(REQUIREMENTS)

    def look_up(subject: str) -> Inspection:
        raise UsageError(subject)

    (part,) = audit_locked(read_locked(path, MAC), MAC, Policy(), look_up=look_up)

    assert part.verdict.status is Status.UNKNOWN


STATED = """
lock-version = "1.0"
created-by = "archpip"
packages = []
[tool.archpip]
schema = 1
[tool.archpip.target]
name = "linux-aarch64"
operating-system = "linux"
architectures = ["arm64"]
libc = "glibc"
floor = "2.26"
python = "3.9"
implementation = "cpython"
"""


def test_a_lockfile_of_archpip_says_what_it_is_for(tmp_path: Path) -> None:
    path = tmp_path / "pylock.linux-aarch64.toml"
    path.write_text(STATED)

    stated = find_stated_target(path)

    assert stated is not None
    assert (stated.name, stated.floor, stated.python.short_version) == (
        "linux-aarch64",
        (2, 26),
        "3.9",
    )


@pytest.mark.parametrize("text", [STATED.partition("[tool")[0], "no TOML"])
def test_other_lockfiles_leave_open_what_they_are_for(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pylock.toml"
    path.write_text(text)

    assert find_stated_target(path) is None


def test_of_uvs_forks_those_of_the_target_are_read(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    entries = [
        ("1.0", ["python_full_version < '3.8'", "sys_platform == 'win32'"]),
        ("2.0", ["sys_platform == 'win32'", "python_full_version >= '3.8'"]),
        ("3.0", []),
    ]
    path.write_text(
        "".join(
            f'[[package]]\nname = "a"\nversion = "{version}"\nresolution-markers = {forks}\n'
            for version, forks in entries
        )
    )

    assert [project.version for project in read_locked(path, MAC)] == ["2.0", "3.0"]
