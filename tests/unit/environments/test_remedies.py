"""The command that mends what an audit found."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from archpip.environments import Audit, Installer, Shape, find_remedy
from archpip.targets import Floors, parse_python, parse_target
from archpip.verdicts import Status
from tests.unit.environments.installations import (
    LINUX,
    MAC,
    SITE,
    X86_64_MODULE,
    audited,
    distribution,
    lay_out,
)

INSTALL = "archpip install --force-reinstall --no-deps uamqp==1.6.1 --target-platform macos-arm64 "
DOWNLOAD = "archpip download --no-deps uamqp==1.6.1 --target-platform macos-arm64"
CONDA = "conda install --prefix '/my env' --force-reinstall uamqp=1.6.1"


def found_in(folder: Path, shape: Shape, installer: Installer, root: str) -> Audit:
    """Return an audit of `/my env` with one part, uamqp 1.6.1."""
    (found,) = audited(lay_out(folder, distribution("x", {})))
    part = replace(found, name="uamqp", version="1.6.1", installer=installer, root=root)
    return Audit(path="/my env", shape=shape, target=MAC, target_origin="", parts=(part,))


@pytest.mark.parametrize(
    ("shape", "root", "command"),
    [
        (Shape.ENVIRONMENT, "python", f"{INSTALL}--python '/my env'"),
        (Shape.SITE_PACKAGES, "", f"{INSTALL}--python-version 3.11 --target '/my env'"),
        (Shape.PYINSTALLER, "python", f"{INSTALL}--python FOLDER"),
        # Briefcase has pip fill a folder of the app: nothing is copied from an environment.
        (
            Shape.BRIEFCASE,
            "app_packages",
            f"{INSTALL}--python-version 3.11 --target '/my env/app_packages'",
        ),
        (Shape.MACOS_APP, "python", f"{INSTALL}--python FOLDER"),
        (Shape.FOLDER, "python", f"{INSTALL}--python-version 3.11 --target '/my env/python'"),
        (Shape.ZIP, "python", f"{INSTALL}--python-version 3.11 --target python"),
        (Shape.WHEELS, "python", f"{DOWNLOAD} --python-version 3.11 -d '/my env'"),
        (Shape.CONDA, SITE, CONDA),
    ],
)
def test_the_remedy_is_a_command_for_the_shape(
    tmp_path: Path, shape: Shape, root: str, command: str
) -> None:
    installer = Installer.CONDA if shape is Shape.CONDA else Installer.PIP
    audit = found_in(tmp_path, shape, installer, root)

    assert find_remedy(audit, audit.parts[0]) == command


@pytest.mark.parametrize(
    ("shape", "command"),
    [
        # Its interpreter runs on another machine: its folder can be filled all the same.
        (Shape.ENVIRONMENT, f"{INSTALL}--python-version 3.11 --target '/my env/python'"),
        # It would take packages for the machine that it runs on.
        (Shape.CONDA, f"CONDA_SUBDIR=osx-arm64 {CONDA}"),
        # The environment that it was built from is on another machine, as far as anybody knows.
        (Shape.PYINSTALLER, f"{INSTALL}--python-version 3.11 --target FOLDER"),
        (Shape.MACOS_APP, f"{INSTALL}--python-version 3.11 --target FOLDER"),
    ],
)
def test_the_remedy_of_what_does_not_run_here_runs_nothing_of_it(
    tmp_path: Path, shape: Shape, command: str
) -> None:
    root, installer = (SITE, Installer.CONDA) if shape is Shape.CONDA else ("python", Installer.PIP)
    audit = replace(found_in(tmp_path, shape, installer, root), runs_here=False)

    assert find_remedy(audit, audit.parts[0]) == command


def test_the_remedy_of_a_degraded_part_takes_no_degraded_wheel(tmp_path: Path) -> None:
    helper = {"x/attach_x86_64.dylib": X86_64_MODULE}
    (part,) = audited(lay_out(tmp_path, distribution("x", helper, tag="py3-none-any")))
    audit = Audit(path="/l", shape=Shape.FOLDER, target=MAC, target_origin="", parts=(part,))

    assert part.verdict.status is Status.DEGRADED
    assert find_remedy(audit, part) == (
        "archpip install --force-reinstall --no-deps x==1.0 --strict --target-platform macos-arm64"
        " --python-version 3.11 --target /l"
    )


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/a b/pylock.x.toml", "archpip lock … {} -o '/a b/pylock.x.toml' --upgrade-package uamqp"),
        ("uv.lock", "archpip exec {} -- uv lock --upgrade-package uamqp"),
        ("a/uv.lock", "archpip exec {} -- uv lock --project a --upgrade-package uamqp"),
        ("requirements.txt", "archpip lock -r requirements.txt {}"),
    ],
    ids=["pylock", "uv", "uv elsewhere", "requirements"],
)
def test_the_remedy_of_a_lockfile_is_to_lock_again(tmp_path: Path, path: str, command: str) -> None:
    (found,) = audited(lay_out(tmp_path, distribution("x", {})))
    part = replace(found, name="uamqp", version="1.6.1")
    audit = Audit(path=path, shape=Shape.LOCKFILE, target=MAC, target_origin="", parts=(part,))

    target = "--target-platform macos-arm64 --python-version 3.11"
    assert find_remedy(audit, part) == command.format(target)


@pytest.mark.parametrize(
    ("name", "python", "floors", "words"),
    [
        ("lambda-arm64", "3.11", None, "linux-aarch64 --glibc 2.26 --python-version 3.11"),
        ("macos-arm64", "3.13t", (11, 0), "macos-arm64 --macos 11.0 --python-version 3.13t"),
        ("linux-x86_64-musl", "pypy3.10", None, "linux-x86_64-musl --python-version pypy3.10"),
        ("windows-arm64", "3.12", None, "windows-arm64 --python-version 3.12"),
    ],
)
def test_the_remedy_is_for_all_of_the_target(
    tmp_path: Path, name: str, python: str, floors: tuple[int, int] | None, words: str
) -> None:
    target = parse_target(
        name, host=LINUX, python=parse_python(python), floors=Floors(macos=floors)
    )
    parts = audited(lay_out(tmp_path, distribution("x", {"x/_x.abi3.so": X86_64_MODULE})))
    audit = Audit(
        path="/l", shape=Shape.FOLDER, target=target, target_origin="", parts=tuple(parts)
    )

    command = (
        f"archpip install --force-reinstall --no-deps x==1.0 --target-platform {words} --target /l"
    )
    assert find_remedy(audit, parts[0]) == command
