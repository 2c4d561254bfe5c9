"""The command that fixes a part of an audit."""

import posixpath
import re
import shlex
from pathlib import Path

from archpip.environments.model import (
    BRIEFCASE_FOLDER,
    WHEEL_SUFFIX,
    Audit,
    AuditedPart,
    Installer,
    Shape,
)
from archpip.targets import Target, floor_arguments
from archpip.verdicts import Status

_IN_PREFIX = re.compile(r"(?:^|/)[Ll]ib/(?:.*/)?(?:site-packages|python[\d.]+t?|lib-dynload)$")
"""The end of an import root in conda's prefix."""

_SUBDIRECTORIES = {
    "linux": {
        "x86_64": "linux-64",
        "i686": "linux-32",
        "aarch64": "linux-aarch64",
        "ppc64le": "linux-ppc64le",
        "s390x": "linux-s390x",
    },
    "macos": {"x86_64": "osx-64", "arm64": "osx-arm64"},
    "windows": {"amd64": "win-64", "arm64": "win-arm64", "x86": "win-32"},
}
"""conda's names by the parts of a target's name."""

_FOLDER = "FOLDER"
"""Placeholder for the environment that an app was built from, which an audit of it cannot know, for
that environment's import folder, or for a folder of wheels to build it from."""


def find_remedy(audit: Audit, part: AuditedPart) -> str:
    """Return the command that installs a right build; empty if there is none.

    It replaces the part's files whatever is there, and nothing else. What is degraded is replaced
    by something that is not, if there is such a thing: another wheel or, where there is none, a
    build from source. An app is rebuilt afterwards, an archive or image repacked. Files of no
    distribution cannot be installed: the user has to build or copy them again, and pip does not
    replace a distribution of whose files nothing is recorded. `FOLDER` and an ellipsis are
    placeholders for the user to fill in.
    """
    if not part.requirement or part.installer is Installer.NOBODY:
        return ""
    if part.installer is Installer.CONDA:
        return _install_by_conda(audit, part)
    target = ["--target-platform", audit.target.name, *floor_arguments(audit.target)]
    if part.verdict.status is Status.DEGRADED:
        target = ["--strict", *target]
    version = ["--python-version", audit.target.python.argument]
    if audit.shape is Shape.LOCKFILE:
        return _lock_again(Path(audit.path), part.name, [*target, *version])
    if folder := _find_wheels_folder(audit, part):
        words = ["download", "--no-deps", part.requirement, *target, *version, "-d", folder]
        return shlex.join(["archpip", *words])
    # What it needs may be there in versions that others need.
    words = ["archpip", "install", "--force-reinstall", "--no-deps", part.requirement, *target]
    match audit.shape:
        case Shape.ENVIRONMENT if audit.runs_here:
            words += ["--python", audit.path]
        case Shape.NUITKA | Shape.PYINSTALLER | Shape.MACOS_APP if not _is_installed(part):
            # Into the environment that the app is then rebuilt from.
            words += ["--python"] if audit.runs_here else [*version, "--target"]
            words += [_FOLDER]
        case Shape.ZIP | Shape.IMAGE:
            # A packed file cannot be changed in place: this fills the folder that is packed.
            words += [*version, "--target", part.root or "."]
        case _:
            words += [*version, "--target", str(Path(audit.path, part.root))]
    return shlex.join(words)


def _find_wheels_folder(audit: Audit, part: AuditedPart) -> str:
    """Return the folder that a right wheel belongs in; empty if the part is no wheel."""
    path = Path(audit.path)
    match audit.shape:
        case Shape.PEX | Shape.ZIP if part.root.endswith(WHEEL_SUFFIX):
            # It knows its files by their hashes, and is made again from a folder of wheels.
            return _FOLDER
        case Shape.WHEELS:
            return str(path.parent if path.suffix == WHEEL_SUFFIX else path)
        case Shape.FOLDER if part.root.endswith(WHEEL_SUFFIX):
            return str((path / part.root).parent)
        case _:
            return ""


def _install_by_conda(audit: Audit, part: AuditedPart) -> str:
    # An image is built again: there the prefix is where a container sees it.
    tree = "/" if audit.shape is Shape.IMAGE else audit.path
    prefix = str(Path(tree, _IN_PREFIX.sub("", part.root)))
    package = f"{part.name}={part.version}"
    command = shlex.join(["conda", "install", "--prefix", prefix, "--force-reinstall", package])
    subdirectory = _name_subdirectory(audit.target)
    # `conda install` has no option for it; it is for its own machine unless told.
    foreign = subdirectory and not audit.runs_here
    return f"CONDA_SUBDIR={subdirectory} {command}" if foreign else command


def _name_subdirectory(target: Target) -> str:
    """Return conda's name for a target, as `osx-arm64`; empty if it has none.

    Source: `KNOWN_SUBDIRS` of conda's `conda/base/constants.py`.
    """
    system, _, machine = target.name.partition("-")
    return _SUBDIRECTORIES.get(system, {}).get(machine, "")


def _lock_again(path: Path, name: str, target: list[str]) -> str:
    """Return the command that locks a project again, with the tool that the lockfile's name tells.

    The ellipsis stands for the requirements, which the file records only in part, if at all.
    """
    if path.name == "uv.lock":
        # Only uv writes its lockfile: behind the gateway it sees no wrong wheels.
        elsewhere = [] if path.parent == Path() else ["--project", str(path.parent)]
        uv = ["uv", "lock", *elsewhere, "--upgrade-package", name]
        return shlex.join(["archpip", "exec", *target, "--", *uv])
    if path.suffix == ".txt":
        return shlex.join(["archpip", "lock", "-r", str(path), *target])
    return f"archpip lock … {shlex.join([*target, '-o', str(path), '--upgrade-package', name])}"


def _is_installed(part: AuditedPart) -> bool:
    """Return whether an app has a folder of its own that distributions are installed into."""
    return posixpath.basename(part.root).partition(".")[0] == BRIEFCASE_FOLDER
