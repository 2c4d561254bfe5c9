"""What to run so that a part of an audit becomes right."""

import posixpath
import shlex
from pathlib import Path

from archpip.environments.model import (
    BRIEFCASE_FOLDER,
    Audit,
    AuditedPart,
    Installer,
    Shape,
)
from archpip.targets import floor_arguments

_FOLDER = "FOLDER"
"""Stands for the import folder of an environment that no audit of the app can know."""


def find_remedy(audit: Audit, part: AuditedPart) -> str:
    """Return the command that puts a right build in place; empty where none can.

    An app is built again afterwards, an archive or image packed again. Files of no distribution
    have nowhere to be installed from: they are built or copied anew by whoever put them there.
    What only the user can fill in is `FOLDER` or an ellipsis.
    """
    if not part.requirement:
        return ""
    if part.installer is Installer.CONDA:
        return f"conda install --force-reinstall {part.name}={part.version}"
    target = ["--target-platform", audit.target.name, *floor_arguments(audit.target)]
    version = ["--python-version", audit.target.python.argument]
    if audit.shape is Shape.LOCKFILE:
        return _lock_again(Path(audit.path), part.name, [*target, *version])
    match audit.shape:
        case Shape.ENVIRONMENT if audit.runs_here:
            words = ["install", "--force-reinstall", part.requirement, *target]
            words += ["--python", audit.path]
        case Shape.WHEELS:
            path = Path(audit.path)
            words = ["download", part.requirement, *target, *version]
            words += ["-d", str(path.parent if path.suffix == ".whl" else path)]
        case Shape.NUITKA | Shape.PYINSTALLER | Shape.MACOS_APP if not _is_installed(part):
            # Into the environment that the app is then built from anew.
            if audit.runs_here:
                words = ["install", "--force-reinstall", part.requirement, *target]
            else:
                words = ["install", "--upgrade", part.requirement, *target, *version]
                words += ["--target", _FOLDER]
        case Shape.ZIP | Shape.IMAGE:
            # What is packed cannot be changed in place: this fills the folder that is packed.
            words = ["install", "--upgrade", part.requirement, *target, *version]
            words += ["--target", part.root or "."]
        case _:
            folder = str(Path(audit.path, part.root))
            words = ["install", "--upgrade", part.requirement, *target, *version]
            words += ["--target", folder]
    return shlex.join(["archpip", *words])


def _lock_again(path: Path, name: str, target: list[str]) -> str:
    """Return the command that locks a project anew; the lockfile's name says who can.

    The ellipsis stands for what was asked for, which the file names in part at most.
    """
    if path.name == "uv.lock":
        # Only uv writes its lockfile: behind the gateway it is not offered what is wrong.
        elsewhere = [] if path.parent == Path() else ["--project", str(path.parent)]
        uv = ["uv", "lock", *elsewhere, "--upgrade-package", name]
        return shlex.join(["archpip", "exec", *target, "--", *uv])
    if path.suffix == ".txt":
        return shlex.join(["archpip", "lock", "-r", str(path), *target])
    return f"archpip lock … {shlex.join([*target, '-o', str(path), '--upgrade-package', name])}"


def _is_installed(part: AuditedPart) -> bool:
    """Tell whether an app has a folder of its own that distributions are installed into."""
    return posixpath.basename(part.root) == BRIEFCASE_FOLDER
